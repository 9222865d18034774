package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.residual4j.error.CaptureException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One ONNX Runtime session with the options that must outlive it. Safe to share between threads until closed. */
final class OnnxSession implements LoadedGraph {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final SessionOptions options;
    private final OrtSession session;

    /**
     * Makes a session of a model in memory.
     *
     * @param weights initializers handed over by name; they must stay open as long as the session
     */
    OnnxSession(byte[] model, Map<String, ? extends OnnxTensorLike> weights, RuntimeOptions runtime) {
        try {
            options = runtime.newSessionOptions();
            try {
                options.addExternalInitializers(new LinkedHashMap<>(weights));
                session = environment.createSession(model, options);
            } catch (OrtException | RuntimeException e) {
                options.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot prepare the model: " + e.getMessage(), e);
        }
    }

    /**
     * Runs the model, which writes its outputs straight into lent memory.
     *
     * @param outputs the outputs to compute with their shapes
     */
    RunOutputs run(
            Map<String, OnnxTensor> inputs, Map<String, long[]> outputs, BufferPool pool, Cancellation cancellation) {
        try {
            return RunOutputs.of(session, inputs, outputs, Set.of(), pool, cancellation);
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot close the model: " + e.getMessage(), e);
        } finally {
            options.close();
        }
    }
}
