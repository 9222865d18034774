package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.io.ArrayReader;
import io.github.residual4j.internal.io.NpzReader;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of every exporter's and author's habits against torch; see {@code src/test/resources/cases}. */
class OthersFilesTest {
    private static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Reference.resource("/cases"))) {
            return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void areReadAsTheirAuthorsMeanThem(Path file) {
        String name = file.getFileName().toString().replace(".onnx", ".npz");
        try (NpzReader expected = new NpzReader(file.resolveSibling("expected-" + name));
                LanguageModel model = LanguageModel.load(file)) {
            long[] ids = expected.read(expected.names().contains("ids") ? "ids" : "input_ids", ArrayReader::longs);
            ActivationSession session = model.capture(ids);
            FloatBuffer states = expected.read("hidden_states", array -> {
                FloatBuffer all = FloatBuffer.allocate(array.shape().stream().reduce(1, (a, b) -> a * b));
                array.floats(List.of(all));
                return all.flip();
            });
            float[] right = new float[states.remaining()];
            states.get(right);
            int size = ids.length * session.width();
            assertThat(session.points()).hasSize(right.length / size);
            for (int p = 0; p < session.points().size(); p++) {
                float[] state = new float[size];
                session.state(p).get(state);
                Reference.assertClose(session.points().get(p).name(), state, right, p * size);
            }
            model.selfCheck(ids);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"59k-seq-first", "79-transformer-encoder-seq-first-dynamo"})
    void whatLiesAlongAnotherAxisIsTold(String folder) {
        try (LanguageModel model = LanguageModel.load(Reference.resource("/cases/" + folder + "/model.onnx"))) {
            assertThat(model.description().inputs().toString()).contains("token ids, tokens first");
            List<ActivationSession> many = model.request()
                    .captureAllIds(Stream.of(new long[] {1, 2, 3}, new long[] {4, 5}))
                    .toList();
            CaptureAllTest.assertSame(
                    "alone", many.get(1).state(4), model.capture(4, 5).state(4));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heads-last", "heads"})
    void patternsAreOfferedWhereTheyAreSuch(String name) {
        Path file = Reference.resource("/cases/F04-attention-patterns/" + name + ".onnx");
        try (NpzReader expected = new NpzReader(file.resolveSibling("expected-" + name + ".npz"));
                LanguageModel model = LanguageModel.load(file)) {
            if (name.equals("heads-last")) {
                assertThat(model.description().offers()).doesNotContain(HookPoint.ATTENTION_PATTERN);
                assertThat(model.description().notes().toString()).contains("attention patterns are not offered");
                return;
            }
            long[] ids = expected.read("input_ids", ArrayReader::longs);
            FloatBuffer right = expected.read("attention_patterns", array -> {
                FloatBuffer all = FloatBuffer.allocate(array.shape().stream().reduce(1, (a, b) -> a * b));
                array.floats(List.of(all));
                return all.flip();
            });
            float[] patterns = new float[right.remaining()];
            right.get(patterns);
            ActivationSession session =
                    model.request(ids).points(HookPoint.ATTENTION_PATTERN).capture();
            assertThat(session.attentionPatterns().get(0).shape()).containsExactly(1, 4, 7, 7);
            Reference.assertClose("patterns", session.attentionPatterns().get(0).toArray(), patterns, 0);
        }
    }

    @Test
    void whatAMaskMeansIsTold() {
        try (LanguageModel model =
                LanguageModel.load(Reference.resource("/cases/F03-mask-where-1-means-padding/bool.onnx"))) {
            assertThat(model.description().inputs().toString()).contains("attention mask, where 1 leaves out");
        }
    }

    @Test
    void aFinalStateOfOnePositionIsNotOffered() {
        try (LanguageModel model =
                LanguageModel.load(Reference.resource("/cases/59b-slice-before-final-norm/model.onnx"))) {
            assertThat(model.description().notes().toString()).contains("final is not offered");
            assertThat(model.capture(3, 14, 15).topTokens(1)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classifier", "states-stacked", "vocabulary-as-wide-as-the-stream"})
    void whatIsNoScoreOfTheNextTokenIsNotTakenForOne(String habit) {
        try (LanguageModel model = LanguageModel.load(Reference.resource("/cases/habits/" + habit + ".onnx"))) {
            assertThat(model.description().offers()).doesNotContain(HookPoint.LOGITS);
        }
    }

    @Test
    void aStreamWithoutAFinalNormIsScoredAsItIs() {
        try (LanguageModel model = LanguageModel.load(Reference.resource("/cases/habits/no-final-norm.onnx"))) {
            assertThat(model.description().offers()).contains(HookPoint.LOGITS).doesNotContain(HookPoint.FINAL);
            assertThat(model.description().notes()).contains("it has no final norm, so final is not offered");
        }
    }

    @Test
    void tokenTypesAreFedZero() {
        try (LanguageModel model = LanguageModel.load(Reference.resource("/cases/habits/token-types.onnx"))) {
            assertThat(model.description().inputs().toString()).contains("token types, fed 0");
        }
    }
}
