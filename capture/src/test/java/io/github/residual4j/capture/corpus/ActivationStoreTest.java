package io.github.residual4j.capture.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationStoreTest {
    private static final List<String> TEXTS = List.of(
            "Paris is the capital of France.",
            "The capital of Japan is Tokyo.",
            "Q: What is the capital of Ghana? A: Accra.",
            "Quito");
    private static final String POINT = "blocks.7.resid_post";

    private static LanguageModel model;

    @TempDir
    Path temp;

    private Path file;

    @BeforeAll
    static void open() {
        model = LanguageModel.embedded();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(temp.resolve("texts.txt"), String.join("\n", TEXTS));
    }

    private ActivationStore stored(StoreOptions options) {
        CorpusRun.of(model, Corpus.lines(file))
                .window(8, 8)
                .points("embed", POINT)
                .store(options)
                .run(temp.resolve("out"));
        return ActivationStore.open(temp.resolve("out/activations"));
    }

    /** 8 tokens of 2 points of 160 dimensions take 10,240 bytes as F32. */
    @ParameterizedTest
    @CsvSource({"F32, 0, 20480", "F16, 0x1p-11, 5120", "BF16, 0x1p-8, 10240"})
    void rowsAreTheStatesOfTheTexts(StoredType type, String rounding, long shardBytes) {
        ActivationStore store = stored(StoreOptions.of(type).shardBytes(shardBytes));
        assertThat(store.points()).containsExactly("embed", POINT);
        assertThat(store.width()).isEqualTo(160);
        assertThat(store.type()).isEqualTo(type);
        assertThat(store.modelName()).isEqualTo("tiny-gpt2");
        assertThat(store.modelSha256()).isEqualTo(model.weightsSha256());
        assertThat(store.shards()).isGreaterThan(1);
        long row = 0;
        for (int text = 0; text < TEXTS.size(); text++) {
            long[] ids = model.encode(TEXTS.get(text));
            for (int begin = 0; begin < ids.length; begin += 8) {
                int end = Math.min(begin + 8, ids.length);
                ActivationSession session = model.capture(Arrays.copyOfRange(ids, begin, end));
                for (int t = 0; t < end - begin; t++) {
                    StoredToken token = store.token(row);
                    assertThat(token.text()).isEqualTo(text);
                    assertThat(token.position()).isEqualTo(begin + t);
                    assertThat(token.tokenId()).isEqualTo(ids[begin + t]);
                    assertThat(token.row())
                            .isLessThan((int) (shardBytes / (320 * type.type().bytes())));
                    float[] state = store.vector(POINT, row);
                    for (int d = 0; d < 160; d++) {
                        float exact = session.value(16, t, d);
                        assertThat(state[d]).isCloseTo(exact, within((float)
                                (2e-5 + (2e-5 + Double.parseDouble(rounding)) * Math.abs(exact))));
                        assertThat(store.states(POINT, token.shard()).asBuffer().get(token.row() * 160 + d))
                                .isEqualTo(state[d]);
                    }
                    row++;
                }
            }
        }
        assertThat(store.rows()).isEqualTo(row);
        assertThat(store.tokens().count()).isEqualTo(row);
        assertThat(store)
                .hasToString(row + " tokens at 2 points of tiny-gpt2, width 160, as " + type + " in " + store.shards()
                        + " shards");
    }

    /** A row takes 160 + 640 + 160 + 1 + 160 values. */
    @ParameterizedTest
    @CsvSource({"F32, 0, 4", "F16, 0x1p-11, 2", "BF16, 0x1p-8, 2"})
    void otherPointsAreKeptEachInItsWidth(StoredType type, String rounding, int bytes) {
        long shardBytes = 11L * 1121 * bytes;
        ActivationStore store = stored(StoreOptions.of(type)
                .shardBytes(shardBytes)
                .at(
                        "final",
                        "blocks.3.mlp.hook_post",
                        "blocks.0.hook_resid_pre",
                        "blocks.7.ln1.scale",
                        "blocks.3.attn.z"));
        assertThat(store.points())
                .containsExactly("embed", "blocks.3.attn.z", "blocks.3.mlp.post", "blocks.7.ln1.scale", "final");
        assertThat(store.points().stream().map(store::width)).containsExactly(160, 160, 640, 1, 160);
        assertThat(store).asString().contains("width 1 or 160 or 640, as " + type);
        assertThatThrownBy(store::width)
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("blocks.3.mlp.post=640");
        long row = 0;
        for (String text : TEXTS) {
            long[] ids = model.encode(text);
            for (int begin = 0; begin < ids.length; begin += 8) {
                long[] window = Arrays.copyOfRange(ids, begin, Math.min(begin + 8, ids.length));
                ActivationSession session = model.request(window).allPoints().capture();
                for (int t = 0; t < window.length; t++, row++) {
                    assertThat(store.token(row).row()).isLessThan(11);
                    for (String point : store.points()) {
                        float[] all = session.activation(HookKey.parse(point))
                                .orElseThrow()
                                .toArray();
                        int width = all.length / window.length;
                        float[] found = store.vector(point, row);
                        assertThat(found).hasSize(width);
                        for (int d = 0; d < width; d++) {
                            float exact = all[t * width + d];
                            assertThat(found[d]).as("%s of row %s", point, row).isCloseTo(exact, within((float)
                                    (2e-5 + (2e-5 + Double.parseDouble(rounding)) * Math.abs(exact))));
                        }
                    }
                }
            }
        }
        assertThat(store.rows()).isEqualTo(row);
        assertThat(store.shards()).isGreaterThan(1);
        assertThat(store.states("blocks.3.mlp.post", 0).shape()[1]).isEqualTo(640);
        assertThat(StreamStatistics.load(temp.resolve("out/statistics.npz"))
                        .summary()
                        .mean()
                        .axes()
                        .get(0)
                        .labels())
                .containsExactly("embed", POINT);
    }

    @Test
    void anIndexOfAnotherVersionOrWithoutWidthsIsRefused() throws IOException {
        stored(StoreOptions.of(StoredType.F32));
        Path index = temp.resolve("out/activations/index.json");
        JsonObject json = JsonParser.parseString(Files.readString(index)).getAsJsonObject();
        assertThat(json.get("widths")).hasToString("[160,160]");
        json.addProperty("format_version", 1);
        Files.writeString(index, json.toString());
        assertThatThrownBy(() -> ActivationStore.open(index.getParent()))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("its version is 1; this library reads 2.");
        json.addProperty("format_version", 2);
        json.add("widths", new JsonArray());
        Files.writeString(index, json.toString());
        assertThatThrownBy(() -> ActivationStore.open(index.getParent()))
                .hasMessageContaining("does not describe a store");
    }

    @Test
    void pointsWithoutARowForEachTokenAndThoseAModelLacksAreRefusedAtOnce() throws URISyntaxException {
        StoreOptions options = StoreOptions.of(StoredType.F32);
        assertThatThrownBy(() -> options.at("embed", "blocks.0.attn.hook_pattern"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith(
                        "\"blocks.0.attn.hook_pattern\" cannot be stored: it is a number for each pair");
        assertThatThrownBy(() -> options.at("blocks.0.attn.scores")).hasMessageContaining("pair of tokens");
        assertThatThrownBy(() -> options.at("logits")).hasMessageContaining("store final");
        assertThatThrownBy(() -> options.at("mlp.3")).hasMessageContaining("\"mlp.3\" is no hook point");
        assertThatThrownBy(options::at).hasMessageContaining("No point to store is named");
        CorpusRun run = CorpusRun.of(model, Corpus.lines(file));
        assertThatThrownBy(() -> run.store(options.at("blocks.8.mlp.post")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("The model tiny-gpt2 has no blocks.8.mlp.post to store; it offers token_embed,")
                .hasMessageContaining(", blocks.l.mlp.post,")
                .hasMessageEndingWith("with l from 0 to 7.");
        try (LanguageModel foreign = LanguageModel.load(micro())) {
            CorpusRun other = CorpusRun.of(foreign, Corpus.lines(file));
            assertThatThrownBy(() -> other.store(options.at("blocks.0.mlp.post")))
                    .hasMessageStartingWith(
                            "The model micro-opset13 has no blocks.0.mlp.post to store; it offers embed, ")
                    .hasMessageContaining("blocks.l.mlp_out");
            other.store(options.at("blocks.1.hook_mlp_out"));
        }
    }

    private static Path micro() throws URISyntaxException {
        return Path.of(ActivationStoreTest.class
                .getResource("/exports/micro-opset13.onnx")
                .toURI());
    }

    @Test
    void theLastTokensOrASampleAreKeptWhenAsked() {
        ActivationStore last = stored(StoreOptions.of(StoredType.F32).lastPosition());
        assertThat(last.tokens().map(StoredToken::text)).containsExactly(0L, 1L, 2L, 3L);
        for (int text = 0; text < TEXTS.size(); text++) {
            assertThat(last.token(text).position()).isEqualTo(model.encode(TEXTS.get(text)).length - 1L);
        }
    }

    @Test
    void aSampleDependsOnItsSeedAloneAndHasItsShare() {
        StoreOptions some = StoreOptions.of(StoredType.F32).sample(0.3, 11);
        List<Integer> kept = new ArrayList<>();
        List<Integer> ofOtherSeed = new ArrayList<>();
        int inOtherWindows = 0;
        int most = 20_000;
        for (int position = 0; position < most; position++) {
            CorpusWindow window = new CorpusWindow(position % 7, position, 0, false, new long[1], 0);
            CorpusWindow wider = new CorpusWindow(position % 7, position - position % 5, 0, false, new long[5], 0);
            if (some.keeps(window, 0)) {
                kept.add(position);
                inOtherWindows += some.keeps(wider, position % 5) ? 1 : 0;
            }
            if (some.sample(0.3, 12).keeps(window, 0)) {
                ofOtherSeed.add(position);
            }
        }
        assertThat(kept).hasSize(inOtherWindows).isNotEqualTo(ofOtherSeed);
        // Of a binomial distribution, 5 standard deviations are 324.
        assertThat(kept.size()).isBetween(6000 - 324, 6000 + 324);
        long both = kept.stream().filter(ofOtherSeed::contains).count();
        assertThat(both).as("independent of the other seed's").isBetween(1800L - 205, 1800L + 205);
    }

    @Test
    void aStoreThatIsNotWholeIsRefused() throws IOException {
        stored(StoreOptions.of(StoredType.F32).shardBytes(20480));
        Path folder = temp.resolve("out/activations");
        byte[] shard = Files.readAllBytes(folder.resolve("activations-00001.safetensors"));
        Files.write(folder.resolve("activations-00001.safetensors"), Arrays.copyOf(shard, shard.length - 1));
        ActivationStore cut = ActivationStore.open(folder);
        assertThat(cut.vector("embed", 0)).hasSize(160);
        assertThatThrownBy(() -> cut.vector("embed", cut.rows() / 2))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("activations-00001.safetensors");
        Files.copy(
                folder.resolve("activations-00000.safetensors"),
                folder.resolve("activations-00001.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                folder.resolve("index.json"),
                Files.readString(folder.resolve("index.json")).replaceFirst("\"rows\":[0-9]+},", "\"rows\":3},"));
        assertThatThrownBy(() -> ActivationStore.open(folder).token(0))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("the store's index says I64 [3]");
        Files.delete(folder.resolve("index.json"));
        assertThatThrownBy(() -> ActivationStore.open(folder))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("no store that is whole");
        Files.writeString(folder.resolve("index.json"), "{\"format_version\": 2}");
        assertThatThrownBy(() -> ActivationStore.open(folder)).hasMessageContaining("does not describe a store");
    }

    @Test
    void whatIsNotThereIsRefused() {
        ActivationStore store = stored(StoreOptions.of(StoredType.F32));
        assertThatThrownBy(() -> store.token(store.rows()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("There is no row " + store.rows());
        assertThatThrownBy(() -> store.vector("blocks.1.resid_post", 0)).hasMessageContaining("is not kept");
        assertThatThrownBy(() -> store.states("embed", 9)).hasMessageContaining("There is no shard 9");
        assertThatThrownBy(() -> stored(StoreOptions.of(StoredType.F32).shardBytes(5000)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("take 10240");
        assertThatThrownBy(() -> StoreOptions.of(StoredType.F32).sample(0, 1)).hasMessageContaining("not 0.0");
        assertThatThrownBy(() -> StoreOptions.of(StoredType.F32).shardBytes(0)).hasMessageContaining("not 0");
    }

    @Test
    void numPyReadsTheSameStates() throws IOException, InterruptedException {
        String python = pythonWithNumPy();
        for (StoredType type : StoredType.values()) {
            CorpusRun.of(model, Corpus.lines(file))
                    .window(8, 8)
                    .store(StoreOptions.of(type)
                            .shardBytes(60_000)
                            .at("blocks.5.mlp.pre", POINT, "embed", "blocks.7.mlp.post"))
                    .run(temp.resolve(type.name()));
            Path folder = temp.resolve(type.name()).resolve("activations");
            ActivationStore store = ActivationStore.open(folder);
            JsonObject found = JsonParser.parseString(run(List.of(
                            python,
                            Path.of("src/test/python/read_store.py")
                                    .toAbsolutePath()
                                    .toString(),
                            folder.toString())))
                    .getAsJsonObject();
            assertThat(found.get("rows").getAsLong()).isEqualTo(store.rows());
            assertThat(found.getAsJsonArray("points")).hasSize(4);
            assertThat(found.get("token_ids").toString())
                    .isEqualTo(store.tokens()
                            .map(StoredToken::tokenId)
                            .toList()
                            .toString()
                            .replace(" ", ""));
            for (String point : store.points()) {
                double sum = 0;
                double size = 0;
                for (long row = 0; row < store.rows(); row++) {
                    for (float value : store.vector(point, row)) {
                        sum += value;
                        size += Math.abs(value);
                    }
                }
                assertThat(found.getAsJsonObject("sums").get(point).getAsDouble())
                        .as(point)
                        .isCloseTo(sum, within(1e-9 * size));
            }
            assertThat(found.get("last").getAsFloat()).isEqualTo(store.vector(POINT, store.rows() - 1)[159]);
        }
    }

    private static String pythonWithNumPy() throws InterruptedException {
        for (String python : List.of("/usr/bin/python3", "python3", "python")) {
            try {
                run(List.of(python, "-c", "import numpy"));
                return python;
            } catch (IOException e) {
                // The next one may have it.
            }
        }
        String missing = "No python3 with NumPy was found (Debian: python3-numpy), so nothing was read by it.";
        if ("true".equals(System.getenv("RESIDUAL4J_REQUIRE_PYTHON"))
                || Boolean.getBoolean("RESIDUAL4J_REQUIRE_PYTHON")) {
            fail(missing);
        }
        return abort(missing);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed:\n" + output);
        }
        return output;
    }
}
