package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsFile;
import io.github.residual4j.internal.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsSessionTest {
    @TempDir
    private Path temp;

    @Test
    void whatIsWrittenIsReadAgain() {
        Path file = temp.resolve("a.safetensors");
        for (String name : List.of("paris", "unicode", "single", "micro")) {
            ActivationSession session = TestSessions.reference(name);
            SafetensorsSession.write(file, session);
            assertThat(SafetensorsSession.read(file)).as(name).isEqualTo(session);
        }
    }

    @Test
    void theFileSaysWhatItHolds() {
        Path file = temp.resolve("a.safetensors");
        ActivationSession session = ActivationSession.builder()
                .point("après \uD83C", new float[][] {{1, 2}})
                .point("x", new float[][] {{3, 4}})
                .text("t")
                .build();
        SafetensorsSession.write(file, session);
        SafetensorsFile written = SafetensorsFile.open(file);
        assertThat(written.entries()).containsOnlyKeys("hidden_states", "positions");
        assertThat(written.entries().get("hidden_states").shape()).containsExactly(2L, 1L, 1L, 2L);
        assertThat(written.metadata())
                .containsEntry("format_version", "1")
                .containsEntry("layer_names", "[\"apr\\u00e8s \\ud83c\",\"x\"]")
                .containsKey("config_json");
        assertThat(SafetensorsSession.read(file)).isEqualTo(session);
    }

    @Test
    void roundedStatesTakeHalfTheRoom() throws IOException {
        ActivationSession session = TestSessions.reference("micro");
        Path whole = temp.resolve("f32.safetensors");
        SafetensorsSession.write(whole, session);
        for (FloatType type : List.of(FloatType.F16, FloatType.BF16)) {
            Path file = temp.resolve(type + ".safetensors");
            SafetensorsSession.write(file, session, type);
            long saved = 2L * session.points().size() * session.tokens().size() * session.width();
            assertThat(Files.size(whole) - Files.size(file)).isBetween(saved - 8, saved + 8);
            ActivationSession read = SafetensorsSession.read(file);
            assertThat(read.arrays()).isEqualTo(session.arrays());
            double step = type == FloatType.F16 ? 0x1p-11 : 0x1p-8; // half the distance between neighbours, at 1
            for (int p = 0; p < session.points().size(); p++) {
                FloatBuffer expected = session.state(p);
                FloatBuffer found = read.state(p);
                for (int i = 0; i < expected.capacity(); i++) {
                    double bound = Math.max(Math.abs(expected.get(i)), 0x1p-14) * step;
                    assertThat(Math.abs((double) expected.get(i) - found.get(i)))
                            .isLessThanOrEqualTo(bound);
                }
            }
        }
    }

    @Test
    void statesThatDoNotFitTheTypeAreRefusedByPlace() {
        ActivationSession session = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}, {3, 4}})
                .point("blocks.0.resid_mid", new float[][] {{1, 2}, {Float.NEGATIVE_INFINITY, 70000}})
                .build();
        assertThatThrownBy(() -> SafetensorsSession.write(temp.resolve("x"), session, FloatType.F16))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Point \"blocks.0.resid_mid\" holds 70000.0 (token 1, dimension 1), which F16 cannot; "
                        + "keep the states as BF16 or F32.");
        assertThat(temp).isEmptyDirectory();
    }

    /** Written by the format's own package; see make_safetensors_samples.py. */
    @Test
    void aFileOfAnotherWriterIsRead() {
        ActivationSession session = SafetensorsSession.read(TestSessions.resource("safetensors/session.safetensors"));
        assertThat(session.points()).extracting(p -> p.name()).containsExactly("embed", "après 🌍", "x");
        assertThat(session.tokens())
                .containsExactly(Token.of(3, 7, "a"), new Token(5, OptionalLong.of(101), Optional.empty()));
        assertThat(session.text()).contains("é");
        assertThat(session.value(2, 1, 3)).isEqualTo(23 / 4f);
        assertThat(session.arrays()).containsOnlyKeys("mlp");
        assertThat(session.arrays().get("mlp").get(1, 2)).isEqualTo(5);
    }

    @Test
    void statesAloneAreASessionUnderAssumedNames() {
        Path file = temp.resolve("x.safetensors");
        FloatBuffer states = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6});
        new SafetensorsWriter()
                .floats("hidden_states", FloatType.F32, states, 3, 1, 2) // without the batch axis
                .save(file);
        ActivationSession session = SafetensorsSession.read(file);
        assertThat(session.points())
                .extracting(p -> p.name())
                .containsExactly("embed", "blocks.0.resid_mid", "blocks.0.resid_post");
        assertThat(session.namesAssumed()).isTrue();
        assertThat(session.value(2, 0, 1)).isEqualTo(6);
    }

    @Test
    void whatIsNoSessionIsRefusedWithAReason() {
        Path file = temp.resolve("x.safetensors");
        FloatBuffer one = FloatBuffer.wrap(new float[] {1});
        assertRefused(file, new SafetensorsWriter(), "there is no tensor \"hidden_states\"");
        assertRefused(
                file,
                new SafetensorsWriter()
                        .metadata("layer_names", "[\"a\",{}]")
                        .floats("hidden_states", FloatType.F32, one, 1, 1, 1, 1),
                "its metadata layer_names is [\"a\",{}]; expected a JSON list of strings");
        assertRefused(
                file,
                new SafetensorsWriter()
                        .metadata("layer_names", "[\"a\",\"b\"]")
                        .floats("hidden_states", FloatType.F32, one, 1, 1, 1, 1),
                "layer_names: its shape is [2]; hidden_states has 1 point");
        assertRefused(
                file,
                new SafetensorsWriter()
                        .metadata("layer_names", "[\"a\"]")
                        .metadata("config_json", "[]")
                        .floats("hidden_states", FloatType.F32, one, 1, 1, 1, 1),
                "config_json: it is no JSON object");
        assertRefused(file, new SafetensorsWriter().metadata("format_version", "2"), "its format_version is \"2\"");
        assertRefused(
                file,
                new SafetensorsWriter()
                        .metadata("layer_names", "[\"a\"]")
                        .longs("hidden_states", new long[] {1}, 1, 1, 1, 1),
                "tensor \"hidden_states\": its values are \"I64\"; expected float16, float32 or float64");
    }

    private static void assertRefused(Path file, SafetensorsWriter writer, String reason) {
        writer.save(file);
        assertThatThrownBy(() -> SafetensorsSession.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(reason);
    }
}
