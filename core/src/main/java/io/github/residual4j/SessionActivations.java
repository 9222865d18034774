package io.github.residual4j;

import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds what a session holds of a hook point, wherever and under whichever of its names it is kept. */
final class SessionActivations {
    private SessionActivations() {}

    static Optional<FloatTensor> find(ActivationSession session, HookKey key) {
        HookKey kept = key.kept();
        if (kept.point() == HookPoint.ATTENTION_PATTERN) {
            return Optional.ofNullable(patterns(session).get(kept.block()));
        }
        return session.points().stream()
                .filter(point -> point.key().equals(kept))
                .findFirst()
                .map(point -> state(session, point))
                .or(() -> array(session, kept));
    }

    private static FloatTensor state(ActivationSession session, StreamPoint point) {
        return FloatTensor.of(session.state(point.index()), 1, session.tokens().size(), session.width());
    }

    private static Optional<FloatTensor> array(ActivationSession session, HookKey kept) {
        return session.arrays().entrySet().stream()
                .filter(array -> HookKey.find(array.getKey())
                        .filter(key -> key.kept().equals(kept))
                        .isPresent())
                .findFirst()
                .map(Map.Entry::getValue);
    }

    /** Those of all blocks from the first on are kept in one array, those of picked blocks each in its own. */
    static SortedMap<Integer, FloatTensor> patterns(ActivationSession session) {
        SortedMap<Integer, FloatTensor> found = new TreeMap<>();
        session.arrays()
                .forEach((name, values) -> HookKey.find(name)
                        .filter(key -> key.point() == HookPoint.ATTENTION_PATTERN && isPattern(values, session))
                        .ifPresent(key -> found.put(key.block(), values)));
        FloatTensor stacked = session.arrays().get(ActivationSession.ATTENTION_PATTERNS);
        if (stacked != null) {
            for (int block = 0; block < stacked.shape()[0]; block++) {
                found.put(block, stacked.slice(block));
            }
        }
        return Collections.unmodifiableSortedMap(found);
    }

    /** Whether an array that is called a pattern is one, {@code [1, heads, tokens, attended]}. */
    private static boolean isPattern(FloatTensor values, ActivationSession session) {
        int[] shape = values.shape();
        int tokens = session.tokens().size();
        return shape.length == 4 && shape[0] == 1 && shape[2] == tokens && shape[3] >= tokens;
    }
}
