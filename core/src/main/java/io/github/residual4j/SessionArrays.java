package io.github.residual4j;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.StoredArray;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The arrays a session's file holds, whatever its format. */
final class SessionArrays {
    /** {@code [points, 1, tokens, width]}. */
    static final String HIDDEN_STATES = "hidden_states";
    /** {@code [points]}, in an npz. */
    static final String LAYER_NAMES = "layer_names";
    /** {@code [tokens]}; left out when no id is known. */
    static final String TOKEN_IDS = "token_ids";
    /** {@code [tokens]}. */
    static final String POSITIONS = "positions";
    /** A single string, in an npz. */
    static final String CONFIG = "config_json";

    /** The names a session's own arrays have, which no other array can have. */
    static final Set<String> OWN = Set.of(HIDDEN_STATES, LAYER_NAMES, TOKEN_IDS, POSITIONS, CONFIG);

    /** What stands in {@code token_ids} for a token whose id is not known. */
    static final long UNKNOWN_ID = -1;

    private SessionArrays() {}

    /**
     * The arrays to be written, in order, but for the texts.
     *
     * @param stateType how the states are kept; other arrays are kept as float32
     * @throws BadRequestException if a state holds a finite value beyond that type's range
     */
    static Map<String, StoredArray> of(ActivationSession session, FloatType stateType) {
        int points = session.points().size();
        int tokens = session.tokens().size();
        List<FloatBuffer> states =
                IntStream.range(0, points).mapToObj(session::state).toList();
        for (int p = 0; p < points; p++) {
            requireInRange(session, session.points().get(p), stateType);
        }
        Map<String, StoredArray> arrays = new LinkedHashMap<>();
        arrays.put(HIDDEN_STATES, StoredArray.floats(stateType, List.of(points, 1, tokens, session.width()), states));
        if (session.tokens().stream().anyMatch(t -> t.id().isPresent())) {
            arrays.put(
                    TOKEN_IDS,
                    StoredArray.longs(session.tokens().stream()
                            .mapToLong(t -> t.id().orElse(UNKNOWN_ID))
                            .toArray()));
        }
        arrays.put(
                POSITIONS,
                StoredArray.longs(
                        session.tokens().stream().mapToLong(t -> t.position()).toArray()));
        session.arrays().forEach((name, array) -> {
            List<Integer> shape = IntStream.of(array.shape()).boxed().toList();
            arrays.put(name, StoredArray.floats(shape, List.of(array.asBuffer())));
        });
        return arrays;
    }

    private static void requireInRange(ActivationSession session, StreamPoint point, FloatType type) {
        if (type == FloatType.F32) {
            return;
        }
        FloatBuffer state = session.state(point.index());
        for (int i = 0; i < state.capacity(); i++) {
            if (type.overflows(state.get(i))) {
                throw new BadRequestException("Point \"" + point.name() + "\" holds " + state.get(i) + " (token "
                        + i / session.width() + ", dimension " + i % session.width() + "), which " + type
                        + " cannot; keep the states as " + (type == FloatType.F16 ? "BF16 or F32." : "F32."));
            }
        }
    }
}
