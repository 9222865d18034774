package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the builder takes, and what it refuses at the call that brings it. */
class ActivationSessionBuilderTest {
    private static final float[][] TWO_BY_THREE = {{1, 2, 3}, {4, 5, 6}};

    @Test
    void manyValuesAreCopiedAsTheyStand() {
        int tokens = 300;
        int width = 768;
        Random random = new Random(7);
        List<String> names = new ArrayList<>();
        List<FloatBuffer> states = new ArrayList<>();
        for (int p = 0; p < 9; p++) { // 2 million values, which several threads copy
            FloatBuffer state = FloatBuffer.allocate(tokens * width + 5).position(5); // a part of a longer buffer
            for (int i = 5; i < state.limit(); i++) {
                state.put(i, random.nextFloat());
            }
            names.add("point " + p);
            states.add(state);
        }

        ActivationSession session =
                ActivationSession.builder().points(names, states, tokens, width).build();

        for (int p = 0; p < 9; p++) {
            assertThat(session.points().get(p).name()).isEqualTo("point " + p);
            assertThat(states.get(p).position()).isEqualTo(5);
            assertThat(session.state(p)).isEqualTo(states.get(p));
        }
        float before = session.value(4, 299, 767);
        states.get(4).put(tokens * width + 4, -1);
        assertThat(session.value(4, 299, 767)).isEqualTo(before);
    }

    @Test
    void pointsOneByOneAndTogetherAreTheSame() {
        FloatBuffer state = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6});
        ActivationSession together = ActivationSession.builder()
                .points(List.of("embed", "blocks.0.resid_mid"), List.of(state, state), 2, 3)
                .build();
        ActivationSession oneByOne = ActivationSession.builder()
                .point("embed", state, 2, 3)
                .point("blocks.0.resid_mid", TWO_BY_THREE)
                .build();
        assertThat(together).isEqualTo(oneByOne);
    }

    @Test
    void aNameIsMissing() {
        assertThatThrownBy(() ->
                        ActivationSession.builder().points(List.of("a", "b"), List.of(FloatBuffer.allocate(6)), 2, 3))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Got 2 names for 1 state; each state needs its own.");
    }

    @Test
    void aStateOfAnotherSizeIsRefusedAndNothingOfTheCallIsKept() {
        ActivationSessionBuilder builder = ActivationSession.builder().point("a", TWO_BY_THREE);
        assertThatThrownBy(() -> builder.points(
                        List.of("b", "c"), List.of(FloatBuffer.allocate(6), FloatBuffer.allocate(7)), 2, 3))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Point \"c\" has 7 values; [2, 3] takes 6.");
        assertThatThrownBy(() -> builder.point("d", new float[][] {{1, 2}, {3, 4}}))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Point \"d\" has the shape [2, 2] but \"a\" has [2, 3].");
        assertThat(builder.build().points()).hasSize(1);
    }

    @Test
    void raggedAndEmptyStates() {
        assertThatThrownBy(() -> ActivationSession.builder().point("a", new float[][] {{1, 2}, {3}}))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Point \"a\" has 2 values for token 0 but 1 for token 1.");
        assertThatThrownBy(() -> ActivationSession.builder().point("a", new float[0][]))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Point \"a\" has the shape [0, 0]; a state needs at least one token and one dimension.");
        assertThatThrownBy(() -> ActivationSession.builder().build())
                .isInstanceOf(BadRequestException.class)
                .hasMessage("A session needs at least one point.");
    }

    @Test
    void namesAndArraysThatCannotBe() {
        ActivationSessionBuilder builder = ActivationSession.builder();
        assertThatThrownBy(() -> builder.point("a\0b", TWO_BY_THREE))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("\"a\\0b\" is no name; it holds a NUL character.");
        FloatTensor one = FloatTensor.of(new float[] {1}, 1);
        assertThatThrownBy(() -> builder.array("positions", one))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("Array \"positions\" needs another name");
        assertThatThrownBy(() -> builder.array("mine", one).array("mine", one))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Array \"mine\" was given twice.");
        assertThatThrownBy(() -> ActivationSession.builder()
                        .point("embed", TWO_BY_THREE)
                        .array("final", one)
                        .build())
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Array \"final\" has the shape [1]; expected [1, 2, 3].");
    }

    @Test
    void namesThatAreNearlyThoseOfTheStreamAreRefused() {
        for (String name : List.of(
                "block.0.resid_post",
                "blocks.0.residpost",
                "blocks.0.hook_resid-post",
                "Blocks.0.resid_post",
                "layers[0].residual_post",
                "h.0.resid_post",
                "blocks.00.resid_post")) {
            assertThatThrownBy(() -> ActivationSession.builder().point(name, TWO_BY_THREE))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage("Point \"" + name + "\" would be a mere label; the state of the stream is called"
                            + " \"blocks.0.resid_post\".");
        }
        for (String name :
                List.of("residual", "block 0", "layer.0", "post", "my.resid_post", "blocks.0.hook_resid_post")) {
            assertThat(ActivationSession.builder()
                            .point(name, TWO_BY_THREE)
                            .build()
                            .points()
                            .get(0)
                            .name())
                    .isEqualTo(name);
        }
    }

    @Test
    void sessionsThatDifferInTheTimeOfTheirCaptureAreEqual() {
        Provenance early = provenance(Instant.EPOCH, "cpu");
        ActivationSession session = session(early);
        assertThat(session).isEqualTo(session(provenance(Instant.EPOCH.plusSeconds(1), "cpu")));
        assertThat(session).hasSameHashCodeAs(session(provenance(Instant.EPOCH.plusSeconds(1), "cpu")));
        assertThat(session).isNotEqualTo(session(provenance(Instant.EPOCH, "cuda")));
        assertThat(session.provenance().created()).contains(Instant.EPOCH);
    }

    private static ActivationSession session(Provenance provenance) {
        return ActivationSession.builder()
                .point("embed", TWO_BY_THREE)
                .provenance(provenance)
                .build();
    }

    private static Provenance provenance(Instant created, String executionProvider) {
        return new Provenance(
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(executionProvider),
                Optional.empty(),
                Optional.of(created),
                OptionalDouble.empty(),
                List.of(),
                List.of());
    }

    @Test
    void tokensMustFit() {
        assertThatThrownBy(() -> ActivationSession.builder().tokens(List.of(Token.at(1), Token.at(0))))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Tokens must be in the order of their positions, but position 0 follows 1.");
        assertThatThrownBy(() -> ActivationSession.builder()
                        .point("embed", TWO_BY_THREE)
                        .tokens(List.of(Token.at(0)))
                        .build())
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Got 1 token for states of 2 tokens.");
    }
}
