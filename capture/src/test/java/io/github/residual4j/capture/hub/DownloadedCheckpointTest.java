package io.github.residual4j.capture.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelOptions;
import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.capture.internal.checkpoint.ShardIndex;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a name on a hub to a capture. */
class DownloadedCheckpointTest {
    @TempDir
    Path home;

    /** What a process of its own, with an environment of its own, runs. */
    public static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            try (LanguageModel model = LanguageModel.download(arguments[0])) {
                System.out.println(model.capture(1L, 2L, 3L));
                System.out.println(model.name());
            }
        }
    }

    private static FakeHub serving(String variant) throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(
                                DownloadedCheckpointTest.class.getResource("/variants/" + variant + "/config.json"))
                        .toURI())
                .getParent();
        FakeHub hub = new FakeHub().withSmall("config.json", Files.readString(folder.resolve("config.json")));
        if (Files.exists(folder.resolve("model.safetensors"))) {
            return hub.withLarge("model.safetensors", Files.readAllBytes(folder.resolve("model.safetensors")));
        }
        hub.withSmall(ShardIndex.FILE_NAME, Files.readString(folder.resolve(ShardIndex.FILE_NAME)));
        for (String shard :
                ShardIndex.read(folder.resolve(ShardIndex.FILE_NAME)).shards()) {
            hub.withLarge(shard, Files.readAllBytes(folder.resolve(shard)));
        }
        return hub;
    }

    @Test
    void opensWhatTheEnvironmentLeadsTo() throws Exception {
        try (FakeHub hub = serving("plain")) {
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Child.class.getName(),
                    FakeHub.NAME + "@v1.0");
            builder.environment().keySet().removeIf(name -> name.startsWith("HF_") || name.startsWith("HUGGING"));
            builder.environment().putAll(Map.of("HF_ENDPOINT", hub.address(), "HF_HOME", home.toString()));
            Process child = builder.redirectErrorStream(true).start();
            String output = new String(child.getInputStream().readAllBytes(), UTF_8);
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

            assertThat(output.lines().reduce((first, last) -> last)).contains(FakeHub.NAME);
            assertThat(child.exitValue()).isZero();
            assertThat(home.resolve("hub/models--somebody--tiny/refs/v1.0")).hasContent(FakeHub.COMMIT);
        }
    }

    @Test
    void opensShardsThroughLinksAndIsCalledByItsName() throws Exception {
        try (FakeHub hub = serving("sharded")) {
            Path folder = Hub.of(hub.environment(home)).fetch(FakeHub.NAME);
            try (LanguageModel model = LanguageModel.load(folder)) {
                assertThat(model.name()).isEqualTo(FakeHub.NAME);
                assertThat(model.capture(1L).points()).hasSize(5);
            }
        }
    }

    private static byte[] export() throws IOException, URISyntaxException {
        return Files.readAllBytes(Path.of(
                Objects.requireNonNull(DownloadedCheckpointTest.class.getResource("/exports/micro-opset13.onnx"))
                        .toURI()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "onnx/model.onnx", "onnx/decoder_model.onnx"})
    void opensARepositoryThatHoldsOnlyAnOnnxFile(String file) throws Exception {
        try (FakeHub hub = new FakeHub().withLarge(file, export())) {
            if (!file.startsWith("onnx/m")) { // the other has not even a configuration
                hub.withSmall("config.json", "{\"model_type\": \"gpt2\"}");
            }
            ModelOptions options = ModelOptions.defaults().from(Hub.of(hub.environment(home)));
            if (file.contains("decoder")) {
                hub.withSmall("generation_config.json", "{}");
            }
            try (LanguageModel model = LanguageModel.open("hf:" + FakeHub.NAME, options)) {
                assertThat(model.name()).contains(file.contains("decoder") ? "tiny" : FakeHub.NAME);
                assertThat(model.capture(1L, 2L).points()).hasSize(5);
            }
            long requests = hub.requests.size();
            ModelOptions offline = ModelOptions.defaults().from(Hub.of(hub.environment(home, "HF_HUB_OFFLINE", "1")));
            LanguageModel.open("hf:" + FakeHub.NAME, options).close();
            LanguageModel.open("hf:" + FakeHub.NAME, offline).close();
            assertThat(hub.requests).hasSize((int) requests);
        }
    }

    @Test
    void bringsTheWeightsThatLieBesideAnOnnxFile() throws Exception {
        for (String ending : List.of("_data", ".data")) {
            try (FakeHub hub = new FakeHub()
                    .withSmall("config.json", "{\"model_type\": \"gpt2\"}")
                    .withLarge("onnx/model.onnx", export())
                    .withLarge("onnx/model.onnx" + ending, new byte[] {1, 2, 3})) {
                Path folder = Hub.of(hub.environment(home.resolve(ending))).fetch(FakeHub.NAME);
                assertThat(folder.resolve("onnx/model.onnx" + ending)).hasBinaryContent(new byte[] {1, 2, 3});
            }
        }
    }

    @Test
    void takesTheAddressOfAModelsPage() throws Exception {
        try (FakeHub hub = serving("plain")) {
            ModelOptions options = ModelOptions.defaults().from(Hub.of(hub.environment(home)));
            String page = hub.address() + "/" + FakeHub.NAME;
            for (String address :
                    List.of(page, page + "/", page + "/tree/v1.0", page + "/blob/main/config.json", "hf:" + page)) {
                try (LanguageModel model = LanguageModel.open(address, options)) {
                    assertThat(model.name()).as(address).isEqualTo(FakeHub.NAME);
                }
            }
            assertThat(home.resolve("models--somebody--tiny/refs/v1.0")).exists();
            for (String other : List.of(
                    hub.address(),
                    hub.address() + "/tiny",
                    hub.address() + "/datasets/a/b",
                    "https://example.org/a/b")) {
                assertThatThrownBy(() -> LanguageModel.open(other, options))
                        .as(other)
                        .isInstanceOf(BadRequestException.class)
                        .hasMessageContaining("hf:owner/name");
            }
        }
    }

    /** The folder of a model in the cache is where people see its name; its files are further down. */
    @Test
    void takesTheSnapshotOfAFolderInTheCache() throws Exception {
        try (FakeHub hub = serving("plain")) {
            Path snapshot = Hub.of(hub.environment(home)).fetch(FakeHub.NAME);
            Path repository = home.resolve("models--somebody--tiny");
            for (Path path :
                    List.of(repository, repository.resolve("snapshots"), snapshot, snapshot.resolve("config.json"))) {
                try (LanguageModel model = LanguageModel.load(path)) {
                    assertThat(model.name()).as(path.toString()).isEqualTo(FakeHub.NAME);
                }
            }
            Files.delete(repository.resolve("refs/main"));
            LanguageModel.load(repository).close(); // the only one
            Files.createDirectory(repository.resolve("snapshots/" + "f".repeat(40)));
            assertThatThrownBy(() -> LanguageModel.load(repository))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageContaining("2 snapshots, none of them main")
                    .hasMessageContaining(FakeHub.COMMIT);
        }
        Path empty = Files.createDirectories(home.resolve("models--a--b/refs"));
        assertThatThrownBy(() -> LanguageModel.load(empty.getParent()))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("no snapshot");
    }

    @ParameterizedTest
    @CsvSource({
        "gpt2, openai-community/gpt2",
        "gpt2-xl, openai-community/gpt2-xl",
        "distilgpt2, distilbert/distilgpt2",
        "openai-community/gpt2, openai-community/gpt2",
        "somebody/tiny@v1.0, somebody/tiny@v1.0"
    })
    void aNameInAPathsPlaceIsToldHowToAskTheHub(String words, String name) {
        assertThatThrownBy(() -> LanguageModel.open(words))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(
                        words + ": there is no such folder; LanguageModel.open(\"hf:" + name + "\"), or hf:");
        assertThatThrownBy(() -> LanguageModel.load(Path.of(words))).hasMessageContaining("hf:" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"./gpt2", "no/such/folder/here", "gpt3", "model.onnx", "some/model.onnx", "/gpt2"})
    void aPathThatCanBeNothingElseIsOnlyMissing(String path) {
        assertThatThrownBy(() -> LanguageModel.open(path))
                .isInstanceOf(BadFileException.class)
                .hasMessageMatching(".*: there is no such (folder|file)\\.");
    }

    @Test
    void wordsThatNameNothing() {
        assertThatThrownBy(() -> LanguageModel.open(" ")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> LanguageModel.open("a\0b"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("is no path");
        try (LanguageModel model = LanguageModel.open(" embedded ")) {
            assertThat(model.name()).isEqualTo("tiny-gpt2");
        }
    }

    @Test
    void onlyASnapshotIsCalledByItsName() {
        String commit = FakeHub.COMMIT;
        assertThat(CacheLayout.repositoryOf(Path.of("/c/models--a--b/snapshots/" + commit)))
                .contains("a/b");
        assertThat(CacheLayout.repositoryOf(Path.of("/c/models--gpt2/snapshots/" + commit)))
                .contains("gpt2");
        assertThat(CacheLayout.repositoryOf(Path.of("/c/models--a--b/snapshots/main")))
                .isEmpty();
        assertThat(CacheLayout.repositoryOf(Path.of("/c/models--a--b/blobs/" + commit)))
                .isEmpty();
        assertThat(CacheLayout.repositoryOf(Path.of("/c/other/snapshots/" + commit)))
                .isEmpty();
        assertThat(CacheLayout.repositoryOf(Path.of("/" + commit))).isEmpty();
    }
}
