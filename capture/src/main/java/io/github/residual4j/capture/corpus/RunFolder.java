package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.StagedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folder of a run, which one process at a time works in. */
final class RunFolder implements AutoCloseable {
    static final String STATISTICS = "statistics.npz";
    static final String REPORT = "statistics.json";
    static final String STORE = "activations";
    private static final String STATE = "progress.npz";
    private static final String LOCK = ".corpus.lock";

    private final Path folder;
    private final FileChannel lock;

    private RunFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Makes the folder this run's.
     *
     * @throws BadFileException if it cannot be made, holds something else, or another run is at work in it
     */
    static RunFolder lock(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadFileException(folder, "is a file; the results need a folder.");
        }
        requireOurs(folder);
        FileChannel channel;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new BadFileException(folder, "cannot be written to (" + StagedFile.reason(e) + ").", e);
        }
        RunFolder mine = new RunFolder(folder, channel);
        try {
            if (channel.tryLock() != null) {
                StagedFile.removeLeftovers(folder);
                return mine;
            }
        } catch (IOException | OverlappingFileLockException e) {
            mine.close();
            throw new BadFileException(
                    folder,
                    "cannot be locked (" + e.getMessage() + "), or another run is at work"
                            + " in it; wait for that, or choose another folder.",
                    e);
        }
        mine.close();
        throw new BadFileException(
                folder, "another run is at work in it; wait for it to end, or choose another folder.");
    }

    /** Refuses a folder with files in it that holds no run. */
    private static void requireOurs(Path folder) {
        if (!Files.exists(folder) || Files.exists(folder.resolve(STATE)) || Files.exists(folder.resolve(LOCK))) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.findAny().ifPresent(file -> {
                throw new BadFileException(
                        folder,
                        "holds \"" + file.getFileName() + "\" and no corpus run; choose an empty or a new folder.");
            });
        } catch (IOException e) {
            throw new BadFileException(folder, "cannot be listed (" + StagedFile.reason(e) + ").", e);
        }
    }

    /**
     * How far the run in this folder has come.
     *
     * @throws BadFileException if it is another run, naming the first difference
     */
    CorpusState state(Map<String, String> settings) {
        CorpusState state = CorpusState.load(folder.resolve(STATE)).orElseGet(() -> CorpusState.begin(settings));
        requireSame(settings, state.settings());
        return state;
    }

    /** Refuses to go on with what was begun otherwise. */
    void requireSame(Map<String, String> now, Map<String, String> then) {
        List<String> names = new ArrayList<>(then.keySet());
        now.keySet().stream().filter(name -> !names.contains(name)).forEach(names::add);
        for (String name : names) {
            String before = then.getOrDefault(name, "none");
            String after = now.getOrDefault(name, "none");
            if (!before.equals(after)) {
                throw new BadFileException(
                        folder,
                        "holds a run whose " + name.replace('_', ' ') + " was " + before + ", not " + after
                                + "; give the same to go on with it, or choose another folder.");
            }
        }
    }

    /** Writes how far the run has come; what is given back has gone through the file. */
    CorpusState save(CorpusState state) {
        return state.save(folder.resolve(STATE));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new BadFileException(folder, "its lock cannot be given back (" + e.getMessage() + ").", e);
        }
    }
}
