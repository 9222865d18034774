package io.github.residual4j.store;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.BadFileException;
import io.github.residual4j.FloatTensor;
import io.github.residual4j.internal.io.StagedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A session as a folder: {@code tensors.npz}, which is authoritative, and a readable {@code config.json}. */
public final class SessionDirectory {
    static final String TENSORS = "tensors.npz";
    static final String CONFIG = "config.json";

    private SessionDirectory() {}

    /** See {@link ActivationSession#load(Path)}. */
    public static ActivationSession load(Path directory) {
        return SessionReader.read(directory);
    }

    /** See {@link ActivationSession#save(Path)}. */
    public static void save(ActivationSession session, Path directory) {
        requireFreeOrOurs(directory);
        String config = SessionConfig.of(session).toJson();
        Path created = firstMissing(directory);
        boolean done = false;
        try {
            Files.createDirectories(directory);
            try (StagedFile json = StagedFile.write(
                            directory.resolve(CONFIG), out -> out.write(config.getBytes(StandardCharsets.UTF_8)));
                    StagedFile npz =
                            StagedFile.write(directory.resolve(TENSORS), out -> writeTensors(session, config, out))) {
                json.publish();
                npz.publish();
            }
            done = true;
        } catch (IOException e) {
            throw new BadFileException(directory, "the session cannot be written (" + StagedFile.reason(e) + ").", e);
        } finally {
            if (!done) {
                removeEmpty(directory, created);
            }
        }
    }

    private static void writeTensors(ActivationSession session, String config, OutputStream out) throws IOException {
        int points = session.points().size();
        int tokens = session.tokens().size();
        try (NpzWriter npz = new NpzWriter(out)) {
            List<FloatBuffer> states =
                    IntStream.range(0, points).mapToObj(session::state).toList();
            npz.write("hidden_states", NpyArray.floats(List.of(points, 1, tokens, session.width()), states));
            npz.write(
                    "layer_names",
                    NpyArray.strings(
                            session.points().stream().map(p -> p.name()).toList()));
            if (session.tokens().stream().anyMatch(t -> t.id().isPresent())) {
                npz.write(
                        "token_ids",
                        NpyArray.longs(session.tokens().stream()
                                .mapToLong(t -> t.id().orElse(SessionReader.UNKNOWN_ID))
                                .toArray()));
            }
            npz.write(
                    "positions",
                    NpyArray.longs(session.tokens().stream()
                            .mapToLong(t -> t.position())
                            .toArray()));
            for (Map.Entry<String, FloatTensor> array : session.arrays().entrySet()) {
                List<Integer> shape =
                        IntStream.of(array.getValue().shape()).boxed().toList();
                npz.write(
                        array.getKey(),
                        NpyArray.floats(shape, List.of(array.getValue().asBuffer())));
            }
            npz.write("config_json", NpyArray.string(config));
        }
    }

    /** Refuses a place where writing a session would mix with or destroy something else. */
    private static void requireFreeOrOurs(Path directory) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new BadFileException(directory, "it is a file; a session is written into a folder.");
        }
        if (!Files.isDirectory(directory) || isSession(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> others = files.filter(f -> !StagedFile.isLeftover(f) && !isOurConfig(f))
                    .limit(1)
                    .toList();
            if (!others.isEmpty()) {
                throw new BadFileException(
                        directory,
                        "it holds \"" + others.get(0).getFileName()
                                + "\" and no session; give a folder that is missing, empty or a session.");
            }
        } catch (IOException e) {
            throw new BadFileException(directory, "it cannot be listed (" + StagedFile.reason(e) + ").", e);
        }
    }

    private static boolean isSession(Path directory) {
        if (!Files.isRegularFile(directory.resolve(TENSORS))) {
            return false;
        }
        try (NpzReader npz = new NpzReader(directory.resolve(TENSORS))) {
            return npz.names().containsAll(List.of("hidden_states", "layer_names"));
        } catch (BadFileException e) {
            return false;
        }
    }

    /** Whether a file is the config of a session whose writer was killed before its tensors were in place. */
    private static boolean isOurConfig(Path file) {
        try {
            return file.getFileName().toString().equals(CONFIG)
                    && Files.size(file) < 1 << 20
                    && Files.readString(file).contains("\"format_version\"");
        } catch (IOException e) {
            return false;
        }
    }

    /** The topmost folder that has to be made to hold a directory, or the directory itself. */
    private static Path firstMissing(Path directory) {
        Path missing = directory.toAbsolutePath();
        while (missing.getParent() != null && !Files.exists(missing.getParent())) {
            missing = missing.getParent();
        }
        return missing;
    }

    /** Takes back the folders that a failed save made; one that holds anything stays. */
    private static void removeEmpty(Path directory, Path topmost) {
        try {
            for (Path made = directory.toAbsolutePath(); made.startsWith(topmost); made = made.getParent()) {
                Files.deleteIfExists(made);
            }
        } catch (IOException e) {
            // It was there before or somebody else uses it.
        }
    }
}
