package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OrtEnvironment;
import io.github.residual4j.error.CaptureException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** ONNX Runtime's native library, which unpacks itself into the JVM's temporary folder when it is first used. */
public final class NativeRuntime {
    private static boolean loaded;

    private NativeRuntime() {}

    /**
     * Loads the library, once.
     *
     * @throws CaptureException if the temporary folder does not let it; later use would end in an Error
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        Logger logger = Logger.getLogger("ai.onnxruntime.OnnxRuntime"); // prints a stack trace of what is told below
        Level before = logger.getLevel();
        logger.setLevel(Level.OFF);
        try {
            OrtEnvironment.getEnvironment();
            loaded = true;
        } catch (LinkageError | RuntimeException e) {
            throw new CaptureException(
                    "ONNX Runtime's native library cannot be unpacked into the temporary folder \""
                            + System.getProperty("java.io.tmpdir") + "\" and loaded from there (" + reason(e)
                            + "); name a folder that exists, has room and allows programs to run by"
                            + " -Djava.io.tmpdir=FOLDER on the java command.",
                    e);
        } finally {
            logger.setLevel(before);
        }
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
