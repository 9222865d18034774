package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TestSessions;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that {@code make_npz_samples.py} had NumPy write. */
class NumPyFilesTest {
    @TempDir
    Path temp;

    private Path session(String name) throws IOException {
        Files.copy(TestSessions.resource("npz/" + name + ".npz"), temp.resolve("tensors.npz"));
        Files.writeString(temp.resolve("config.json"), "{\"text\": \"t\", \"model_name\": \"m\"}");
        return temp;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "states-le-f2",
                "states-be-f2",
                "states-le-f4",
                "states-be-f4",
                "states-le-f8",
                "states-be-f8",
                "fortran",
                "fortran-be-f8-deflated",
                "deflated",
                "names-be",
                "names-bytes",
                "no-batch",
                "npy-2",
                "npy-3",
                "python-2"
            })
    void everyFormHoldsTheSameValues(String name) throws IOException {
        ActivationSession session = ActivationSession.load(session(name));
        assertThat(session.points()).extracting(p -> p.name()).containsExactly("embed", "après 🌍", "x");
        assertThat(session.namesAssumed()).isTrue();
        assertThat(session.text()).contains("t");
        assertThat(session.modelName()).contains("m");
        for (int p = 0; p < 3; p++) {
            for (int t = 0; t < 2; t++) {
                for (int d = 0; d < 4; d++) {
                    assertThat(session.value(p, t, d)).isEqualTo(p - t + d / 4f);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"i1", "u1", "le-i2", "be-u2", "le-i4", "be-i4", "le-u8", "be-i8"})
    void idsOfEveryWidth(String type) throws IOException {
        assertThat(ActivationSession.load(session("ids-" + type)).tokens())
                .containsExactly(Token.of(3, 7), Token.of(5, 101));
    }

    @Test
    void theFinalStateMayComeWithoutItsBatchAxisToo() throws IOException {
        ActivationSession session = ActivationSession.load(session("no-batch"));
        assertThat(session.arrays().get("final").shape()).containsExactly(1, 2, 4);
        assertThat(session.arrays().get("logits").shape()).containsExactly(1, 2, 5);
    }

    @Test
    void otherArraysAreKeptInCOrderAndOthersThanFloatsLeftOut() throws IOException {
        ActivationSession session = ActivationSession.load(session("extra"));
        assertThat(session.arrays()).containsOnlyKeys("mlp", "scale");
        assertThat(session.arrays().get("mlp").get(1, 2)).isEqualTo(5);
        assertThat(session.arrays().get("mlp").get(0, 1)).isEqualTo(1);
        assertThat(session.arrays().get("scale").get()).isEqualTo(2.5f);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bad-batch          | hidden_states | [3, 2, 2, 4]
            bad-axes           | hidden_states | [3, 8]
            bad-many-axes      | hidden_states | [3, 1, 2, 2, 2]
            bad-no-tokens      | hidden_states | [3, 1, 0, 4]
            bad-no-points      | hidden_states | [0, 1, 2, 4]
            bad-no-width       | hidden_states | [3, 1, 2, 0]
            bad-beyond-float32 | hidden_states | beyond float32
            bad-complex        | hidden_states | <c8
            bad-integers       | hidden_states | <i4
            bad-pickle         | hidden_states | '|O'
            bad-name-count     | layer_names   | [2]
            bad-name-type      | layer_names   | <i8
            bad-name-bytes     | layer_names   | not UTF-8
            bad-id-count       | token_ids     | [3]
            bad-id-type        | token_ids     | <f8
            bad-position       | positions     | -1
            bad-final          | final         | [1, 2, 5]
            bad-config         | config_json   | "text" is 5
            bad-no-states      | hidden_states | no array
            """)
    void whatCannotBeASessionIsRefusedByName(String name, String array, String reason) throws IOException {
        Path session = session(name);
        assertThatThrownBy(() -> ActivationSession.load(session))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("tensors.npz")
                .hasMessageContaining(array)
                .hasMessageContaining(reason);
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(TestSessions.resource("npz/states-le-f4.npz"));
        session("states-le-f4");
        Path npz = temp.resolve("tensors.npz");
        Files.write(npz, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> ActivationSession.load(temp))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("tensors.npz");

        byte[] flipped = whole.clone();
        flipped[200] ^= 1; // within the values of hidden_states
        Files.write(npz, flipped);
        assertThatThrownBy(() -> ActivationSession.load(temp))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("hidden_states")
                .hasMessageContaining("checksum");

        byte[] lying = new String(whole, StandardCharsets.ISO_8859_1)
                .replace("(3, 1, 2, 4)", "(3, 1, 9, 4)")
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(npz, lying);
        assertThatThrownBy(() -> ActivationSession.load(temp))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("ends before the 108 values");

        byte[] huge = new String(whole, StandardCharsets.ISO_8859_1)
                .replace("(3, 1, 2, 4), }  ", "(3,1,2,900000000)}")
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(npz, huge);
        assertThatThrownBy(() -> ActivationSession.load(temp)).isInstanceOf(BadFileException.class);
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> ActivationSession.load(temp.resolve("nowhere")))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> ActivationSession.load(temp)).hasMessageContaining("holds no tensors.npz");
        session("deflated");
        Files.delete(temp.resolve("config.json"));
        assertThatThrownBy(() -> ActivationSession.load(temp))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining("missing");
        Files.writeString(temp.resolve("config.json"), "{broken");
        assertThatThrownBy(() -> ActivationSession.load(temp))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining("JSON");
    }
}
