package io.github.residual4j.capture.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that begin in the midst of a model or of a text give what whole runs give. */
class ContinuedRunsTest {
    private static final long[] IDS = {5, 9, 1, 23, 7, 7, 12, 28, 3, 20, 11};

    private static final HookPoint[] STREAM = {
        HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.FINAL, HookPoint.LOGITS
    };

    private static CheckpointModel open(String name, Optimization optimization) {
        return CheckpointModel.of(Runs.checkpoint(name), new RuntimeOptions(Device.cpu(), optimization));
    }

    @ParameterizedTest
    @CsvSource({
        "micro, ALL",
        "micro, NONE",
        "embedded, ALL",
        "untied, ALL",
        "relu, ALL",
        "gelu, ALL",
        "n-inner, ALL",
        "scaled-by-layer, ALL",
        "unscaled-attention, NONE",
        "unaligned, ALL",
        "epsilon, ALL"
    })
    void aTextInTwoPiecesGivesWhatTheWholeGives(String name, Optimization optimization) {
        try (CheckpointModel model = open(name, optimization)) {
            for (HookPoint[] points : List.of(STREAM, HookPoint.values())) { // fused, and spelled out
                RunPlan plan = RunPlan.reading(Runs.keys(model.blocks(), points));
                Map<HookKey, float[]> whole = Runs.run(model, plan, IDS);
                for (int first : new int[] {1, 4, IDS.length - 1}) {
                    assertPieces(model, plan, first, whole);
                }
            }
        }
    }

    private static void assertPieces(CheckpointModel model, RunPlan plan, int first, Map<HookKey, float[]> whole) {
        RunInputs inputs = RunInputs.scoring(Positions.all());
        Batch begin = Batch.of(List.of(Arrays.copyOf(IDS, first)));
        Batch end = Batch.of(List.of(Arrays.copyOfRange(IDS, first, IDS.length)));
        try (RunValues before = model.run(plan.givingCache(), begin, inputs, new Cancellation());
                KeyValueCache cache = before.cache().orElseThrow();
                RunValues after =
                        model.run(plan.takingCache().givingCache(), end, inputs.after(cache), new Cancellation());
                KeyValueCache both = after.cache().orElseThrow()) {
            assertThat(cache.columns().length(0)).isEqualTo(first);
            assertThat(both.columns().length(0)).isEqualTo(IDS.length);
            Map<HookKey, float[]> rest = Runs.copy(after);
            rest.forEach((key, values) -> {
                float[] all = whole.get(key);
                if (key.point() == HookPoint.ATTENTION_PATTERN || key.point() == HookPoint.ATTENTION_SCORES) {
                    Runs.assertSame(key, values, lastRows(all, first));
                } else {
                    Runs.assertSame(key, values, Arrays.copyOfRange(all, all.length / IDS.length * first, all.length));
                }
            });
        }
    }

    /** Of {@code [heads, T, T]}, the rows from one on. */
    private static float[] lastRows(float[] squares, int first) {
        int length = IDS.length;
        int heads = squares.length / length / length;
        float[] rows = new float[heads * (length - first) * length];
        for (int head = 0; head < heads; head++) {
            System.arraycopy(
                    squares,
                    (head * length + first) * length,
                    rows,
                    head * (length - first) * length,
                    (length - first) * length);
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"micro", "embedded", "untied", "scaled-by-layer"})
    void aRunFromABlocksStatesGivesWhatTheWholeGives(String name) {
        try (CheckpointModel model = open(name, Optimization.ALL)) {
            int width = Runs.checkpoint(name).config().width();
            RunPlan everything = RunPlan.reading(Runs.keys(model.blocks(), HookPoint.values()));
            Map<HookKey, float[]> whole = Runs.run(model, everything, IDS);
            for (int start = 0; start <= model.blocks(); start++) {
                int first = start;
                List<HookKey> later = everything.reads().stream()
                        .filter(key -> key.compareTo(HookKey.of(HookPoint.RESID_PRE, 0)) > 0
                                && (!key.point().isInEveryBlock() || key.block() >= first))
                        .toList();
                float[] states =
                        whole.get(HookKey.of(HookPoint.RESID_PRE, start).kept());
                RunInputs inputs =
                        RunInputs.scoring(Positions.all()).startingWith(Runs.tensor(states, 1, IDS.length, width));
                Runs.run(model, RunPlan.reading(later).startingAt(start), inputs, IDS)
                        .forEach((key, values) -> Runs.assertSame(key, values, whole.get(key)));
            }
        }
    }

    @Test
    void aRunMayBeginAtABlockAndAtAPosition() {
        try (CheckpointModel model = open("micro", Optimization.ALL)) {
            RunPlan plan = RunPlan.reading(Runs.keys(model.blocks(), STREAM));
            Map<HookKey, float[]> whole = Runs.run(model, plan, IDS);
            RunInputs inputs = RunInputs.scoring(Positions.all());
            HookKey last = HookKey.of(HookPoint.RESID_POST, 1);
            float[] states = whole.get(HookKey.of(HookPoint.RESID_PRE, 1).kept());
            int width = states.length / IDS.length;
            Batch begin = Batch.of(List.of(Arrays.copyOf(IDS, 4)));
            try (RunValues before = model.run(plan.givingCache(), begin, inputs, new Cancellation());
                    KeyValueCache cache = before.cache().orElseThrow()) {
                float[] rest = Arrays.copyOfRange(states, 4 * width, states.length);
                RunPlan fromBlock = RunPlan.reading(List.of(last)).startingAt(1).takingCache();
                RunInputs after = inputs.after(cache).startingWith(Runs.tensor(rest, 1, IDS.length - 4, width));
                float[] values = Runs.run(model, fromBlock, after, Arrays.copyOfRange(IDS, 4, IDS.length))
                        .get(last);
                float[] all = whole.get(last);
                Runs.assertSame(last, values, Arrays.copyOfRange(all, 4 * width, all.length));
            }
        }
    }

    @Test
    void aTextThatGoesBeyondTheContextIsRefused() {
        Checkpoint micro = Runs.checkpoint("micro");
        try (CheckpointModel model = open("micro", Optimization.ALL)) {
            RunPlan plan = RunPlan.reading(List.of(HookKey.of(HookPoint.EMBED)));
            long[] full = new long[micro.config().context()];
            try (RunValues all = model.run(
                            plan.givingCache(),
                            Batch.of(List.of(full)),
                            RunInputs.scoring(Positions.last()),
                            new Cancellation());
                    KeyValueCache cache = all.cache().orElseThrow()) {
                RunInputs after = RunInputs.scoring(Positions.last()).after(cache);
                assertThatThrownBy(() -> Runs.run(model, plan.takingCache(), after, 1L))
                        .isInstanceOf(BadRequestException.class)
                        .hasMessage("After %d positions another 1 go beyond the model's context of %d."
                                .formatted(full.length, full.length));
            }
        }
    }
}
