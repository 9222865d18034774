package io.github.residual4j.capture.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is changed at a hook point is what flows on from there. */
class EditedRunsTest {
    private static final long[] IDS = {5, 9, 1, 23, 7, 7, 12, 28, 3, 20, 11};
    private static final long[] OTHERS = {2, 2, 17, 30, 1, 44, 8, 8, 19, 50, 6};
    private static final int T = IDS.length;

    private final Checkpoint micro = Runs.checkpoint("micro");
    private final int width = micro.config().width();
    private final int heads = micro.config().heads();
    private final CheckpointModel model = CheckpointModel.of(micro, RuntimeOptions.DEFAULT);

    @AfterEach
    void close() {
        model.close();
    }

    private Map<HookKey, float[]> everything(long... ids) {
        return Runs.run(model, RunPlan.reading(Runs.keys(model.blocks(), HookPoint.values())), ids);
    }

    /** The shape in which values of a hook point are changed. */
    private int[] shape(HookPoint point) {
        return switch (point) {
            case Q, K, V, Z -> new int[] {1, T, heads, width / heads};
            case ATTENTION_SCORES, ATTENTION_PATTERN -> new int[] {1, heads, T, T};
            case LN1_SCALE, LN2_SCALE, FINAL_SCALE -> new int[] {1, T, 1};
            case MLP_PRE, MLP_POST -> new int[] {1, T, micro.config().innerWidth()};
            default -> new int[] {1, T, width};
        };
    }

    private static RunInputs with(List<Map<String, FloatTensor>> edits) {
        return RunInputs.scoring(Positions.all()).editing(edits);
    }

    /** What two ways to a number may differ by on any processor. */
    private static Offset<Float> rounding(float of) {
        return within(1e-4f + 1e-3f * Math.abs(of));
    }

    private static FloatTensor number(float value) {
        return FloatTensor.of(new float[] {value}, 1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOGITS")
    void anEditThatChangesNothingChangesNothing(HookPoint point) {
        RunPlan stream = RunPlan.reading(Runs.keys(
                model.blocks(), HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.LOGITS));
        Map<HookKey, float[]> plain = Runs.run(model, stream, IDS);
        Map<String, FloatTensor> nothing = Map.of("scale", number(1), "add", number(0));
        HookKey key = HookKey.of(point, point.isInEveryBlock() ? 1 : 0);
        Map<HookKey, float[]> edited =
                Runs.run(model, stream.editing(new EditShape.ScaleAdd(key)), with(List.of(nothing)), IDS);
        edited.forEach((read, values) -> Runs.assertSame(read, values, plain.get(read)));
    }

    /** Another text's values, put in at one point or several, make the next point what it is for the other text. */
    @ParameterizedTest
    @CsvSource({
        "EMBED, RESID_POST",
        "RESID_PRE, LN1_NORMALIZED",
        "RESID_PRE, RESID_POST",
        "LN1_NORMALIZED, ATTENTION_OUTPUT",
        "Q K, ATTENTION_SCORES",
        "Q K V, Z",
        "ATTENTION_SCORES V, Z",
        "ATTENTION_PATTERN V, Z",
        "Z, ATTENTION_OUTPUT",
        "RESID_PRE ATTENTION_OUTPUT, RESID_MID",
        "RESID_MID, LN2_NORMALIZED",
        "RESID_MID, RESID_POST",
        "LN2_NORMALIZED, MLP_PRE",
        "MLP_PRE, MLP_POST",
        "MLP_POST, MLP_OUTPUT",
        "RESID_MID MLP_OUTPUT, RESID_POST",
        "RESID_POST, FINAL",
        "RESID_POST, LOGITS",
        "FINAL, LOGITS"
    })
    void whatIsPutInFlowsOn(String points, HookPoint next) {
        Map<HookKey, float[]> other = everything(OTHERS);
        RunPlan plan = RunPlan.reading(List.of(key(next)));
        List<Map<String, FloatTensor>> values = new ArrayList<>();
        for (String name : points.split(" ")) {
            HookPoint point = HookPoint.valueOf(name);
            plan = plan.editing(new EditShape.Replace(key(point)));
            values.add(Map.of(
                    "mask",
                    number(1),
                    "value",
                    FloatTensor.of(other.get(key(point).kept()), shape(point))));
        }
        float[] flowed = Runs.run(model, plan, with(values), IDS).get(key(next).kept());
        Runs.assertSame(key(next), flowed, other.get(key(next).kept()));
        assertThat(flowed).isNotEqualTo(everything(IDS).get(key(next).kept()));
    }

    /** In the last block, of those that are in blocks. */
    private static HookKey key(HookPoint point) {
        return HookKey.of(point, point.isInEveryBlock() ? 1 : 0);
    }

    @Test
    void onlyWhatTheMaskNamesIsReplaced() {
        HookKey z = HookKey.of(HookPoint.Z, 0);
        float[] plain = everything(IDS).get(z);
        float[] mask = new float[T * heads];
        mask[3 * heads + 1] = 1; // position 3, head 1
        RunPlan plan = RunPlan.reading(List.of(z)).editing(new EditShape.Replace(z));
        Map<String, FloatTensor> zero = Map.of("mask", FloatTensor.of(mask, 1, T, heads, 1), "value", number(0));
        float[] edited = Runs.run(model, plan, with(List.of(zero)), IDS).get(z);
        int headWidth = width / heads;
        for (int i = 0; i < plain.length; i++) {
            boolean named = i / width == 3 && i % width / headWidth == 1;
            assertThat(edited[i]).isEqualTo(named ? 0 : plain[i], rounding(plain[i]));
        }
    }

    @Test
    void severalEditsApplyInTheirOrder() {
        HookKey mid = HookKey.of(HookPoint.RESID_MID, 0);
        float[] plain = everything(IDS).get(mid);
        RunPlan plan = RunPlan.reading(List.of(mid))
                .editing(new EditShape.ScaleAdd(mid))
                .editing(new EditShape.ScaleAdd(mid));
        List<Map<String, FloatTensor>> values =
                List.of(Map.of("scale", number(2), "add", number(1)), Map.of("scale", number(3), "add", number(-1)));
        float[] edited = Runs.run(model, plan, with(values), IDS).get(mid);
        for (int i = 0; i < plain.length; i++) {
            float expected = (plain[i] * 2 + 1) * 3 - 1;
            assertThat(edited[i]).isEqualTo(expected, rounding(6 * plain[i]));
        }
    }

    @Test
    void aDirectionIsProjectedOutWhereTheGateIsOpen() {
        HookKey post = HookKey.of(HookPoint.RESID_POST, 0);
        float[] plain = everything(IDS).get(post);
        float[] direction = new float[width];
        direction[2] = 0.6f;
        direction[5] = -0.8f;
        float[] gate = new float[T];
        gate[4] = 1;
        RunPlan plan = RunPlan.reading(List.of(post)).editing(new EditShape.ProjectOut(post));
        float[] edited = Runs.run(
                        model,
                        plan,
                        with(List.of(Map.of(
                                "direction", FloatTensor.of(direction, width),
                                "column", FloatTensor.of(direction, width, 1),
                                "gate", FloatTensor.of(gate, 1, T, 1)))),
                        IDS)
                .get(post);
        for (int t = 0; t < T; t++) {
            double along = 0.6 * plain[t * width + 2] - 0.8 * plain[t * width + 5];
            for (int d = 0; d < width; d++) {
                double expected = plain[t * width + d] - gate[t] * along * direction[d];
                assertThat(edited[t * width + d]).isEqualTo((float) expected, rounding((float) along));
            }
        }
    }

    /** Another scale divides the same centred values: (n' − b)·s' = (n − b)·s. */
    @Test
    void aLayerNormsScaleCanBeReplaced() {
        HookKey scale = HookKey.of(HookPoint.LN2_SCALE, 1);
        HookKey normalized = HookKey.of(HookPoint.LN2_NORMALIZED, 1);
        Map<HookKey, float[]> plain = everything(IDS);
        float[] others = everything(OTHERS).get(scale);
        RunPlan plan = RunPlan.reading(List.of(normalized)).editing(new EditShape.Replace(scale));
        Map<String, FloatTensor> replaced = Map.of("mask", number(1), "value", FloatTensor.of(others, 1, T, 1));
        float[] edited = Runs.run(model, plan, with(List.of(replaced)), IDS).get(normalized);
        FloatBuffer bias = micro.weights().floats("h.1.ln_2.bias", width);
        for (int i = 0; i < edited.length; i++) {
            float b = bias.get(i % width);
            float s = plain.get(scale)[i / width];
            float expected = (plain.get(normalized)[i] - b) * s;
            assertThat((edited[i] - b) * others[i / width]).isEqualTo(expected, rounding(expected));
        }
    }

    @Test
    void aTokensPositionCanBeTakenAway() {
        HookKey positions = HookKey.of(HookPoint.POSITION_EMBED);
        RunPlan plan = RunPlan.reading(List.of(HookKey.of(HookPoint.EMBED), HookKey.of(HookPoint.TOKEN_EMBED)))
                .editing(new EditShape.ScaleAdd(positions));
        Map<HookKey, float[]> values =
                Runs.run(model, plan, with(List.of(Map.of("scale", number(0), "add", number(0)))), IDS);
        Runs.assertSame(
                HookKey.of(HookPoint.EMBED),
                values.get(HookKey.of(HookPoint.EMBED)),
                values.get(HookKey.of(HookPoint.TOKEN_EMBED)));
        float[] table = new float[width];
        micro.weights().floats("wte.weight", micro.config().vocabulary(), width).get((int) IDS[0] * width, table);
        assertThat(Arrays.copyOf(values.get(HookKey.of(HookPoint.EMBED)), width))
                .containsExactly(table);
    }

    @Test
    void otherNumbersNeedNoOtherSession() {
        HookKey mid = HookKey.of(HookPoint.RESID_MID, 0);
        RunPlan plan = RunPlan.reading(List.of(mid)).editing(new EditShape.ScaleAdd(mid));
        for (float factor : new float[] {0, 1, 2.5f}) {
            Runs.run(model, plan, with(List.of(Map.of("scale", number(factor), "add", number(1)))), IDS);
        }
        assertThat(model.sessionsHeld()).isEqualTo(1);
    }
}
