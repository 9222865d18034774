package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.RecordedEdit;
import io.github.residual4j.hook.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionDirectoryTest {
    @TempDir
    Path temp;

    private static ActivationSession full() {
        float[][] state = {{1, -2, 0.1f}, {Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE}};
        return ActivationSession.builder()
                .point("embed", state)
                .point("blocks.0.resid_mid", state)
                .point("blocks.0.resid_post", state)
                .tokens(List.of(Token.of(3, 17, "Par\uFFFD"), new Token(5, OptionalLong.empty(), Optional.empty())))
                .text("Pa\"ris — 東京 🌍 \uD83C alone")
                .modelName("tiny")
                .provenance(new Provenance(
                        true,
                        Optional.of("abc"),
                        Optional.of("onnxruntime 1"),
                        Optional.of("cpu"),
                        Optional.of("ALL"),
                        Optional.of(Instant.parse("2026-01-02T03:04:05.678Z")),
                        OptionalDouble.of(1e-5),
                        List.of("blocks.0 holds \"NaN\" at token 1.", "b"),
                        List.of(new RecordedEdit("zero at \"é\"", "{\"kind\":\"zero\",\"blocks\":[4]}"))))
                .tokenTexts(Map.of(42L, " France", 7L, "é"))
                .array("final", FloatTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3))
                .array("logits", FloatTensor.of(new float[] {1, 2, 3, 4}, 1, 1, 4))
                .array("attention_patterns", FloatTensor.of(new float[] {1, 0, 0.5f, 0.5f}, 1, 1, 2, 2))
                .array("blocks.0.attn.hook_z", FloatTensor.of(new float[] {9}))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSavedIsLoadedAgain(SessionFormat format) throws IOException {
        ActivationSession session = full();
        session.save(temp.resolve("a/b"), format);
        assertThat(ActivationSession.load(temp.resolve("a/b"))).isEqualTo(session);
        assertThat(files(temp.resolve("a/b"))).containsExactlyInAnyOrder(format.fileName(), "config.json");
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatWasInterruptedSavesAllTheSame(SessionFormat format) throws IOException {
        Thread.currentThread().interrupt();
        full().save(temp, format);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ActivationSession.load(temp)).isEqualTo(full());
        assertThat(files(temp)).containsExactlyInAnyOrder(format.fileName(), "config.json");
    }

    @ParameterizedTest
    @EnumSource
    void aSessionOfTheOtherFormatIsReplaced(SessionFormat format) throws IOException {
        SessionFormat other = format == SessionFormat.NPZ ? SessionFormat.SAFETENSORS : SessionFormat.NPZ;
        full().save(temp, other);
        ActivationSession next = TestSessions.reference("single");
        next.save(temp, format);
        assertThat(ActivationSession.load(temp)).isEqualTo(next);
        assertThat(files(temp)).containsExactlyInAnyOrder(format.fileName(), "config.json");
    }

    /** What a writer of either format leaves that was killed just before it removed the other one's file. */
    @Test
    void whenBothFormatsAreThereTheNpzCounts() throws IOException {
        ActivationSession one = full();
        ActivationSession two = TestSessions.reference("single");
        two.save(temp, SessionFormat.SAFETENSORS);
        one.save(temp.resolve("npz"));
        Files.copy(temp.resolve("npz/tensors.npz"), temp.resolve("tensors.npz"));
        assertThat(ActivationSession.load(temp)).isEqualTo(one);
        two.save(temp, SessionFormat.SAFETENSORS);
        assertThat(ActivationSession.load(temp)).isEqualTo(two);
    }

    @Test
    void aBareSessionSurvives() {
        ActivationSession session = ActivationSession.builder()
                .point("anything goes", new float[][] {{1}})
                .build();
        session.save(temp.resolve("s"));
        ActivationSession loaded = ActivationSession.load(temp.resolve("s"));
        assertThat(loaded).isEqualTo(session);
        assertThat(loaded.namesAssumed()).isTrue();
        assertThat(loaded.text()).isEmpty();
    }

    @Test
    void huggingFacesConventionSurvives() {
        ActivationSession session = full().huggingFaceHiddenStates();
        session.save(temp.resolve("s"));
        ActivationSession loaded = ActivationSession.load(temp.resolve("s"));
        assertThat(loaded).isEqualTo(session);
        assertThat(loaded.isHuggingFaceHiddenStates()).isTrue();
        assertThat(loaded.blockCount()).isEqualTo(1);
    }

    @Test
    void statesLargerThanAnyBufferSurvive() {
        float[][] state = new float[37][1001];
        for (int t = 0; t < state.length; t++) {
            for (int d = 0; d < state[t].length; d++) {
                state[t][d] = t * 1000 + d;
            }
        }
        ActivationSession session =
                ActivationSession.builder().point("embed", state).build();
        session.save(temp.resolve("s"));
        assertThat(ActivationSession.load(temp.resolve("s"))).isEqualTo(session);
    }

    @Test
    void theSameSessionGivesTheSameBytes() throws IOException {
        full().save(temp.resolve("a"));
        full().save(temp.resolve("b"));
        assertThat(temp.resolve("a/tensors.npz")).hasSameBinaryContentAs(temp.resolve("b/tensors.npz"));
    }

    @Test
    void anExistingSessionIsReplacedAndOtherFilesInItStay() throws IOException {
        full().save(temp.resolve("s"));
        Files.createDirectory(temp.resolve("s/analysis"));
        ActivationSession other = TestSessions.reference("single");
        other.save(temp.resolve("s"));
        assertThat(ActivationSession.load(temp.resolve("s"))).isEqualTo(other);
        assertThat(files(temp.resolve("s"))).containsExactlyInAnyOrder("tensors.npz", "config.json", "analysis");
    }

    @Test
    void aMissingConfigIsMended() throws IOException {
        full().save(temp.resolve("s"));
        String config = Files.readString(temp.resolve("s/config.json"));
        Files.delete(temp.resolve("s/config.json"));
        assertThat(ActivationSession.load(temp.resolve("s"))).isEqualTo(full());
        assertThat(temp.resolve("s/config.json")).hasContent(config);
    }

    @Test
    void theNpzIsAuthoritative() throws IOException {
        full().save(temp.resolve("s"));
        Files.writeString(temp.resolve("s/config.json"), "{\"text\": \"other\"}");
        assertThat(ActivationSession.load(temp.resolve("s"))).isEqualTo(full());
    }

    @Test
    void aFolderThatIsNotOursIsRefusedAndLeftAlone() throws IOException {
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
        assertThatThrownBy(() -> full().save(temp))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining(temp.toString())
                .hasMessageContaining("config.json");
        assertThat(files(temp)).containsExactly("config.json");
    }

    @Test
    void anNpzThatIsNoSessionIsNotReplaced() throws IOException {
        Files.copy(TestSessions.resource("npz/bad-no-states.npz"), temp.resolve("tensors.npz"));
        assertThatThrownBy(() -> full().save(temp)).isInstanceOf(BadFileException.class);
        assertThat(files(temp)).containsExactly("tensors.npz");
    }

    @Test
    void whatAKilledWriterLeftIsNoObstacleAndIsRemoved() throws IOException {
        Files.writeString(temp.resolve(".tensors.npz.1234.residual4j-tmp"), "half");
        full().save(temp, SessionFormat.SAFETENSORS);
        assertThat(ActivationSession.load(temp)).isEqualTo(full());
        assertThat(files(temp)).containsExactlyInAnyOrder("tensors.safetensors", "config.json");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefusedWithoutLitter() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertThatThrownBy(() -> full().save(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("file");
        assertThatThrownBy(() -> full().save(file.resolve("below/deep")))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("cannot be written");
        assertThat(files(temp)).containsExactly("file");
    }

    @Test
    void aSaveThatFailsHalfwayLeavesTheOldSessionAndNothingElse() throws IOException {
        full().save(temp);
        String config = Files.readString(temp.resolve("config.json"));
        ActivationSession unstorable = ActivationSession.builder()
                .point("embed", new float[][] {{1}})
                .array("__metadata__", FloatTensor.of(new float[] {1}))
                .build();
        assertThatThrownBy(() -> unstorable.save(temp, SessionFormat.SAFETENSORS))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("__metadata__");
        assertThat(ActivationSession.load(temp)).isEqualTo(full());
        assertThat(files(temp)).containsExactlyInAnyOrder("tensors.npz", "config.json");
        assertThat(temp.resolve("config.json")).hasContent(config);
    }

    @Test
    void anEmptyFolderThatCouldNotBeFilledStays() throws IOException {
        ActivationSession unstorable = ActivationSession.builder()
                .point("embed", new float[][] {{1}})
                .array("__metadata__", FloatTensor.of(new float[] {1}))
                .build();
        Path ours = Files.createDirectory(temp.resolve("ours"));
        assertThatThrownBy(() -> unstorable.save(ours, SessionFormat.SAFETENSORS));
        assertThatThrownBy(() -> unstorable.save(temp.resolve("new/deep"), SessionFormat.SAFETENSORS));
        assertThat(files(temp)).containsExactly("ours");
    }

    @Test
    void namesAnNpzCannotKeepAreRefusedWhenTheyAreGiven() {
        ActivationSessionBuilder builder = ActivationSession.builder();
        assertThatThrownBy(() -> builder.point("a\0", new float[][] {{1}})).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> builder.array("positions", FloatTensor.of(new float[] {1})))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("\"positions\"");
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
