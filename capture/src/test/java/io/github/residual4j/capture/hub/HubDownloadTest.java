package io.github.residual4j.capture.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubDownloadTest {
    private static final int SIZE = 300_000;

    @TempDir
    Path cache;

    FakeHub server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeHub().withCheckpoint(SIZE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Hub hub(String... variables) {
        return Hub.of(server.environment(cache, variables)).withFirstPause(Duration.ofMillis(1));
    }

    private Path repository() {
        return cache.resolve("models--somebody--tiny");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void laysTheCheckpointOutAsPythonDoes() throws IOException {
        Path folder = hub().fetch(FakeHub.NAME);

        assertThat(folder).isEqualTo(repository().resolve("snapshots").resolve(FakeHub.COMMIT));
        assertThat(names(folder)).containsExactly("config.json", "model.safetensors", "tokenizer.json");
        for (String name : names(folder)) {
            FakeHub.Stored stored = server.stored(name);
            assertThat(folder.resolve(name)).hasBinaryContent(stored.bytes());
            assertThat(Files.readSymbolicLink(folder.resolve(name))).isEqualTo(Path.of("../../blobs/" + stored.etag()));
        }
        assertThat(repository().resolve("refs/main")).hasContent(FakeHub.COMMIT);
        assertThat(names(repository().resolve("blobs"))).hasSize(3).allMatch(name -> name.matches("[0-9a-f]+"));
        assertThat(repository().resolve(".no_exist").resolve(FakeHub.COMMIT).resolve("tokenizer_config.json"))
                .isEmptyFile();
    }

    @Test
    void asksNothingOfTheNetworkForWhatIsInTheCache() {
        Path first = hub().fetch(FakeHub.NAME);
        server.requests.clear();

        assertThat(hub().fetch(FakeHub.NAME)).isEqualTo(first);
        assertThat(hub().fetch(FakeHub.NAME + "@" + FakeHub.COMMIT)).isEqualTo(first);
        assertThat(hub("HF_HUB_OFFLINE", "1").fetch(FakeHub.NAME)).isEqualTo(first);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void downloadsARevisionByBranchTagOrCommit() {
        for (String revision : List.of("v1.0", "refs/pr/1", FakeHub.COMMIT)) {
            hub().fetch(FakeHub.NAME + "@" + revision);
        }

        assertThat(repository().resolve("refs/v1.0")).hasContent(FakeHub.COMMIT);
        assertThat(repository().resolve("refs/refs/pr/1")).hasContent(FakeHub.COMMIT);
        assertThat(repository().resolve("refs").resolve(FakeHub.COMMIT)).doesNotExist();
        assertThat(server.count("storage GET model.safetensors"))
                .as("one content, three revisions")
                .isOne();
    }

    @Test
    void takesShardsByTheirIndex() throws IOException {
        server.without("model.safetensors")
                .withSmall(
                        "model.safetensors.index.json",
                        "{\"metadata\": {}, \"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\","
                                + " \"b\": \"model-00002-of-00002.safetensors\", \"c\": \"model-00001-of-00002.safetensors\"}}")
                .withLarge("model-00001-of-00002.safetensors", FakeHub.noise(1000))
                .withLarge("model-00002-of-00002.safetensors", FakeHub.noise(2000));

        assertThat(names(hub().fetch(FakeHub.NAME)))
                .containsExactly(
                        "config.json",
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors",
                        "model.safetensors.index.json",
                        "tokenizer.json");
        server.requests.clear();
        hub().fetch(FakeHub.NAME);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void takesVocabularyAndMergesWhereThereIsNoTokenizerFile() throws IOException {
        server.without("tokenizer.json")
                .withSmall("vocab.json", "{}")
                .withSmall("merges.txt", "#version: 0.2")
                .withSmall("special_tokens_map.json", "{}")
                .withSmall("tokenizer_config.json", "{\"add_bos_token\": false}")
                .withSmall("README.md", "not needed")
                .withLarge("pytorch_model.bin", FakeHub.noise(10));

        assertThat(names(hub().fetch(FakeHub.NAME)))
                .containsExactly(
                        "config.json",
                        "merges.txt",
                        "model.safetensors",
                        "special_tokens_map.json",
                        "tokenizer_config.json",
                        "vocab.json");
    }

    @Test
    void aModelNeedNotHaveATokenizer() throws IOException {
        server.without("tokenizer.json");

        assertThat(names(hub().fetch(FakeHub.NAME))).containsExactly("config.json", "model.safetensors");
        server.requests.clear();
        hub().fetch(FakeHub.NAME);
        assertThat(server.requests).as("what is not there is remembered").isEmpty();
    }

    @Test
    void holdsFilesInPlaceOfLinksWhereLinksAreNotWanted() throws IOException {
        Path folder = hub("HF_HUB_DISABLE_SYMLINKS", "1").fetch(FakeHub.NAME);

        assertThat(folder.resolve("model.safetensors"))
                .isRegularFile()
                .hasBinaryContent(server.stored("model.safetensors").bytes());
        assertThat(Files.isSymbolicLink(folder.resolve("model.safetensors"))).isFalse();
        assertThat(names(repository().resolve("blobs"))).isEmpty();
        server.requests.clear();
        hub("HF_HUB_OFFLINE", "1").fetch(FakeHub.NAME);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void copiesABlobThatOthersLinkToWhereLinksAreNotWanted() throws IOException {
        Path folder = hub().fetch(FakeHub.NAME);
        Files.delete(folder.resolve("model.safetensors"));

        hub("HF_HUB_DISABLE_SYMLINKS", "1").fetch(FakeHub.NAME);

        FakeHub.Stored weights = server.stored("model.safetensors");
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights.bytes());
        assertThat(Files.isSymbolicLink(folder.resolve("model.safetensors"))).isFalse();
        assertThat(repository().resolve("blobs").resolve(weights.etag())).hasBinaryContent(weights.bytes());
        assertThat(names(folder)).noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void mendsALinkWhoseBlobIsGone() throws IOException {
        Path folder = hub().fetch(FakeHub.NAME);
        Files.delete(folder.resolve("model.safetensors").toRealPath());

        hub().fetch(FakeHub.NAME);

        assertThat(folder.resolve("model.safetensors"))
                .hasBinaryContent(server.stored("model.safetensors").bytes());
    }

    @Test
    void offlineNeedsTheWholeModelInTheCache() throws IOException {
        assertThatThrownBy(() -> hub("HF_HUB_OFFLINE", "1").fetch(FakeHub.NAME))
                .isInstanceOf(BadFileException.class)
                .hasMessage(repository() + ": the cache does not hold somebody/tiny whole, and HF_HUB_OFFLINE or"
                        + " TRANSFORMERS_OFFLINE forbids to download it.");
        assertThat(server.requests).isEmpty();
        assertThat(names(cache)).as("nothing was written").isEmpty();

        Path folder = hub().fetch(FakeHub.NAME);
        Files.delete(folder.resolve("tokenizer.json"));
        assertThat(hub("HF_HUB_OFFLINE", "1").fetch(FakeHub.NAME)).isEqualTo(folder);
        Files.delete(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> hub("HF_HUB_OFFLINE", "1").fetch(FakeHub.NAME)).isInstanceOf(BadFileException.class);
    }

    @Test
    void tellsHowItGetsOn() {
        record Progress(String file, long received, long total) {}
        List<Progress> told = new ArrayList<>();

        hub().withProgress((file, received, total) -> told.add(new Progress(file, received, total)))
                .fetch(FakeHub.NAME);

        assertThat(told)
                .contains(new Progress("model.safetensors", SIZE, SIZE))
                .extracting(Progress::file)
                .containsSubsequence("config.json", "model.safetensors", "tokenizer.json");
    }

    @Test
    void aProgressThatThrowsStopsTheDownload() throws IOException {
        Hub impatient = hub().withProgress((file, received, total) -> {
            if (file.equals("model.safetensors")) {
                throw new IllegalStateException("enough");
            }
        });

        assertThatThrownBy(() -> impatient.fetch(FakeHub.NAME)).hasMessage("enough");
        assertThat(names(repository().resolve("snapshots").resolve(FakeHub.COMMIT)))
                .containsExactly("config.json");
        assertThat(hub().fetch(FakeHub.NAME).resolve("model.safetensors"))
                .hasBinaryContent(server.stored("model.safetensors").bytes());
    }

    @Test
    void followsARenamedRepository() {
        assertThat(hub().fetch(FakeHub.OLD_NAME).resolve("model.safetensors"))
                .hasBinaryContent(server.stored("model.safetensors").bytes());
    }

    @Test
    void refusesAnIndexThatLeavesItsFolder() {
        for (String shard :
                List.of("../../../evil.safetensors", "/etc/passwd", "a\\\\b.safetensors", "model.bin", "")) {
            server.without("model.safetensors")
                    .withSmall("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"" + shard + "\"}}");
            assertThatThrownBy(() -> Hub.of(server.environment(cache.resolve("of " + shard.hashCode())))
                            .fetch(FakeHub.NAME))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageContaining("model.safetensors.index.json: the index places tensor \"a\" in \"");
        }
    }

    @Test
    void refusesARepositoryWithoutSafetensors() {
        server.without("model.safetensors").withLarge("pytorch_model.bin", FakeHub.noise(10));

        assertThatThrownBy(() -> hub().fetch(FakeHub.NAME))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("somebody/tiny has neither model.safetensors nor model.safetensors.index.json")
                .hasMessageContaining("pytorch_model.bin");
        assertThat(repository().resolve("refs/main"))
                .as("no name leads to what is not whole")
                .doesNotExist();
    }

    @Test
    void refusesAFolderItCannotWriteTo() throws IOException {
        Path file = Files.writeString(cache.resolve("a file"), "");

        assertThatThrownBy(
                        () -> Hub.of(server.environment(file.resolve("below"))).fetch(FakeHub.NAME))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("config.json: the file cannot be written")
                .hasMessageContaining("HF_HUB_CACHE");
    }
}
