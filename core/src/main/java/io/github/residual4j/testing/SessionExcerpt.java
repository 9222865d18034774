package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Provenance;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What of a session is kept; all of it where nothing is said.
 *
 * @param points names
 * @param tokens places, negative ones counted from the end
 * @param arrays names
 */
record SessionExcerpt(Optional<List<String>> points, Optional<List<Integer>> tokens, Optional<List<String>> arrays) {
    static final SessionExcerpt WHOLE = new SessionExcerpt(Optional.empty(), Optional.empty(), Optional.empty());

    SessionExcerpt ofPoints(List<String> names) {
        return new SessionExcerpt(Optional.of(names), tokens, arrays);
    }

    SessionExcerpt ofTokens(List<Integer> indices) {
        return new SessionExcerpt(points, Optional.of(indices), arrays);
    }

    SessionExcerpt ofArrays(List<String> names) {
        return new SessionExcerpt(points, tokens, Optional.of(names));
    }

    /**
     * The session that is kept, without what differs from one capture to the next.
     *
     * @throws BadRequestException if the session does not hold what is to be kept, or nothing is
     */
    ActivationSession of(ActivationSession session) {
        int[] keptPoints = keptPoints(session);
        int[] keptTokens = keptTokens(session);
        boolean allPoints = keptPoints.length == session.points().size();
        ActivationSessionBuilder builder = allPoints && session.isHuggingFaceHiddenStates()
                ? ActivationSession.fromHuggingFaceHiddenStates()
                : ActivationSession.builder();
        builder.tokens(IntStream.of(keptTokens).mapToObj(session.tokens()::get).toList());
        for (int p : keptPoints) {
            FloatTensor state =
                    FloatTensor.of(session.state(p), session.tokens().size(), session.width());
            builder.point(
                    session.points().get(p).name(),
                    kept(state, 0, keptTokens).asBuffer(),
                    keptTokens.length,
                    session.width());
        }
        for (String name : arrays.orElseGet(() -> List.copyOf(session.arrays().keySet()))) {
            FloatTensor values = ActivationSlice.ofArray(session, name).values();
            OptionalInt axis = Places.tokenAxis(session, name);
            builder.array(name, axis.isPresent() ? kept(values, axis.getAsInt(), keptTokens) : values);
        }
        session.text().ifPresent(builder::text);
        session.modelName().ifPresent(builder::modelName);
        return builder.provenance(undated(session.provenance())).build();
    }

    private int[] keptPoints(ActivationSession session) {
        return points.map(names -> names.stream()
                        .mapToInt(name -> session.point(name).index())
                        .sorted()
                        .distinct()
                        .toArray())
                .orElseGet(() -> IntStream.range(0, session.points().size()).toArray());
    }

    private int[] keptTokens(ActivationSession session) {
        int count = session.tokens().size();
        if (tokens.isEmpty()) {
            return IntStream.range(0, count).toArray();
        }
        for (int token : tokens.get()) {
            if (token < -count || token >= count) {
                throw new BadRequestException("Token " + token + " does not exist; this session has tokens 0 to "
                        + (count - 1) + ", or -" + count + " to -1 from the end.");
            }
        }
        int[] kept = tokens.get().stream()
                .mapToInt(token -> token < 0 ? token + count : token)
                .sorted()
                .distinct()
                .toArray();
        if (kept.length == 0) {
            throw new BadRequestException("A session needs at least one token.");
        }
        return kept;
    }

    /** Some indices of one axis. */
    private static FloatTensor kept(FloatTensor values, int axis, int[] indices) {
        int[] shape = values.shape();
        if (shape[axis] == indices.length) {
            return values;
        }
        int before = IntStream.of(shape).limit(axis).reduce(1, (a, b) -> a * b);
        int after = IntStream.of(shape).skip(axis + 1).reduce(1, (a, b) -> a * b);
        int length = shape[axis];
        shape[axis] = indices.length;
        FloatBuffer all = values.asBuffer();
        return FloatTensor.filled(
                out -> {
                    for (int outer = 0; outer < before; outer++) {
                        for (int index : indices) {
                            out.put(all.slice((outer * length + index) * after, after));
                        }
                    }
                },
                shape);
    }

    private static Provenance undated(Provenance provenance) {
        return new Provenance(
                provenance.prependBos(),
                provenance.modelSha256(),
                provenance.runtime(),
                provenance.executionProvider(),
                provenance.optimizationLevel(),
                Optional.empty(),
                provenance.layerNormEpsilon(),
                provenance.warnings(),
                provenance.edits());
    }
}
