package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.capture.corpus.ActivationStore;
import io.github.residual4j.capture.corpus.Corpus;
import io.github.residual4j.capture.corpus.CorpusRun;
import io.github.residual4j.capture.corpus.StoreOptions;
import io.github.residual4j.capture.corpus.StoredType;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.internal.io.ArrayReader;
import io.github.residual4j.internal.io.NpzReader;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders that are no GPT-2 against torch; see {@code src/test/resources/decoders}. */
class DecodersTest {
    private static final String TURN = "attention and MLP in turn";
    private static final String ONE = "one state per block";

    private static Path file(String name) {
        return Reference.resource("/decoders/" + name + ".onnx");
    }

    private static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Reference.resource("/decoders"))) {
            return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream();
        }
    }

    /** What torch says of a file. */
    private record Expected(long[] ids, float[] states, float[] last, float[] logits) {
        static Expected of(Path file) {
            try (NpzReader npz = new NpzReader(
                    file.resolveSibling(file.getFileName().toString().replace(".onnx", ".npz")))) {
                return new Expected(
                        npz.read("ids", ArrayReader::longs),
                        floats(npz, "hidden_states"),
                        floats(npz, "final"),
                        floats(npz, "logits"));
            }
        }

        private static float[] floats(NpzReader npz, String name) {
            return npz.read(name, array -> {
                FloatBuffer all = FloatBuffer.allocate(array.shape().stream().reduce(1, (a, b) -> a * b));
                array.floats(List.of(all));
                return all.array();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void areReadToTheLogits(Path file) {
        Expected expected = Expected.of(file);
        try (LanguageModel model = LanguageModel.load(file)) {
            ActivationSession session = model.request(expected.ids)
                    .points(model.description().offers().toArray(HookPoint[]::new))
                    .capture();
            int size = expected.ids.length * session.width();
            assertThat(expected.states).hasSize(session.points().size() * size);
            for (StreamPoint point : session.points()) {
                float[] state = new float[size];
                session.state(point.index()).get(state);
                Reference.assertClose(point.name(), state, expected.states, point.index() * size);
            }
            Reference.assertClose("final", values(session, HookPoint.FINAL), expected.last, 0);
            Reference.assertClose("logits", values(session, HookPoint.LOGITS), expected.logits, 0);
            model.selfCheck(expected.ids);
        }
    }

    private static float[] values(ActivationSession session, HookPoint point) {
        FloatBuffer values = session.activation(HookKey.of(point)).orElseThrow().asBuffer();
        float[] copied = new float[values.remaining()];
        values.get(copied);
        return copied;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama-past    | RMS norms, rotary positions     | " + TURN + " | 4 | not told",
                "qwen3-fused   | RMS norms, rotary positions     | " + TURN + " | 2 | not told",
                "gemma2        | RMS norms, rotary positions     | " + TURN + " | 4 | not told",
                "olmo2         | RMS norms, rotary positions     | " + TURN + " | 4 | not told",
                "bloom         | layer norms, relative positions | " + TURN + " | 4 | not told",
                "mpt           | layer norms, relative positions | " + TURN + " | 4 | not told",
                "gpt-neox      | layer norms, rotary positions   | " + ONE + "  | 4 | not told",
                "cohere-dynamo | layer norms, rotary positions   | " + ONE + "  | 4 | not told"
            })
    void areNamedByWhatWasFound(String name, String norms, String wiring, int heads, String context) {
        try (LanguageModel model = LanguageModel.load(file(name))) {
            assertThat(model.description().kind()).isEqualTo("decoder with " + norms + " and " + wiring);
            assertThat(model.description().shape().heads()).hasValue(heads);
            assertThat(model.description().shape().toString()).endsWith("context " + context);
            assertThat(model.toString()).contains("decoder with");
        }
    }

    @Test
    void theContextAndTheEndOfATextComeFromTheConfigurationBesideTheFile(@TempDir Path folder) throws IOException {
        Path copy = Files.copy(file("llama-past"), folder.resolve("model.onnx"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"llama\", \"hidden_size\": 16, \"num_hidden_layers\": 2,"
                        + " \"max_position_embeddings\": 13, \"bos_token_id\": 1, \"eos_token_id\": [2, 5]}");
        try (LanguageModel model = LanguageModel.load(copy)) {
            assertThat(model.description().shape().context()).hasValue(13);
            assertThat(model.description().shape().beginningOfSequence()).hasValue(1);
            assertThatThrownBy(() -> model.capture(new long[14]))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("takes at most 13");
        }
        Files.writeString(folder.resolve("config.json"), "{\"hidden_size\": 64, \"max_position_embeddings\": 13}");
        try (LanguageModel model = LanguageModel.load(copy)) { // another model's
            assertThat(model.description().shape().context()).isEmpty();
        }
    }

    @Test
    void whereABlockAddsBothAtOnceThereIsNoStateInBetween() {
        try (LanguageModel model = LanguageModel.load(file("gpt-neox"))) {
            ActivationSession session = model.capture(1, 2, 3);
            assertThat(session.points().stream().map(StreamPoint::name))
                    .containsExactly("embed", "blocks.0.resid_post", "blocks.1.resid_post");
            assertThat(session.blockCount()).isEqualTo(2);
            assertThatThrownBy(() ->
                            model.request(1, 2, 3).points(HookPoint.RESID_MID).capture())
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("RESID_MID");
            ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
            assertThat(analyzer.cosineBetweenConsecutivePoints().toString()).isNotEmpty();
            assertThatThrownBy(analyzer::magnitudes).hasMessageContaining("resid_mid");
            assertThat(model.description().notes().toString()).contains("one state per block");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-past", "olmo2", "gpt-neox", "mpt"})
    void theLensReadsTheLastStateAsTheModelDoes(String name) {
        Expected expected = Expected.of(file(name));
        try (LanguageModel model = LanguageModel.load(file(name))) {
            ActivationSession session = model.capture(expected.ids);
            var lens = model.logitLens(session);
            int last = expected.ids.length - 1;
            int vocabulary = model.description().shape().vocabulary();
            int best = 0;
            for (int id = 0; id < vocabulary; id++) {
                int row = last * vocabulary;
                best = expected.logits[row + id] > expected.logits[row + best] ? id : best;
            }
            int points = session.points().size();
            assertThat((int) lens.topIds().value(points - 1, last, 0)).isEqualTo(best);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-past", "qwen3-fused", "gpt-neox", "bloom"})
    void aStateThatIsSilencedIsGoneForAllThatFollows(String name) {
        try (LanguageModel model = LanguageModel.load(file(name))) {
            ActivationSession silenced = model.request(1, 2, 3)
                    .edit(Edit.zero(HookPoint.ATTENTION_OUTPUT).block(1))
                    .edit(Edit.zero(HookPoint.MLP_OUTPUT).block(1))
                    .capture();
            float[] before = new float[3 * silenced.width()];
            float[] after = new float[before.length];
            int last = silenced.points().size() - 1;
            silenced.state(silenced.point("blocks.0.resid_post").index()).get(before);
            silenced.state(last).get(after);
            assertThat(after).containsExactly(before);
        }
    }

    @Test
    void aCorpusRunsWithoutTheStateInBetween(@TempDir Path folder) throws IOException {
        Path copy = Files.copy(file("gpt-neox"), folder.resolve("model.onnx"));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0, \"b\": 1},"
                        + " \"unk_token\": \"a\"}, \"pre_tokenizer\": {\"type\": \"Whitespace\"}}");
        Path texts = Files.writeString(folder.resolve("texts.txt"), "a b a\nb b a\n");
        try (LanguageModel model = LanguageModel.load(copy)) {
            assertThat(model.description().stream()).containsExactly(HookPoint.EMBED, HookPoint.RESID_POST);
            assertThat(CorpusRun.of(model, Corpus.lines(texts))
                            .store(StoreOptions.of(StoredType.F32).at("blocks.1.hook_mlp_out", "final"))
                            .run(folder.resolve("out"))
                            .tokens())
                    .isEqualTo(6);
            ActivationStore store = ActivationStore.open(folder.resolve("out/activations"));
            float[] added = model.request("b b a")
                    .points(HookPoint.MLP_OUTPUT)
                    .capture()
                    .arrays()
                    .get("blocks.1.mlp_out")
                    .toArray();
            float[] row = store.vector("blocks.1.mlp_out", 4);
            assertThat(store.points()).containsExactly("blocks.1.mlp_out", "final");
            assertThat(row).hasSize(added.length / 3);
            for (int d = 0; d < row.length; d++) {
                assertThat(row[d]).isCloseTo(added[row.length + d], within(1e-5f));
            }
        }
    }
}
