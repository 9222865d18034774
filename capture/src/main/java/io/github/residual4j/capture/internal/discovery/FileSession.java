package io.github.residual4j.capture.internal.discovery;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.residual4j.capture.internal.run.RuntimeOptions;

/**
 * A session of a file's graph, with the options that must outlive it.
 *
 * @param dependsOnProcessor whether it computes other numbers on some processors
 */
record FileSession(SessionOptions options, OrtSession session, boolean dependsOnProcessor) implements AutoCloseable {
    private static final String WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path";

    /** Makes signed weights of products of 8-bit integers unsigned; see {@link EightBitProducts}. */
    private static final String UNSIGNED_WEIGHTS = "session.x64quantprecision";

    /** Loads a graph, so that it computes the same on every processor where the runtime can do that. */
    static FileSession open(ForeignModel model, byte[] graph, RuntimeOptions runtime) throws OrtException {
        EightBitProducts products = model.eightBitProducts();
        if (products.needUnsignedWeights(runtime.optimization())) {
            try {
                return open(model, graph, runtime, true, false);
            } catch (OrtException e) {
                if (e.getCode() != OrtErrorCode.ORT_NOT_IMPLEMENTED) {
                    throw e;
                }
                return open(model, graph, runtime, false, true); // it cannot multiply by them here
            }
        }
        return open(model, graph, runtime, false, products.dependOnProcessor(runtime.optimization()));
    }

    private static FileSession open(
            ForeignModel model,
            byte[] graph,
            RuntimeOptions runtime,
            boolean unsignedWeights,
            boolean dependsOnProcessor)
            throws OrtException {
        SessionOptions options = runtime.newSessionOptions();
        try {
            options.addConfigEntry(WEIGHTS_FOLDER, model.weightsFolder().toString());
            if (unsignedWeights) {
                options.addConfigEntry(UNSIGNED_WEIGHTS, "1");
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
