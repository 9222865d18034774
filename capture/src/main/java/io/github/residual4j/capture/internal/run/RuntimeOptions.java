package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.CaptureException;

/**
 * How ONNX Runtime is to run a model.
 *
 * @param device what it computes on
 * @param optimization how far it may rewrite the graph
 */
public record RuntimeOptions(Device device, Optimization optimization) {
    /** Whether its threads wait for the next run asleep, and leave the processor to what reads this one's values. */
    private static final String STOP_SPINNING = "session.force_spinning_stop";

    /** As fast as the CPU can. */
    public static final RuntimeOptions DEFAULT = new RuntimeOptions(Device.cpu(), Optimization.ALL);

    /**
     * The options of a new session, to be closed after it.
     *
     * @throws CaptureException if the device cannot be used
     */
    public SessionOptions newSessionOptions() throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setOptimizationLevel(level());
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL); // errors come back as exceptions
            if (device instanceof Device.Cpu cpu) {
                options.setIntraOpNumThreads(cpu.threads());
                options.addConfigEntry(STOP_SPINNING, "1");
            } else if (device instanceof Device.Cuda cuda) {
                addCuda(options, cuda);
            }
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    private static void addCuda(SessionOptions options, Device.Cuda cuda) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new CaptureException(
                    cuda + " cannot be used: this " + runtimeName() + " computes on the CPU only. Put "
                            + "com.microsoft.onnxruntime:onnxruntime_gpu on the class path in place of onnxruntime.");
        }
        try {
            options.addCUDA(cuda.index());
        } catch (OrtException e) {
            throw new CaptureException(
                    cuda + " cannot be used: " + runtimeName()
                            + " cannot start its CUDA provider, which needs an NVIDIA driver (libcuda.so.1) and, on the "
                            + "library path, CUDA 12 (libcudart.so.12, libcublas.so.12, libcublasLt.so.12, "
                            + "libcurand.so.10) and cuDNN 9; it said: " + e.getMessage() + ".",
                    e);
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
        return device instanceof Device.Cuda ? "CUDAExecutionProvider" : "CPUExecutionProvider";
    }
}
