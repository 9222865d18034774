package io.github.residual4j.capture.internal.discovery;

import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.BufferPool;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunOutputs;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is told by tensors that are computed once, when a file is opened.
 *
 * @param pool where their memory is lent
 */
record FirstRun(ForeignModel model, RuntimeOptions runtime, BufferPool pool) {
    /**
     * The number of heads that attention patterns have; none if one of them is no pattern.
     *
     * @param patterns tensors that were taken for patterns
     */
    OptionalInt heads(Set<String> patterns, Batch text) {
        Set<OptionalInt> counted = new HashSet<>();
        try (ForeignSession session = new ForeignSession(model, patterns, runtime);
                RunOutputs outputs = run(session, text)) {
            patterns.forEach(pattern -> counted.add(Trial.headsOfPattern(outputs.values(pattern), text.length())));
        }
        return counted.contains(OptionalInt.empty())
                ? OptionalInt.empty()
                : counted.iterator().next();
    }

    /** Which of the learned positions a text's first token takes: in OPT number 2, otherwise mostly 0. */
    int firstPosition() {
        Optional<String> place = model.embedding().place();
        if (place.isEmpty()) {
            return 0;
        }
        Batch text = Batch.of(List.of(new long[model.length().orElse(1)]));
        try (ForeignSession session = new ForeignSession(model, Set.of(place.get()), runtime);
                RunOutputs outputs = run(session, text)) {
            FloatBuffer positions = outputs.values(place.get());
            if (!positions.hasRemaining()) {
                throw new BadFileException(
                        model.file(),
                        "its tensor \"" + place.get() + "\" is to tell the position of each token, but holds none.");
            }
            int first = Math.max(0, (int) positions.get(0));
            int learned = model.embedding().context().orElseThrow();
            if (first >= learned) {
                throw new BadFileException(
                        model.file(), "its first token takes position " + first + ", but it has only " + learned + ".");
            }
            return first;
        }
    }

    private RunOutputs run(ForeignSession session, Batch text) {
        return session.run(text, RunInputs.scoring(Positions.last()), new long[0], pool, new Cancellation());
    }
}
