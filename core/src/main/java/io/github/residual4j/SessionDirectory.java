package io.github.residual4j;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.internal.io.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session as a folder: {@code tensors.npz} or {@code tensors.safetensors}, which is authoritative, and a readable copy
 * of its texts, {@code config.json}.
 *
 * <p>A save puts the arrays in place by one rename, and the readable copy after them. At any moment the folder holds the
 * old session or the new one, because of one rule: <b>when both files of arrays are there, the npz counts.</b> So
 * writing an npz takes effect when it gets its name, and the safetensors file is removed after that; writing a
 * safetensors file takes effect when the npz is removed, or when it gets its name if there is none.
 */
final class SessionDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDirectory.class);
    private static final String CONFIG = "config.json";

    private SessionDirectory() {}

    /**
     * See {@link ActivationSession#load(Path)}.
     *
     * @param directory the folder
     * @return the session
     */
    static ActivationSession load(Path directory) {
        BadRequestException.requireGiven(directory, "session directory");
        if (!Files.isDirectory(directory)) {
            throw new BadFileException(directory, "it is no folder; expected a session directory.");
        }
        Path file = arrays(directory);
        try {
            return load(directory, file);
        } catch (BadFileException e) {
            Path now = arrays(directory);
            if (now.equals(file)) {
                throw e;
            }
            return load(directory, now); // it was replaced by one of the other format just now
        }
    }

    private static Path arrays(Path directory) {
        for (SessionFormat format : SessionFormat.values()) { // the npz first
            Path file = directory.resolve(format.fileName());
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new BadFileException(directory, "it holds no tensors.npz or tensors.safetensors, so it is no session.");
    }

    private static ActivationSession load(Path directory, Path file) {
        Path json = directory.resolve(CONFIG);
        try (SessionSource source = open(file)) {
            ActivationSession session = SessionReader.read(source, () -> configFile(json, file));
            if (!Files.exists(json)) {
                source.config().ifPresent(config -> mend(json, config));
            }
            return session;
        }
    }

    private static SessionSource open(Path file) {
        return file.endsWith(SessionFormat.NPZ.fileName()) ? new NpzSession(file) : new SafetensorsSource(file);
    }

    /** Writes the readable copy, which is missing. */
    private static void mend(Path json, String config) {
        try {
            StagedFile.replace(json, config);
        } catch (BadFileException e) {
            LOG.debug("{} is missing and cannot be mended", json, e);
        }
    }

    /** What the configuration says in a session whose arrays were not written by this library. */
    private static SessionConfig configFile(Path json, Path arrays) {
        if (!Files.isRegularFile(json)) {
            throw new BadFileException(
                    json,
                    "it is missing, and " + arrays.getFileName() + " holds no config_json; expected a JSON object with"
                            + " \"text\" and \"model_name\".");
        }
        try {
            return SessionConfig.parse(TextFile.read(json));
        } catch (IOException e) {
            throw new BadFileException(json, StagedFile.reason(e) + ".", e);
        }
    }

    /**
     * See {@link ActivationSession#save(Path, SessionFormat)}.
     *
     * @param session what is written
     * @param directory the folder, made when missing
     * @param format how the arrays are kept
     */
    static void save(ActivationSession session, Path directory, SessionFormat format) {
        BadRequestException.requireGiven(directory, "session directory");
        BadRequestException.requireGiven(format, "format");
        requireFreeOrOurs(directory);
        String config = SessionConfig.of(session).toJson();
        StagedFile.Content arrays = switch (format) {
            case NPZ -> out -> NpzSession.write(session, config, out);
            case SAFETENSORS -> SafetensorsSession.writer(session, config, FloatType.F32)::writeTo;
        };
        List<Path> missing = missing(directory);
        boolean done = false;
        try {
            Files.createDirectories(directory);
            try (StagedFile tensors = StagedFile.write(directory.resolve(format.fileName()), arrays);
                    StagedFile json = StagedFile.write(
                            directory.resolve(CONFIG), out -> out.write(config.getBytes(StandardCharsets.UTF_8)))) {
                tensors.publish();
                removeOther(directory, format);
                done = true;
                publishCopy(json, directory);
            }
        } catch (IOException e) {
            throw new BadFileException(directory, "the session cannot be written (" + StagedFile.reason(e) + ").", e);
        } finally {
            if (!done) {
                removeEmpty(missing);
            }
        }
    }

    private static void publishCopy(StagedFile json, Path directory) {
        try {
            json.publish();
        } catch (IOException e) { // the session is there, only its readable copy is not
            LOG.warn("{} could not be put in place in {}", CONFIG, directory, e);
        }
    }

    /** Removes the arrays of the session that was there in the other format. */
    private static void removeOther(Path directory, SessionFormat format) throws IOException {
        SessionFormat other = format == SessionFormat.NPZ ? SessionFormat.SAFETENSORS : SessionFormat.NPZ;
        Path old = directory.resolve(other.fileName());
        if (!Files.exists(old)) {
            return;
        }
        try {
            Files.delete(old);
        } catch (IOException e) {
            if (other == SessionFormat.NPZ) { // it still counts, so the new arrays are of no use
                Files.delete(directory.resolve(format.fileName()));
                throw e;
            }
            LOG.warn("{} could not be removed; {} counts", old, format.fileName(), e);
        }
        StagedFile.forceFolder(directory);
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
            List<Path> others =
                    files.filter(f -> !StagedFile.isLeftover(f)).limit(1).toList();
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

    /** Whether whatever file of arrays is there holds a session's; one that holds something else is not overwritten. */
    private static boolean isSession(Path directory) {
        boolean found = false;
        for (SessionFormat format : SessionFormat.values()) {
            Path file = directory.resolve(format.fileName());
            if (Files.exists(file)) {
                if (!Files.isRegularFile(file) || !holdsStates(file)) {
                    return false;
                }
                found = true;
            }
        }
        return found;
    }

    private static boolean holdsStates(Path file) {
        try (SessionSource source = open(file)) {
            return source.names().contains(SessionArrays.HIDDEN_STATES)
                    && source.layerNames().filter(names -> !names.isEmpty()).isPresent();
        } catch (BadFileException e) {
            return false;
        }
    }

    /** The folders that have to be made to hold a session, the innermost first. */
    private static List<Path> missing(Path directory) {
        List<Path> missing = new ArrayList<>();
        for (Path d = directory.toAbsolutePath(); d != null && !Files.exists(d); d = d.getParent()) {
            missing.add(d);
        }
        return missing;
    }

    /** Takes back the folders that a failed save made; one that holds anything stays. */
    private static void removeEmpty(List<Path> made) {
        try {
            for (Path folder : made) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            LOG.debug("A folder made for a session that could not be written stays", e); // somebody else uses it
        }
    }
}
