package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An activation is found by its key, wherever a session keeps it. */
class SessionActivationsTest {
    private final ActivationSession session = ActivationSession.builder()
            .point("embed", new float[][] {{1, 2}, {3, 4}})
            .point("blocks.0.resid_mid", new float[][] {{5, 6}, {7, 8}})
            .point("blocks.0.resid_post", new float[][] {{9, 10}, {11, 12}})
            .array("final", FloatTensor.of(new float[] {1, 1, 2, 2}, 1, 2, 2))
            .array("blocks.0.attn.z", FloatTensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2, 1))
            .array("blocks.0.hook_mlp_out", FloatTensor.of(new float[] {4, 3, 2, 1}, 1, 2, 2))
            .array("attention_patterns", FloatTensor.of(new float[] {1, 0, 0.5f, 0.5f, 1, 0, 0.25f, 0.75f}, 2, 1, 2, 2))
            .array("blocks.4.attn.pattern", FloatTensor.of(new float[] {1, 0, 0.125f, 0.875f}, 1, 1, 2, 2))
            .array("blocks.5.attn.pattern", FloatTensor.of(new float[] {1, 0}, 1, 2))
            .build();

    private Optional<float[]> values(String name) {
        return session.activation(HookKey.parse(name)).map(FloatTensor::toArray);
    }

    @Test
    void statesOfTheStreamAreFoundUnderAllTheirNames() {
        assertThat(values("embed")).hasValue(new float[] {1, 2, 3, 4});
        assertThat(values("blocks.0.hook_resid_pre")).hasValue(new float[] {1, 2, 3, 4});
        assertThat(values("blocks.0.resid_mid")).hasValue(new float[] {5, 6, 7, 8});
        assertThat(values("blocks.1.resid_pre")).hasValue(new float[] {9, 10, 11, 12});
        assertThat(session.activation(HookKey.parse("embed")).orElseThrow().shape())
                .containsExactly(1, 2, 2);
        assertThat(values("blocks.1.resid_mid")).isEmpty();
    }

    @Test
    void furtherArraysAreFoundUnderEitherSpelling() {
        assertThat(values("blocks.0.attn.hook_z")).hasValue(new float[] {1, 2, 3, 4});
        assertThat(values("blocks.0.mlp_out")).hasValue(new float[] {4, 3, 2, 1});
        assertThat(values("ln_final.hook_normalized")).hasValue(new float[] {1, 1, 2, 2});
        assertThat(values("logits")).isEmpty();
        assertThat(values("blocks.1.attn.z")).isEmpty();
    }

    @Test
    void theFinalStateMayBeAPoint() {
        ActivationSession theirs = session.huggingFaceHiddenStates();
        assertThat(theirs.arrays()).doesNotContainKey("final");
        assertThat(theirs.activation(HookKey.parse("final")).orElseThrow().toArray())
                .containsExactly(1, 1, 2, 2);
    }

    @Test
    void patternsAreFoundByBlock() {
        assertThat(session.attentionPatterns()).containsOnlyKeys(0, 1, 4); // that of 5 has another shape
        assertThat(values("blocks.1.attn.hook_pattern")).hasValue(new float[] {1, 0, 0.25f, 0.75f});
        assertThat(session.attentionPatterns().get(1).shape()).containsExactly(1, 1, 2, 2);
        assertThat(values("blocks.4.attn.pattern")).hasValue(new float[] {1, 0, 0.125f, 0.875f});
        assertThat(values("blocks.2.attn.pattern")).isEmpty();
        var firstPosition = ResidualAnalyzer.of(session).attentionPatterns().firstPosition();
        assertThat(firstPosition.axes().get(0).labels()).containsExactly("L0", "L1", "L4");
        assertThat(firstPosition.toArray()).containsExactly(0.5, 0.25, 0.125);
    }

    @Test
    void patternsOfDifferentNumbersOfHeadsAreRefused() {
        ActivationSession mixed = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}})
                .array("blocks.2.attn.pattern", FloatTensor.of(new float[] {1}, 1, 1, 1, 1))
                .array("blocks.3.attn.pattern", FloatTensor.of(new float[] {1, 1}, 1, 2, 1, 1))
                .build();
        assertThatThrownBy(() -> ResidualAnalyzer.of(mixed).attentionPatterns())
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Block 3 has attention patterns of 2 heads, but block 2 of 1.");
    }

    @Test
    void withoutAnyTheAnswerSaysHowToGetThem() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.of(new float[][] {{1, 2}}));
        assertThatThrownBy(analyzer::attentionPatterns)
                .isInstanceOf(BadRequestException.class)
                .hasMessage(
                        "This session holds no attention patterns; ask for HookPoint.ATTENTION_PATTERN when the text"
                                + " is captured, or give them under \"attention_patterns\".");
    }
}
