package consumer;

import static io.github.residual4j.testing.ActivationAssertions.*;

import io.github.residual4j.ActivationSession;
import org.junit.jupiter.api.Test;

/** Tests activations from elsewhere with core's assertions; AssertJ and JUnit are this project's own. */
class AssertionsTest {
    private final ActivationSession session = ActivationSession.builder()
            .point("embed", new float[][] {{1, 2}, {3, 4}})
            .point("blocks.0.resid_mid", new float[][] {{1, 2}, {3, 4}})
            .point("blocks.0.resid_post", new float[][] {{5, 6}, {7, 8}})
            .build();

    @Test
    void whatHoldsPasses() {
        assertThat(session.width()).isEqualTo(2);
        assertThat(session).hasPoints(3).hasTokens(2).isFinite();
        assertThat(session).point("blocks.0.resid_post").token(1).isCloseTo(new float[] {7, 8}, atol(1e-6));
    }

    @Test
    void whatDoesNotHoldFailsAndSaysWhere() {
        assertThatThrownBy(() -> assertThat(session)
                        .point("blocks.0.resid_post")
                        .token(1)
                        .isCloseTo(new float[] {7, 9}, atol(1e-6)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("blocks.0.resid_post", "token 1", "dimension 1");
    }
}
