package io.github.residual4j.capture.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A hub on this machine with one repository, {@value #NAME}. It speaks as huggingface.co does: small files come from the
 * hub itself with git's hash as their etag, large ones are redirected to a storage server on another port after the hub
 * has told their SHA-256 and size. Each answer can be told to go wrong.
 */
public final class FakeHub implements AutoCloseable {
    static final String NAME = "somebody/tiny";
    /** What the repository was called once: the hub redirects it. */
    static final String OLD_NAME = "old-name";

    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** What one request was. {@code server} is "hub" or "storage"; header values are "" when absent. */
    record Request(String server, String method, String path, String authorization, String range) {}

    /** Answers a request in place of the server. */
    interface Answer {
        void give(HttpExchange exchange, Stored file) throws IOException;
    }

    record Stored(String name, byte[] bytes, boolean large, String etag) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    /** Headers of the hub that differ from the truth, by file and header: {@code model.safetensors X-Linked-Size}. */
    final Map<String, String> lies = new ConcurrentHashMap<>();

    private final HttpServer hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final HttpServer storage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Stored> files = new ConcurrentHashMap<>();
    private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();

    FakeHub() throws IOException {
        for (HttpServer server : List.of(hub, storage)) {
            server.setExecutor(threads);
            server.start();
        }
        hub.createContext("/", exchange -> serve("hub", exchange));
        storage.createContext("/", exchange -> serve("storage", exchange));
    }

    /** A whole, if meaningless, checkpoint: config, weights of {@code size} bytes, tokenizer. */
    FakeHub withCheckpoint(int size) {
        return withSmall("config.json", "{\"model_type\": \"gpt2\"}")
                .withLarge("model.safetensors", noise(size))
                .withSmall("tokenizer.json", "{\"version\": \"1.0\"}");
    }

    static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new java.util.Random(size).nextBytes(bytes);
        return bytes;
    }

    FakeHub withSmall(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] prefix = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8);
        files.put(name, new Stored(name, bytes, false, hash("SHA-1", prefix, bytes)));
        return this;
    }

    FakeHub withLarge(String name, byte[] bytes) {
        files.put(name, new Stored(name, bytes, true, hash("SHA-256", bytes)));
        return this;
    }

    FakeHub without(String name) {
        files.remove(name);
        return this;
    }

    /** The next requests of this kind get these answers, one each: {@code "hub HEAD config.json"}. */
    FakeHub answering(String kind, Answer... next) {
        answers.computeIfAbsent(kind, k -> new ConcurrentLinkedQueue<>()).addAll(List.of(next));
        return this;
    }

    static Answer status(int code, String... headers) {
        return (exchange, file) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(code, -1);
        };
    }

    /** Sends the file from where it was asked for, and breaks off at byte {@code end} of it. */
    static Answer cutAt(int end) {
        return (exchange, file) -> {
            int start = start(exchange);
            begin(exchange, file, start);
            exchange.getResponseBody().write(file.bytes(), start, end - start);
            exchange.getResponseBody().flush();
        };
    }

    /** As {@link #cutAt}, but the connection stays open and silent. */
    Answer stallAt(int end) {
        return (exchange, file) -> {
            cutAt(end).give(exchange, file);
            awaitClose();
        };
    }

    /** Takes the request and says nothing at all. */
    Answer silent() {
        return (exchange, file) -> awaitClose();
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String address() {
        return "http://localhost:" + hub.getAddress().getPort();
    }

    String storageAddress() {
        return "http://localhost:" + storage.getAddress().getPort();
    }

    /** A hub client's environment with this hub and a cache folder, and nothing else. */
    HubEnvironment environment(Path cache, String... more) {
        Map<String, String> variables =
                new HashMap<>(Map.of("HF_ENDPOINT", address(), "HF_HUB_CACHE", cache.toString()));
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return HubEnvironment.of(variables, cache.resolve("nobody's home"));
    }

    /** How many requests of a kind there were: {@code "storage GET model.safetensors"}. */
    long count(String kind) {
        return requests.stream()
                .filter(r -> kind.equals(
                        r.server() + " " + r.method() + " " + r.path().replaceFirst(".*/", "")))
                .count();
    }

    Stored stored(String name) {
        return files.get(name);
    }

    private void serve(String server, HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            String name = path.replaceFirst(server.equals("hub") ? ".*/resolve/[^/]+/" : "^/", "");
            requests.add(new Request(
                    server,
                    exchange.getRequestMethod(),
                    path,
                    header(exchange, "Authorization"),
                    header(exchange, "Range")));
            String kind = server + " " + exchange.getRequestMethod() + " " + name;
            Answer answer = answers.getOrDefault(kind, new ArrayDeque<>()).poll();
            Stored file = files.get(name);
            if (answer != null) {
                answer.give(exchange, file);
            } else if (server.equals("storage")) {
                send(exchange, file);
            } else {
                serveFromHub(exchange, path, file);
            }
        }
    }

    private void serveFromHub(HttpExchange exchange, String path, Stored file) throws IOException {
        String[] parts = path.split("/"); // "", owner, name, "resolve", revision, file and perhaps its folders before
        if (path.startsWith("/" + OLD_NAME + "/")) {
            status(307, "Location", path.replaceFirst(OLD_NAME, NAME)).give(exchange, file);
        } else if (!path.startsWith("/" + NAME + "/resolve/")) {
            status(404, "X-Error-Code", "RepoNotFound").give(exchange, file);
        } else if (!List.of("main", "v1.0", "refs%2Fpr%2F1", COMMIT).contains(parts[4])) {
            status(404, "X-Error-Code", "RevisionNotFound").give(exchange, file);
        } else if (file == null) {
            status(404, "X-Error-Code", "EntryNotFound", "X-Repo-Commit", COMMIT)
                    .give(exchange, file);
        } else {
            tell(exchange, file, "X-Repo-Commit", COMMIT);
            if (file.large()) {
                tell(exchange, file, "X-Linked-Etag", "\"" + file.etag() + "\"");
                tell(exchange, file, "X-Linked-Size", String.valueOf(file.bytes().length));
                tell(exchange, file, "Location", storageAddress() + "/" + file.name() + "?signature=secret");
                exchange.sendResponseHeaders(302, -1);
            } else {
                tell(exchange, file, "ETag", "\"" + file.etag() + "\"");
                send(exchange, file);
            }
        }
    }

    private void tell(HttpExchange exchange, Stored file, String header, String truth) {
        String told = lies.getOrDefault(file.name() + " " + header, truth);
        if (!told.isEmpty()) {
            exchange.getResponseHeaders().set(header, told);
        }
    }

    private static void send(HttpExchange exchange, Stored file) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(file.bytes().length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        int start = start(exchange);
        if (start >= file.bytes().length && start > 0) {
            status(416).give(exchange, file);
            return;
        }
        begin(exchange, file, start);
        exchange.getResponseBody().write(file.bytes(), start, file.bytes().length - start);
    }

    private static void begin(HttpExchange exchange, Stored file, int start) throws IOException {
        int length = file.bytes().length;
        if (start > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + start + "-" + (length - 1) + "/" + length);
        }
        exchange.sendResponseHeaders(start > 0 ? 206 : 200, length == 0 ? -1 : length - start);
    }

    private static int start(HttpExchange exchange) {
        String range = header(exchange, "Range");
        return range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    public static String hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
