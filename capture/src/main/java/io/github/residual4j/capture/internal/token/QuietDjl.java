package io.github.residual4j.capture.internal.token;

import ai.djl.engine.EngineException;
import io.github.residual4j.error.CaptureException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Calls into DJL so that it sends nothing. When a tokenizer is made, DJL asks a cloud's metadata address who it is and
 * may report that, and on a machine with a GPU it may fetch another native library. System properties turn both off;
 * they are set only where the application has said nothing, and only while the call lasts.
 */
final class QuietDjl {
    private static final Map<String, String> WANTED =
            Map.of("OPT_OUT_TRACKING", "true", "ai.djl.offline", "true", "RUST_FLAVOR", "cpu");
    private static final Map<String, String> ENVIRONMENT_NAMES = Map.of("ai.djl.offline", "DJL_OFFLINE");

    private QuietDjl() {}

    interface Call<T> {
        T call() throws IOException;
    }

    static synchronized <T> T call(Call<T> call) throws IOException {
        Map<String, String> set = new LinkedHashMap<>();
        WANTED.forEach((name, value) -> {
            if (!isChosenByApplication(name)) {
                System.setProperty(name, value);
                set.put(name, value);
            }
        });
        try {
            return call.call();
        } catch (LinkageError | EngineException e) {
            throw new CaptureException(
                    "The tokenizer's native library cannot be loaded (" + e.getMessage()
                            + "); it is unpacked into the folder that DJL_CACHE_DIR names, by default .djl.ai in the "
                            + "home folder, which must be writable, have room and allow programs to run.",
                    e);
        } finally {
            set.forEach((name, value) -> {
                if (value.equals(System.getProperty(name))) {
                    System.clearProperty(name);
                }
            });
        }
    }

    private static boolean isChosenByApplication(String name) {
        return System.getProperty(name) != null
                || Optional.ofNullable(System.getenv(ENVIRONMENT_NAMES.getOrDefault(name, name)))
                        .filter(value -> !value.isEmpty())
                        .isPresent();
    }
}
