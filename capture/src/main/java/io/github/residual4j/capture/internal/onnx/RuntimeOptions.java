package io.github.residual4j.capture.internal.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.github.residual4j.capture.Optimization;

/**
 * How ONNX Runtime is to run a model.
 *
 * @param optimization how far it may rewrite the graph
 */
public record RuntimeOptions(Optimization optimization) {
    /** As fast as it can. */
    public static final RuntimeOptions DEFAULT = new RuntimeOptions(Optimization.ALL);

    /** The options of a new session, to be closed after it. */
    SessionOptions newSessionOptions() throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setOptimizationLevel(level());
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL); // errors come back as exceptions
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    private OptLevel level() {
        return switch (optimization) {
            case NONE -> OptLevel.NO_OPT;
            case BASIC -> OptLevel.BASIC_OPT;
            case EXTENDED -> OptLevel.EXTENDED_OPT;
            case LAYOUT -> OptLevel.LAYOUT_OPT;
            case ALL -> OptLevel.ALL_OPT;
        };
    }

    /** What runs models, with its version. */
    public static String runtimeName() {
        return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
    }

    /** ONNX Runtime's name of what it computes on. */
    public String executionProvider() {
        return "CPUExecutionProvider";
    }
}
