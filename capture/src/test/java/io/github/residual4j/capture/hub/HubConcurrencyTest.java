package io.github.residual4j.capture.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several threads and several processes on one cache. */
class HubConcurrencyTest {
    private static final int SIZE = 3_000_000;

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

    /** What a child process runs: fetches a checkpoint and prints its folder. */
    public static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Hub hub = Hub.of(HubEnvironment.of(
                    Map.of("HF_ENDPOINT", arguments[0], "HF_HUB_CACHE", arguments[1]), Path.of(arguments[1])));
            System.out.println(hub.withFirstPause(Duration.ofMillis(10)).fetch(FakeHub.NAME));
        }
    }

    /** Sends the weights slowly enough that everybody is there before the last byte. */
    private static FakeHub.Answer slowly() {
        return (exchange, file) -> {
            exchange.sendResponseHeaders(200, file.bytes().length);
            int step = file.bytes().length / 20;
            for (int i = 0; i < file.bytes().length; i += step) {
                exchange.getResponseBody().write(file.bytes(), i, Math.min(step, file.bytes().length - i));
                exchange.getResponseBody().flush();
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    private Process child() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        server.address(),
                        cache.toString())
                .redirectErrorStream(true)
                .start();
    }

    private void assertOneGoodCopy() throws IOException {
        Path repository = cache.resolve("models--somebody--tiny");
        assertThat(repository.resolve("snapshots/" + FakeHub.COMMIT + "/model.safetensors"))
                .hasBinaryContent(server.stored("model.safetensors").bytes());
        try (Stream<Path> blobs = Files.list(repository.resolve("blobs"))) {
            assertThat(blobs).hasSize(3);
        }
        assertThat(server.count("storage GET model.safetensors")).isOne();
    }

    @Test
    void processesShareOneDownload() throws Exception {
        server.answering("storage GET model.safetensors", slowly());
        List<Process> children = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            children.add(child());
        }
        for (Process process : children) {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(output).endsWith("snapshots/" + FakeHub.COMMIT);
            assertThat(process.exitValue()).isZero();
        }

        assertThat(server.count("hub HEAD config.json"))
                .as("all were there at once")
                .isEqualTo(3);
        assertOneGoodCopy();
    }

    @Test
    void anotherProcessGoesOnAfterOneIsKilled() throws Exception {
        server.answering("storage GET model.safetensors", slowly());
        Process victim = child();
        Path incomplete = cache.resolve("models--somebody--tiny/blobs/"
                + server.stored("model.safetensors").etag() + ".residual4j.incomplete");
        while (!Files.exists(incomplete) || Files.size(incomplete) < SIZE / 10) {
            assertThat(victim.isAlive()).isTrue();
            Thread.sleep(10);
        }
        victim.destroyForcibly().waitFor();

        Path folder = Hub.of(server.environment(cache)).fetch(FakeHub.NAME);

        assertThat(folder.resolve("model.safetensors"))
                .hasBinaryContent(server.stored("model.safetensors").bytes());
        FakeHub.Request last = server.requests.stream()
                .filter(r -> r.server().equals("storage"))
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(last.range()).matches("bytes=[1-9]\\d*-");
    }

    @Test
    void threadsShareOneDownload() throws Exception {
        server.answering("storage GET model.safetensors", slowly());
        Hub hub = Hub.of(server.environment(cache));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Path> fetch = () -> hub.fetch(FakeHub.NAME);
            for (Future<Path> folder : threads.invokeAll(List.of(fetch, fetch, fetch, fetch))) {
                assertThat(folder.get()).isDirectory();
            }
        } finally {
            threads.shutdown();
        }
        assertOneGoodCopy();
    }

    @Test
    void aLockLetsOneInAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Callable<Integer> work = () -> {
            HubLock lock = HubLock.acquire(cache.resolve("locks/a.lock"));
            try (lock) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.sleep(20);
                return inside.decrementAndGet();
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<Integer> left : threads.invokeAll(List.of(work, work, work, work, work, work, work, work))) {
                left.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(most).hasValue(1);
    }
}
