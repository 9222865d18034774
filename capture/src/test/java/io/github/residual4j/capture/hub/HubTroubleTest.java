package io.github.residual4j.capture.hub;

import static io.github.residual4j.capture.hub.FakeHub.cutAt;
import static io.github.residual4j.capture.hub.FakeHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a download does when hub, storage server or network misbehave. */
class HubTroubleTest {
    private static final int SIZE = 300_000;
    private static final String WEIGHTS = "model.safetensors";
    private static final String GET_WEIGHTS = "storage GET " + WEIGHTS;

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

    private Path fetch(String... variables) {
        return Hub.of(server.environment(cache, variables))
                .withFirstPause(Duration.ofMillis(1))
                .fetch(FakeHub.NAME);
    }

    private Path blobs() {
        return cache.resolve("models--somebody--tiny/blobs");
    }

    private Path incomplete() {
        return blobs().resolve(server.stored(WEIGHTS).etag() + ".residual4j.incomplete");
    }

    private void assertWhole(Path folder) {
        assertThat(folder.resolve(WEIGHTS))
                .hasBinaryContent(server.stored(WEIGHTS).bytes());
        assertThat(incomplete()).doesNotExist();
    }

    private void assertNothingTakenForWhole() throws IOException {
        assertThat(cache.resolve("models--somebody--tiny/snapshots/" + FakeHub.COMMIT + "/" + WEIGHTS))
                .doesNotExist();
        assertThat(blobs().resolve(server.stored(WEIGHTS).etag())).doesNotExist();
        assertThat(cache.resolve("models--somebody--tiny/refs/main")).doesNotExist();
        assertThatThrownBy(() -> fetch("HF_HUB_OFFLINE", "1")).isInstanceOf(BadFileException.class);
    }

    private List<String> ranges() {
        return server.requests.stream()
                .filter(r -> r.server().equals("storage"))
                .map(FakeHub.Request::range)
                .toList();
    }

    @Test
    void goesOnWhereItWasCutOff() {
        server.answering(GET_WEIGHTS, cutAt(1000), cutAt(200_000));

        assertWhole(fetch());
        assertThat(ranges()).containsExactly("", "bytes=1000-", "bytes=200000-");
    }

    @Test
    void goesOnWhereAnEarlierDownloadBrokeOff() throws IOException {
        server.answering(GET_WEIGHTS, cutAt(5000), status(403));
        assertThatThrownBy(this::fetch).isInstanceOf(BadRequestException.class);
        assertThat(Files.size(incomplete())).isEqualTo(5000);
        assertNothingTakenForWhole();
        server.requests.clear();

        assertWhole(fetch());
        assertThat(ranges()).containsExactly("bytes=5000-");
    }

    @Test
    void beginsAgainWhereTheServerCannotGoOn() {
        server.answering(GET_WEIGHTS, cutAt(1000), (exchange, file) -> {
            exchange.sendResponseHeaders(200, SIZE);
            exchange.getResponseBody().write(file.bytes());
        });

        assertWhole(fetch());
        assertThat(ranges()).containsExactly("", "bytes=1000-");
    }

    @Test
    void beginsAgainWhereTheServerSaysTheRangeIsWrong() {
        server.answering(GET_WEIGHTS, cutAt(1000), status(416));

        assertWhole(fetch());
        assertThat(ranges()).containsExactly("", "bytes=1000-", "");
    }

    @Test
    void refusesAnotherPartThanItAskedFor() throws IOException {
        server.answering(GET_WEIGHTS, cutAt(1000), (exchange, file) -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-" + (SIZE - 1) + "/" + SIZE);
            exchange.sendResponseHeaders(206, SIZE);
            exchange.getResponseBody().write(file.bytes());
        });

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("from byte 1000 on and sent another part of it");
        assertNothingTakenForWhole();
    }

    @Test
    void beginsAgainWhenWhatWasThereDoesNotFit() throws IOException {
        Files.createDirectories(blobs());
        Files.write(incomplete(), new byte[4000]);

        assertWhole(fetch());
        assertThat(ranges()).containsExactly("bytes=4000-", "");
    }

    @Test
    void dropsABeginningThatIsLongerThanTheFile() throws IOException {
        Files.createDirectories(blobs());
        Files.write(incomplete(), new byte[SIZE + 1]);

        assertWhole(fetch());
        assertThat(ranges()).containsExactly("");
    }

    @Test
    void takesABeginningThatIsAll() throws IOException {
        Files.createDirectories(blobs());
        Files.write(incomplete(), server.stored(WEIGHTS).bytes());

        assertWhole(fetch());
        assertThat(ranges()).isEmpty();
    }

    @Test
    void goesOnBeyondTwoGibibytes() throws IOException {
        long start = (2L << 30) + 12_345;
        Files.createDirectories(blobs());
        try (RandomAccessFile file = new RandomAccessFile(
                blobs().resolve("big.residual4j.incomplete").toFile(), "rw")) {
            file.setLength(start); // a hole, which takes no room
        }
        server.lies.put(WEIGHTS + " X-Linked-Etag", "\"big\"");
        server.lies.put(WEIGHTS + " X-Linked-Size", String.valueOf(start + SIZE));
        server.answering(GET_WEIGHTS, (exchange, file) -> {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + start + "-" + (start + SIZE - 1) + "/" + (start + SIZE));
            exchange.sendResponseHeaders(206, SIZE);
            exchange.getResponseBody().write(file.bytes());
        });

        Path weights = fetch().resolve(WEIGHTS);

        assertThat(ranges()).containsExactly("bytes=" + start + "-");
        try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "r")) {
            byte[] end = new byte[SIZE];
            file.seek(start);
            file.readFully(end);
            assertThat(file.length()).isEqualTo(start + SIZE);
            assertThat(end).isEqualTo(server.stored(WEIGHTS).bytes());
        }
    }

    @Test
    void leavesAConnectionThatStalls() {
        server.answering(GET_WEIGHTS, server.stallAt(100_000));

        assertWhole(fetch("HF_HUB_DOWNLOAD_TIMEOUT", "1"));
        assertThat(ranges()).containsExactly("", "bytes=100000-");
    }

    @Test
    void leavesAServerThatDoesNotAnswer() {
        server.answering("hub HEAD config.json", server.silent()).answering(GET_WEIGHTS, server.silent());

        assertWhole(fetch("HF_HUB_DOWNLOAD_TIMEOUT", "1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void triesAgainAfterAnErrorThatMayPass(int code) {
        server.answering("hub HEAD " + WEIGHTS, status(code), status(code))
                .answering("hub GET config.json", status(code))
                .answering(
                        GET_WEIGHTS,
                        status(code),
                        status(code),
                        status(code),
                        cutAt(10),
                        status(code),
                        status(code),
                        status(code));

        assertWhole(fetch());
    }

    @Test
    void givesUpOnAnErrorThatStays() throws IOException {
        server.answering(GET_WEIGHTS, status(500), status(500), status(502), status(503), status(500));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessage("The download of model.safetensors of somebody/tiny from " + server.address()
                        + " failed 5 times in a row, at last because the hub answered 500.");
        assertNothingTakenForWhole();
        assertWhole(fetch());
    }

    @Test
    void givesUpOnAServerThatAlwaysCutsAtTheSamePlace() throws IOException {
        FakeHub.Answer cut = (exchange, file) -> {
            exchange.sendResponseHeaders(200, SIZE);
            exchange.getResponseBody().write(file.bytes(), 0, 1000);
            exchange.getResponseBody().flush();
        };
        server.answering(GET_WEIGHTS, Collections.nCopies(20, cut).toArray(FakeHub.Answer[]::new));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("failed 5 times in a row");
        assertNothingTakenForWhole();
    }

    @Test
    void refusesAnotherSizeThanAnnounced() throws IOException {
        server.lies.put(WEIGHTS + " X-Linked-Size", "299999");

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessage(
                        "model.safetensors of somebody/tiny was announced with 299999 bytes and is sent with 300000:"
                                + " the hub contradicts itself.");
        assertNothingTakenForWhole();
    }

    @Test
    void refusesWhatTheDiskHasNoRoomFor() throws IOException {
        server.lies.put(WEIGHTS + " X-Linked-Size", "900000000000000000");

        assertThatThrownBy(this::fetch)
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("model.safetensors needs 900000000000000000 bytes more and only ")
                .hasMessageEndingWith(
                        " are free; make room, or set HF_HOME or HF_HUB_CACHE to a folder on another disk.");
        assertThat(server.count(GET_WEIGHTS)).isZero();
        assertNothingTakenForWhole();
    }

    @Test
    void refusesAStreamThatGoesOnAfterTheAnnouncedSize() throws IOException {
        server.answering(GET_WEIGHTS, (exchange, file) -> {
            exchange.sendResponseHeaders(200, 0); // chunked
            exchange.getResponseBody().write(file.bytes());
            exchange.getResponseBody().write(file.bytes());
        });

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("announced with 300000 bytes and goes on after them");
        assertNothingTakenForWhole();
        assertWhole(fetch());
    }

    @ParameterizedTest
    @CsvSource({"model.safetensors X-Linked-Etag, 64, SHA-256", "config.json ETag, 40, git SHA-1"})
    void refusesAnotherContentThanAnnounced(String header, int length, String kind) throws IOException {
        server.lies.put(header, "\"" + "0".repeat(length) + "\"");

        assertThatThrownBy(this::fetch)
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("did not come as announced: its " + kind + " is ")
                .hasMessageContaining("where the hub announced 000");
        assertNothingTakenForWhole();
        try (Stream<Path> files = Files.list(blobs())) {
            assertThat(files.filter(f -> f.getFileName().toString().startsWith("000")))
                    .isEmpty();
        }
    }

    @Test
    void refusesWhatWasDamagedOnTheWay() {
        server.answering(GET_WEIGHTS, (exchange, file) -> {
            exchange.sendResponseHeaders(200, SIZE);
            exchange.getResponseBody().write(new byte[SIZE]);
        });

        assertThatThrownBy(this::fetch).isInstanceOf(BadFileException.class).hasMessageContaining("SHA-256");
        assertWhole(fetch());
    }

    @Test
    void managesWithoutASize() {
        server.lies.put(WEIGHTS + " X-Linked-Size", "");
        server.answering(GET_WEIGHTS, cutAt(1000));

        assertWhole(fetch());
        assertThat(ranges())
                .as("there is no telling whether a beginning is all")
                .containsExactly("", "");
    }

    @Test
    void refusesWhatCouldBeHalf() throws IOException {
        server.lies.put(WEIGHTS + " X-Linked-Size", "");
        server.lies.put(WEIGHTS + " X-Linked-Etag", "\"a-mirror's-own\"".replace("'", ""));
        server.answering(GET_WEIGHTS, (exchange, file) -> exchange.sendResponseHeaders(200, 0));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("neither size nor hash of model.safetensors");
        assertNothingTakenForWhole();
    }

    @Test
    void refusesAServerThatIsNoHub() {
        server.lies.put("config.json X-Repo-Commit", "");
        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("this is not a Hugging Face hub; check HF_ENDPOINT");

        server.lies.put("config.json X-Repo-Commit", "../../../../../../tmp/evil");
        assertThatThrownBy(this::fetch).isInstanceOf(CaptureException.class).hasMessageContaining("not a Hugging");

        server.lies.remove("config.json X-Repo-Commit");
        server.lies.put("config.json ETag", "\"../../evil\"");
        assertThatThrownBy(this::fetch).isInstanceOf(CaptureException.class).hasMessageContaining("not a Hugging");
    }

    @Test
    void refusesFilesOfAnotherCommit() throws IOException {
        server.lies.put(WEIGHTS + " X-Repo-Commit", "f".repeat(40));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("was asked for model.safetensors of commit " + FakeHub.COMMIT)
                .hasMessageEndingWith("answered with commit " + "f".repeat(40) + ".");
        assertNothingTakenForWhole();
    }

    @Test
    void doesNotRunInCircles() {
        FakeHub.Answer circle = status(302, "Location", "/" + FakeHub.NAME + "/resolve/main/config.json");
        FakeHub.Answer[] circles = Collections.nCopies(20, circle).toArray(FakeHub.Answer[]::new);
        server.answering("hub HEAD config.json", circles);

        assertThatThrownBy(this::fetch)
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("redirects more than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://host/x", "ht tp://x"})
    void doesNotFollowARedirectionToAnywhere(String location) {
        server.answering("hub HEAD config.json", status(302, "Location", location));

        assertThatThrownBy(this::fetch).isInstanceOf(CaptureException.class).hasMessageContaining("redirects to");
    }

    @Test
    void saysWhenTheHostIsNotKnown() {
        assertThatThrownBy(() -> fetch("HF_ENDPOINT", "http://no-such-host.invalid"))
                .isInstanceOf(CaptureException.class)
                .hasMessageStartingWith(
                        "http://no-such-host.invalid is not known here: check the network, HF_ENDPOINT");
    }

    @Test
    void saysWhenNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> fetch("HF_ENDPOINT", "http://localhost:" + port))
                .isInstanceOf(CaptureException.class)
                .hasMessageEndingWith("at last because http://localhost:" + port + " takes no connection.");
    }

    @Test
    void stopsWhenInterrupted() throws Exception {
        server.answering(GET_WEIGHTS, server.stallAt(1000));
        Throwable[] thrown = new Throwable[1];
        boolean[] flag = new boolean[1];
        Thread thread = new Thread(() -> {
            try {
                fetch();
            } catch (RuntimeException e) {
                thrown[0] = e;
                flag[0] = Thread.currentThread().isInterrupted();
            }
        });
        thread.start();
        while (!Files.exists(incomplete()) || Files.size(incomplete()) < 1000) {
            Thread.sleep(5);
        }
        thread.interrupt();
        thread.join(10_000);

        assertThat(thrown[0]).isInstanceOf(CaptureException.class).hasMessageContaining("interrupted");
        assertThat(flag[0]).isTrue();
        assertNothingTakenForWhole();
    }

    @Test
    void waitsAsLongAsTheHubAsks() {
        server.answering("hub HEAD config.json", status(429, "Retry-After", "1"));
        long start = System.nanoTime();

        fetch();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    }
}
