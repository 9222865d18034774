package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every option of a configuration and every way of writing weights, against values of src/test/reference/variants.py.
 * GELU and its tanh approximation differ by 4e-4 here, so the tolerance is narrower than the project's.
 */
class CheckpointVariantsTest {
    private static final float TOLERANCE = 2e-5f;

    private static Path folder(String variant) {
        return Reference.resource("/variants/" + variant);
    }

    private static Reference reference(String variant) {
        return new Reference(SafetensorsFile.open(folder(variant).resolve("expected.safetensors")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "prefixed",
                "sharded",
                "unaligned",
                "old-config",
                "f16",
                "bf16",
                "untied",
                "n-inner",
                "epsilon",
                "gelu",
                "gelu-pytorch-tanh",
                "relu",
                "unscaled-attention",
                "scaled-by-layer",
                "reordered-attention"
            })
    void computesWhatTheConfigurationSays(String variant) {
        Reference expected = reference(variant);
        try (LanguageModel model = LanguageModel.load(folder(variant))) {
            ActivationSession session = model.capture(expected.ids());
            assertStream(session, expected);
            assertClose("final", session.arrays().get(ActivationSession.FINAL).toArray(), expected.values("final"), 0);
            assertClose(
                    "logits",
                    session.arrays().get(ActivationSession.LOGITS).toArray(),
                    expected.values("logits_last"),
                    0);
        }
    }

    /** Attention is one operator by default, another when queries are asked for, and spelled out for its pattern. */
    @ParameterizedTest
    @CsvSource({
        "plain, Q",
        "plain, ATTENTION_PATTERN",
        "unaligned, Q",
        "unaligned, ATTENTION_PATTERN",
        "unscaled-attention, Q",
        "unscaled-attention, ATTENTION_PATTERN",
        "scaled-by-layer, Q",
        "scaled-by-layer, ATTENTION_PATTERN",
        "reordered-attention, Q",
        "reordered-attention, ATTENTION_PATTERN"
    })
    void scalesAttentionInEveryFormOfIt(String variant, HookPoint inner) {
        Reference expected = reference(variant);
        try (LanguageModel model = LanguageModel.load(folder(variant))) {
            assertStream(
                    model.request(expected.ids())
                            .points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, inner)
                            .capture(),
                    expected);
        }
    }

    /** ONNX Runtime reads weights in place; where they begin must not change a bit, whichever operators read them. */
    @ParameterizedTest
    @EnumSource(Optimization.class)
    void whereDataBeginDoesNotMatter(Optimization level) {
        long[] ids = reference("plain").ids();
        HookPoint[] everything = HookPoint.values();
        ModelOptions options = ModelOptions.defaults().optimizedTo(level);
        try (LanguageModel aligned = LanguageModel.load(folder("plain"), options);
                LanguageModel unaligned = LanguageModel.load(folder("unaligned"), options)) {
            for (HookPoint[] points : new HookPoint[][] {everything, {HookPoint.RESID_POST}, {HookPoint.Q}}) {
                ActivationSession expected = aligned.request(ids).points(points).capture();
                ActivationSession actual = unaligned.request(ids).points(points).capture();
                assertThat(actual.arrays()).isEqualTo(expected.arrays());
                for (int p = 0; p < expected.points().size(); p++) {
                    for (int t = 0; t < ids.length; t++) {
                        assertThat(actual.vector(p, t)).isEqualTo(expected.vector(p, t));
                    }
                }
            }
        }
    }

    private static void assertStream(ActivationSession session, Reference expected) {
        float[] points = expected.values("points"); // [P, T, D]
        int size = session.tokens().size() * session.width();
        assertThat(session.points()).hasSize(5);
        for (int p = 0; p < session.points().size(); p++) {
            for (int t = 0; t < session.tokens().size(); t++) {
                assertClose(
                        session.points().get(p) + ", token " + t,
                        session.vector(p, t),
                        points,
                        p * size + t * session.width());
            }
        }
    }

    private static void assertClose(String what, float[] actual, float[] expected, int from) {
        for (int i = 0; i < actual.length; i++) {
            float e = expected[from + i];
            assertThat(Math.abs(actual[i] - e))
                    .as("%s, dimension %d: %s, expected %s", what, i, actual[i], e)
                    .isLessThanOrEqualTo(TOLERANCE + TOLERANCE * Math.abs(e));
        }
    }

    @Test
    void theHashOfWeightsInOneFileIsThatOfTheFileAndOfShardsThatOfTheirList() {
        // sha256sum model.safetensors; sha256sum model-*.safetensors | sha256sum
        assertThat(sha256("plain")).isEqualTo("4909e3897ae7ae47c7868758507f4bb690de37bc786802e15ccca4c61b44f4a2");
        assertThat(sha256("sharded")).isEqualTo("efd8129281fc50dfb9fb8235769f7e648acb1557c6c580f670da27e2e9f2ca6c");
    }

    private static String sha256(String variant) {
        try (LanguageModel model = LanguageModel.load(folder(variant))) {
            return model.capture(1L).provenance().modelSha256().orElseThrow();
        }
    }
}
