package io.github.residual4j.capture.internal.discovery;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Optimization;

/**
 * A session of a file's graph, with the options that must outlive it.
 *
 * @param dependsOnProcessor whether its products of 8-bit integers are others on some processors
 */
record FileSession(SessionOptions options, OrtSession session, boolean dependsOnProcessor) implements AutoCloseable {
    private static final String WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path";

    /** Lets the runtime keep weights of 8 bits unsigned where it would otherwise saturate; see {@link EightBitProducts}. */
    private static final String EXACT_PRODUCTS = "session.x64quantprecision";

    /** Loads a graph, with products of 8-bit integers that are the same on every processor where the runtime has them. */
    static FileSession open(ForeignModel model, byte[] graph, RuntimeOptions runtime) throws OrtException {
        if (!model.multipliesEightBits()) {
            return open(model, graph, runtime, false, false);
        }
        try {
            // It is done by a rewriting of the graph that comes with these levels.
            boolean rewritten = runtime.optimization().compareTo(Optimization.EXTENDED) >= 0;
            return open(model, graph, runtime, true, !rewritten && model.writesEightBitProducts());
        } catch (OrtException e) {
            if (e.getCode() != OrtErrorCode.ORT_NOT_IMPLEMENTED) {
                throw e;
            }
            return open(model, graph, runtime, false, true); // it has no operator for what becomes of this file
        }
    }

    private static FileSession open(
            ForeignModel model, byte[] graph, RuntimeOptions runtime, boolean exact, boolean dependsOnProcessor)
            throws OrtException {
        SessionOptions options = runtime.newSessionOptions();
        try {
            options.addConfigEntry(WEIGHTS_FOLDER, model.weightsFolder().toString());
            if (exact) {
                options.addConfigEntry(EXACT_PRODUCTS, "1");
            }
            return new FileSession(
                    options, OrtEnvironment.getEnvironment().createSession(graph, options), dependsOnProcessor);
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    @Override
    public void close() throws OrtException {
        try {
            session.close();
        } finally {
            options.close();
        }
    }
}
