package io.github.residual4j.capture.internal.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.residual4j.capture.LanguageModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Runs in a JVM of its own: does one thing with all connections refused and writes down where any were to go, and what
 * else a capture must not leave behind.
 */
final class NetworkProbe {
    private NetworkProbe() {}

    /**
     * @param arguments what to do, the file to write the report to, and a folder with a checkpoint and with
     *     {@code model.onnx}
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("plain socket")) {
            plainSocket();
            return;
        }
        RefusedNetwork.install();
        Properties before = (Properties) System.getProperties().clone();
        switch (arguments[0]) {
            case "capture" -> capture(Path.of(arguments[2]));
            case "bare tokenizer" -> bareTokenizer();
            case "http client" -> httpClient();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        List<String> report = new ArrayList<>(RefusedNetwork.ATTEMPTS);
        for (String name : new String[] {"ai.djl.offline", "OPT_OUT_TRACKING", "RUST_FLAVOR"}) {
            if (!Objects.equals(before.getProperty(name), System.getProperty(name))) {
                report.add("property " + name + " was left as " + System.getProperty(name));
            }
        }
        report.addAll(openToOthers(Path.of(System.getProperty("java.io.tmpdir"))));
        Files.writeString(Path.of(arguments[1]), String.join("\n", report));
    }

    /** Every way to open a model that asks for no download, and every kind of use. */
    private static void capture(Path folder) throws IOException {
        try (LanguageModel model = LanguageModel.embedded()) {
            model.capture("Paris is the capital of").topTokens(5);
            model.decode(model.tokenize("x").get(0).id().getAsLong());
            model.captureAll(Stream.of("a", "b c")).forEach(session -> {});
            model.selfCheck("Paris");
        }
        for (Path path : List.of(folder, folder.resolve("model.onnx"))) {
            try (LanguageModel model = LanguageModel.load(path)) {
                model.capture(1, 2, 3).save(folder.resolve("session"));
                model.tokenize("x");
            }
        }
    }

    /** What in a folder other users of the machine may read or write. */
    private static List<String> openToOthers(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> open = new ArrayList<>();
            for (Path entry : entries.toList()) {
                if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(entry))
                        .endsWith("------")) {
                    open.add(entry + " is open to others");
                }
            }
            return open;
        }
    }

    /** A connection that nothing refuses, to an address of this machine where nobody listens. */
    private static void plainSocket() {
        try (Socket socket = new Socket("127.0.0.1", 1)) {
            throw new IllegalStateException("connected to " + socket);
        } catch (IOException expected) {
            // recorded from outside
        }
    }

    /** What happens without the library's precautions. */
    private static void bareTokenizer() throws Exception {
        try (InputStream json = LanguageModel.class.getResourceAsStream("tiny-gpt2/tokenizer.json")) {
            HuggingFaceTokenizer.newInstance(json, Map.of()).close();
        }
    }

    private static void httpClient() throws Exception {
        try {
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://localhost:9/"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
        } catch (IOException | RuntimeException | Error refused) {
            // recorded
        }
    }
}
