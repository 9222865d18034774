package io.github.residual4j.capture.internal.experiment;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A run without changes, of which others begin.
 *
 * @param ids the text
 * @param values what was kept of it, as the model gives it for one text
 * @param logits those of the last position
 */
@SuppressWarnings("ArrayRecordComponent") // made here, and never compared
public record BaseRun(long[] ids, Map<HookKey, float[]> values, float[] logits) {
    /** The hook point that answers are read from. */
    static final HookKey LOGITS = HookKey.of(HookPoint.LOGITS);

    /** Runs a text and keeps some hook points beside the last logits. */
    public static BaseRun of(StreamModel model, long[] ids, Set<HookKey> kept, Cancellation cancellation) {
        RunInputs inputs = RunInputs.scoring(Positions.last());
        return run(model, ids, RunPlan.reading(withLogits(kept)), inputs, cancellation);
    }

    /** As {@link #of(StreamModel, long[], Set, Cancellation)}, from embeddings that are given, {@code [positions × width]}. */
    public static BaseRun from(
            StreamModel model, long[] ids, float[] embeddings, Set<HookKey> kept, Cancellation cancellation) {
        Set<HookKey> read = withLogits(kept);
        read.remove(stateBefore(0));
        RunInputs inputs = RunInputs.scoring(Positions.last())
                .startingWith(together(List.of(embeddings), embeddings.length / ids.length));
        BaseRun run = run(model, ids, RunPlan.reading(read).startingAt(0), inputs, cancellation);
        run.values.put(stateBefore(0), embeddings);
        return run;
    }

    private static Set<HookKey> withLogits(Set<HookKey> kept) {
        Set<HookKey> read = new TreeSet<>(kept);
        read.add(LOGITS);
        return read;
    }

    private static BaseRun run(
            StreamModel model, long[] ids, RunPlan plan, RunInputs inputs, Cancellation cancellation) {
        try (RunValues run = model.run(plan, Batch.of(List.of(ids)), inputs, cancellation)) {
            Map<HookKey, float[]> values = new HashMap<>();
            plan.reads().stream()
                    .filter(key -> !key.equals(LOGITS))
                    .forEach(key -> values.put(key, floats(run.all(key))));
            return new BaseRun(ids.clone(), values, lastLogits(run, 1).get(0));
        }
    }

    /** What a block reads or, by the number of blocks, the final norm. */
    static HookKey stateBefore(int block) {
        return HookKey.of(HookPoint.RESID_PRE, block).kept();
    }

    /** States of several runs to begin with, {@code [runs, positions, width]}. */
    static FloatTensor together(List<float[]> states, int width) {
        return FloatTensor.filled(all -> states.forEach(all::put), states.size(), states.get(0).length / width, width);
    }

    /** The last position's logits of each text of a run. */
    static List<float[]> lastLogits(RunValues run, int texts) {
        List<float[]> logits = new ArrayList<>();
        for (int text = 0; text < texts; text++) {
            logits.add(floats(run.rows(LOGITS, text, Positions.last())));
        }
        return logits;
    }

    /** The last logits of runs that are yet to differ, by block and unit: this run's own. */
    List<List<float[]>> answers(int blocks, int units) {
        return IntStream.range(0, blocks)
                .<List<float[]>>mapToObj(block -> new ArrayList<>(Collections.nCopies(units, logits)))
                .toList();
    }

    /** A copy of what a buffer holds. */
    static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
