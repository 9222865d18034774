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
    private final Set<String> inputs;

    /**
     * Makes a session of a model in memory.
     *
     * @param inputs the inputs it takes
     * @param weights initializers handed over by name; they must stay open as long as the session
     */
    OnnxSession(
            byte[] model, Set<String> inputs, Map<String, ? extends OnnxTensorLike> weights, RuntimeOptions runtime) {
        this.inputs = Set.copyOf(inputs);
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
     * @param values values for all its inputs, and possibly for others, which are left out
     * @param outputs the outputs to compute with their shapes
     * @param left outputs that stay in the runtime's memory
     */
    RunOutputs run(
            Map<String, OnnxTensor> values,
            Map<String, long[]> outputs,
            Set<String> left,
            BufferPool pool,
            Cancellation cancellation) {
        Map<String, OnnxTensor> fed = new LinkedHashMap<>(values);
        fed.keySet().retainAll(inputs);
        try {
            return RunOutputs.of(session, fed, outputs, Set.of(), left, pool, cancellation);
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
