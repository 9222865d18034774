package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.run.CheckpointModel;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import java.nio.FloatBuffer;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelfCheckTest {
    @Test
    void theEmbeddedModelHoldsEveryIdentity() {
        try (LanguageModel model = LanguageModel.embedded()) {
            SelfCheckReport report = model.selfCheck("Paris is the capital of");
            assertThat(report.largestDifference())
                    .containsOnlyKeys(
                            SelfCheck.ATTENTION,
                            SelfCheck.MLP,
                            SelfCheck.FINAL_NORM,
                            SelfCheck.UNEMBEDDING,
                            SelfCheck.BEGINNING)
                    .allSatisfy((identity, difference) ->
                            assertThat(difference).as(identity).isLessThan(1e-3));
            assertThat(report.toString().lines())
                    .hasSize(5)
                    .first()
                    .asString()
                    .startsWith(SelfCheck.ATTENTION + " to ");
        }
    }

    @Test
    void aStateThatDoesNotFitIsNamedByBlockAndToken() {
        assertFails(
                "blocks.1.resid_mid",
                2 * 16 + 5,
                "Self-check failed: resid_mid = resid_pre + attn_out does not hold in block 1 for token 2 (\"T2\"), "
                        + "where dimension 5 is ");
        assertFails("blocks.0.mlp_out", 16, "resid_post = resid_mid + mlp_out does not hold in block 0 for token 1");
        assertFails("final", 3, "final = ln_f(resid_post of the last block) does not hold in block 1 for token 0");
        assertFails(
                "logits",
                3 * 61 + 9,
                "logits = final · unembedding does not hold for token 3 (\"T3\"), where the logit of id 9 is ");
    }

    /** Captures, changes one value, and checks. */
    private static void assertFails(String name, int index, String message) {
        try (LanguageModel model = LanguageModel.load(Reference.micro());
                CheckpointModel micro =
                        CheckpointModel.of(Checkpoint.open(Reference.micro()), RuntimeOptions.DEFAULT)) {
            ActivationSession good = model.request(7, 8, 9, 10)
                    .points(SelfCheck.points(EnumSet.allOf(HookPoint.class)))
                    .capture();
            ActivationSessionBuilder bad = ActivationSession.builder();
            good.points().forEach(point -> {
                FloatBuffer state =
                        changed(good.state(point.index()), point.name().equals(name) ? index : -1);
                bad.point(point.name(), state, 4, 16);
            });
            good.arrays()
                    .forEach((array, values) -> bad.array(
                            array,
                            FloatTensor.of(
                                    changed(values.asBuffer(), array.equals(name) ? index : -1), values.shape())));
            assertThatThrownBy(() -> SelfCheck.of(bad.build(), micro.readout()))
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining(message);
        }
    }

    private static FloatBuffer changed(FloatBuffer values, int index) {
        float[] copy = new float[values.remaining()];
        values.get(copy);
        if (index >= 0) {
            copy[index] += 0.01f * Math.max(1, Math.abs(copy[index]));
        }
        return FloatBuffer.wrap(copy);
    }

    @Test
    void withoutWeightsOnlySumsAreChecked() {
        try (LanguageModel model = LanguageModel.load(Reference.micro())) {
            ActivationSession session = model.request(7, 8)
                    .points(SelfCheck.points(EnumSet.allOf(HookPoint.class)))
                    .capture();
            assertThat(SelfCheck.of(session, Optional.empty()).report().largestDifference())
                    .containsOnlyKeys(SelfCheck.ATTENTION, SelfCheck.MLP);
            assertThat(SelfCheck.of(model.capture(7, 8), Optional.empty())
                            .report()
                            .largestDifference())
                    .isEmpty();
        }
    }

    /** Two norms and heads as they are exported: a transposed weight, fused norms, a file of 16 bits. */
    @ParameterizedTest
    @ValueSource(strings = {"micro-opset11", "micro-opset13", "micro-with-past", "dynamo-opset23", "optimized-float16"})
    void aFilesFinalNormAndUnembeddingAreCheckedWhereTheyAreFound(String name) {
        try (LanguageModel model = LanguageModel.load(Reference.resource("/exports/" + name + ".onnx"))) {
            assertThat(model.selfCheck(3, 14, 15, 9).largestDifference())
                    .containsKeys(SelfCheck.FINAL_NORM, SelfCheck.UNEMBEDDING);
        }
    }

    @Test
    void tokensThatAreReadAsTextsOfTheirOwnAreNoticed() {
        try (LanguageModel model = LanguageModel.load(Reference.micro())) {
            ActivationSession whole = eachAlone(model, 7, 8, 9);
            ActivationSession otherEnd = eachAlone(model, 7, 8, 10);
            ActivationSession otherBeginning = eachAlone(model, 9, 9, 9);
            SelfCheck check = SelfCheck.of(whole, Optional.empty());
            assertThatThrownBy(() -> check.comparing(whole, otherEnd, otherBeginning, false))
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining("change neither with its place nor with what is before it")
                    .hasMessageContaining("another axis");
            assertThatThrownBy(() -> check.comparing(whole, otherBeginning, otherEnd, false))
                    .hasMessageContaining("states before the last token do not change with it does not hold");
        }
    }

    /** What a file gives whose ids are {@code [tokens, texts]} when it is fed {@code [texts, tokens]}. */
    private static ActivationSession eachAlone(LanguageModel model, long... ids) {
        ActivationSessionBuilder together = ActivationSession.builder();
        for (int point = 0; point < 5; point++) {
            FloatBuffer states = FloatBuffer.allocate(ids.length * 16);
            String name = "";
            for (long id : ids) {
                ActivationSession alone = model.capture(id);
                states.put(alone.state(point));
                name = alone.points().get(point).name();
            }
            together.point(name, states.flip(), ids.length, 16);
        }
        return together.build();
    }

    @Test
    void statesThatAreNotFiniteAreNoticed() {
        ActivationSession session = ActivationSession.builder()
                .point("embed", FloatBuffer.wrap(new float[] {1, 2, Float.NaN, 4}), 2, 2)
                .build();
        assertThatThrownBy(() -> SelfCheck.of(session, Optional.empty()))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("embed holds NaN at token 1")
                .hasMessageContaining("attention mask");
    }
}
