package io.github.residual4j.capture.internal.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.residual4j.capture.Gpt2;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** Runs in a JVM of its own: does one thing with all connections refused and writes down where any were to go. */
final class NetworkProbe {
    private NetworkProbe() {}

    public static void main(String[] arguments) throws Exception {
        RefusedNetwork.install();
        Properties before = (Properties) System.getProperties().clone();
        switch (arguments[0]) {
            case "capture" -> capture();
            case "bare tokenizer" -> bareTokenizer();
            case "http client" -> httpClient();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        Path report = Path.of(arguments[1]);
        Files.writeString(report, String.join("\n", RefusedNetwork.ATTEMPTS));
        for (String name : new String[] {"ai.djl.offline", "OPT_OUT_TRACKING", "RUST_FLAVOR"}) {
            if (!Objects.equals(before.getProperty(name), System.getProperty(name))) {
                Files.writeString(report, "property " + name + " was left as " + System.getProperty(name));
            }
        }
    }

    private static void capture() {
        try (Gpt2 model = Gpt2.embedded()) {
            model.capture("Paris is the capital of").topTokens(5);
            model.decode(model.tokenize("x").get(0).id().getAsLong());
        }
    }

    /** What happens without the library's precautions. */
    private static void bareTokenizer() throws Exception {
        try (InputStream json = Gpt2.class.getResourceAsStream("tiny-gpt2/tokenizer.json")) {
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
