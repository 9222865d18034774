package io.github.residual4j.capture.internal.run;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The numbers that go into a run beside its tokens, as its {@link RunPlan} says.
 *
 * @param logits for {@link HookPoint#LOGITS}, the positions of each text whose next token is scored
 * @param start the states to begin with, {@code [texts, tokens, width]}, if the plan starts at a block
 * @param cache the keys and values of the positions before, if the plan takes them; they stay open
 * @param edits for each edit of the plan, its inputs by name
 */
public record RunInputs(
        Positions logits,
        Optional<FloatTensor> start,
        Optional<KeyValueCache> cache,
        List<Map<String, FloatTensor>> edits) {
    /** Of a run that only reads. */
    public static RunInputs scoring(Positions logits) {
        return new RunInputs(logits, Optional.empty(), Optional.empty(), List.of());
    }

    /** These, with states to begin with. */
    public RunInputs startingWith(FloatTensor states) {
        return new RunInputs(logits, Optional.of(states), cache, edits);
    }

    /** These, going on after the positions of a cache. */
    public RunInputs after(KeyValueCache positions) {
        return new RunInputs(logits, start, Optional.of(positions), edits);
    }

    /** What the columns of the cache hold of a batch's texts; nothing without one. */
    public Columns columnsBefore(Batch batch) {
        return cache.map(KeyValueCache::columns).orElseGet(() -> Columns.none(batch.size()));
    }

    /** These, with the inputs of the plan's edits. */
    public RunInputs editing(List<Map<String, FloatTensor>> values) {
        return new RunInputs(logits, start, cache, List.copyOf(values));
    }
}
