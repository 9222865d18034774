package io.github.residual4j.capture.internal.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The processors against transformers'; see {@code src/test/reference/generation.py}. */
class SamplingTest {
    @Test
    void leavesWhatTransformersLeaves() throws IOException, URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(SamplingTest.class.getResource("/generation/processors.json"))
                .toURI());
        JsonObject golden = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonArray all = golden.getAsJsonArray("logits");
        float[] logits = new float[all.size()];
        for (int id = 0; id < logits.length; id++) {
            logits[id] = all.get(id).getAsFloat();
        }
        long[] ids = StreamSupport.stream(golden.getAsJsonArray("ids").spliterator(), false)
                .mapToLong(JsonElement::getAsLong)
                .toArray();
        for (JsonElement element : golden.getAsJsonArray("cases")) {
            JsonObject json = element.getAsJsonObject();
            Sampling sampling = new Sampling(
                    number(json, "temperature"),
                    json.has("top_k") ? json.get("top_k").getAsInt() : 0,
                    number(json, "top_p"),
                    number(json, "repetition_penalty"));
            double[] probabilities = Sampling.probabilities(sampling.scores(logits, ids));
            for (int id = 0; id < logits.length; id++) {
                assertThat(probabilities[id])
                        .as("%s, id %d", json.get("order"), id)
                        .isCloseTo(json.getAsJsonArray("probabilities").get(id).getAsDouble(), within(1e-6));
            }
        }
    }

    private static double number(JsonObject json, String key) {
        return json.has(key) ? json.get(key).getAsDouble() : 1;
    }

    @Test
    void chanceDecidesByTheSumOfProbabilities() {
        Sampling sampling = new Sampling(1, 0, 1, 1);
        float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
        assertThat(sampling.next(logits, new long[0], 0.0)).isZero();
        assertThat(sampling.next(logits, new long[0], 0.49)).isZero();
        assertThat(sampling.next(logits, new long[0], 0.51)).isEqualTo(1);
        assertThat(sampling.next(logits, new long[0], 0.81)).isEqualTo(2);
        assertThat(Sampling.GREEDY.next(logits, new long[0], 0.99)).isZero();
    }
}
