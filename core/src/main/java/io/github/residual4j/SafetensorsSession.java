package io.github.residual4j;

import com.google.gson.JsonArray;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.internal.io.AsciiJson;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsWriter;
import java.nio.file.Path;

/**
 * A session as a single safetensors file: {@code hidden_states} {@code [points, 1, tokens, width]}, {@code token_ids}
 * (int64 {@code [tokens]}; left out when no id is known), {@code positions} (int64 {@code [tokens]}), every further
 * array under its name, and in the file's metadata {@code format_version}, {@code layer_names} (a JSON list of strings)
 * and {@code config_json} (what a session directory's {@code config.json} says).
 */
public final class SafetensorsSession {
    private SafetensorsSession() {}

    /**
     * Writes a session, whole or not at all.
     *
     * @param file where to
     * @param session what is written
     * @throws BadFileException if the file cannot be written
     */
    public static void write(Path file, ActivationSession session) {
        write(file, session, FloatType.F32);
    }

    /**
     * Writes a session whose states are rounded to a type that takes less room; all else is kept as it is.
     *
     * @param file where to
     * @param session what is written
     * @param stateType how {@code hidden_states} are kept
     * @throws BadRequestException if a state holds a finite value beyond that type's range
     * @throws BadFileException if the file cannot be written
     */
    public static void write(Path file, ActivationSession session, FloatType stateType) {
        BadRequestException.requireGiven(file, "file");
        BadRequestException.requireGiven(session, "session");
        BadRequestException.requireGiven(stateType, "type of states");
        writer(session, SessionConfig.of(session).toJson(), stateType).save(file);
    }

    /**
     * Reads a session from a file.
     *
     * @param file the file
     * @return the session
     * @throws BadFileException if it is missing, damaged or does not hold a session
     */
    public static ActivationSession read(Path file) {
        BadRequestException.requireGiven(file, "file");
        try (SessionSource source = new SafetensorsSource(file)) {
            return SessionReader.read(source, () -> SessionConfig.UNKNOWN);
        }
    }

    static SafetensorsWriter writer(ActivationSession session, String config, FloatType stateType) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata(SafetensorsSource.FORMAT_VERSION, SafetensorsSource.VERSION)
                .metadata(
                        SessionArrays.LAYER_NAMES,
                        AsciiJson.of(session.points().stream()
                                .map(StreamPoint::name)
                                .collect(JsonArray::new, JsonArray::add, JsonArray::addAll)))
                .metadata(SessionArrays.CONFIG, config);
        SessionArrays.of(session, stateType).forEach(writer::put);
        return writer;
    }
}
