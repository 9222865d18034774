package io.github.residual4j.capture.hub;

/**
 * Is told how a download gets on. Calls come from the thread that asked for the download, a few times a second and at
 * the end of every file. An exception thrown here stops the download; what has arrived is kept for the next one.
 */
@FunctionalInterface
public interface HubProgress {
    /** Tells nobody. */
    HubProgress NONE = (file, received, total) -> {};

    /**
     * Some of a file is there.
     *
     * @param file its name in the repository, such as {@code model.safetensors}
     * @param received bytes of it on this machine, those of an earlier, broken download included
     * @param total bytes of the whole file, or -1 if the hub did not tell
     */
    void update(String file, long received, long total);
}
