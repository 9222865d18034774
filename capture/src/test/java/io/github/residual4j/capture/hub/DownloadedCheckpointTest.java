package io.github.residual4j.capture.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.checkpoint.ShardIndex;
import io.github.residual4j.capture.internal.cache.CacheLayout;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
