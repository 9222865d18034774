package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steering vectors against PyTorch and the package gguf; see {@code src/test/reference/steering.py}. */
class SteeringVectorTest {
    private static final SafetensorsFile EXPECTED =
            SafetensorsFile.open(Reference.resource("/steering/expected.safetensors"));

    @TempDir
    private Path folder;

    private static JsonObject golden() throws IOException {
        return JsonParser.parseString(Files.readString(Reference.resource("/steering/expected.json")))
                .getAsJsonObject()
                .getAsJsonArray("cases")
                .get(0)
                .getAsJsonObject();
    }

    private static List<SteeringVector.Pair> pairs() throws IOException {
        List<SteeringVector.Pair> pairs = new ArrayList<>();
        for (JsonElement element : golden().getAsJsonArray("texts")) {
            JsonObject pair = element.getAsJsonObject();
            pairs.add(new SteeringVector.Pair(
                    pair.get("positive").getAsString(), pair.get("negative").getAsString()));
        }
        return pairs;
    }

    private static float[] floats(String name) {
        FloatBuffer values = EXPECTED.floats(name);
        float[] all = new float[values.remaining()];
        values.get(all);
        return all;
    }

    @Test
    void areTheDifferenceOfMeansAndTheFirstComponent() throws IOException {
        try (LanguageModel model = LanguageModel.embedded()) {
            float[] means = floats("embedded/difference_of_means");
            float[] components = floats("embedded/principal_component");
            SteeringVector difference = SteeringVector.differenceOfMeans(model, pairs());
            SteeringVector component = SteeringVector.firstComponent(model, pairs());
            assertThat(difference.directions()).containsOnlyKeys(1, 2, 3, 4, 5, 6, 7);
            for (int block = 1; block < 8; block++) {
                Reference.assertClose(
                        "mean of " + block, difference.directions().get(block), means, block * 160);
                float[] expected = Arrays.copyOfRange(components, block * 160, (block + 1) * 160);
                double along = 0;
                for (int d = 0; d < 160; d++) {
                    along += component.directions().get(block)[d] * expected[d];
                }
                assertThat(along).as("cosine of block %d", block).isCloseTo(1, within(1e-4));
            }
            CaptureRequest request = model.request(golden().get("steered_text").getAsString());
            for (Edit edit : difference.edits(golden().get("coefficient").getAsDouble())) {
                request = request.edit(edit);
            }
            float[] logits =
                    request.lastLogits().capture().arrays().get("logits").toArray();
            Reference.assertClose("steered logits", logits, floats("embedded/steered/logits"), 0);
        }
    }

    @Test
    void filesOfOthersAreReadAndOursAreTheirs() throws IOException {
        for (String name : List.of("embedded", "micro")) {
            Path theirs = Reference.resource("/steering/" + name + ".gguf");
            SteeringVector vector = SteeringVector.load(theirs);
            float[] means = floats(name + "/difference_of_means");
            int width = vector.directions().get(1).length;
            vector.directions()
                    .forEach((block, direction) -> assertThat(direction)
                            .containsExactly(Arrays.copyOfRange(means, block * width, (block + 1) * width)));
            Path ours = folder.resolve(name + ".gguf");
            vector.save(ours);
            assertThat(ours).hasSameBinaryContentAs(theirs);
            Path tensors = folder.resolve(name + ".safetensors");
            vector.save(tensors);
            assertThat(SteeringVector.load(tensors).directions().get(1))
                    .containsExactly(vector.directions().get(1));
        }
        assertThat(SteeringVector.load(Reference.resource("/steering/embedded-some-blocks.gguf"))
                        .directions())
                .containsOnlyKeys(2, 5);
    }

    @Test
    void whatIsNoVectorIsRefused() throws IOException {
        Path damaged = Files.write(
                folder.resolve("cut.gguf"),
                Arrays.copyOf(Files.readAllBytes(Reference.resource("/steering/embedded.gguf")), 300));
        assertThatThrownBy(() -> SteeringVector.load(damaged))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("cut off or damaged");
        Path other = Files.writeString(folder.resolve("other.gguf"), "this is no such file");
        assertThatThrownBy(() -> SteeringVector.load(other)).hasMessageContaining("does not begin as a GGUF file does");
        assertThatThrownBy(() -> SteeringVector.load(folder.resolve("missing.gguf")))
                .isInstanceOf(BadFileException.class);
        assertThatThrownBy(() -> SteeringVector.load(folder.resolve("vector.bin")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("ends in .gguf or .safetensors");
        assertThatThrownBy(() -> SteeringVector.load(Reference.resource("/steering/expected.safetensors")))
                .hasMessageContaining("holds direction.N with N from 1 on");
        try (LanguageModel model = LanguageModel.embedded()) {
            assertThatThrownBy(() -> SteeringVector.differenceOfMeans(model, List.of()))
                    .hasMessageContaining("at least one pair");
        }
    }

    /** By the formulas: softmax of the logits of each run, and lengths and cosines of the directions. */
    @Test
    void theEffectIsToldOfEachCoefficient() throws IOException {
        String text = "Paris is the capital of";
        double[] coefficients = {-1.5, 0, 2};
        try (LanguageModel model = LanguageModel.embedded()) {
            SteeringVector vector = SteeringVector.differenceOfMeans(model, pairs());
            SteeringEffect effect = vector.effect(model, text, coefficients, " France", " Germany");
            double[][] logs = new double[3][];
            for (int c = 0; c < 3; c++) {
                CaptureRequest request = model.request(text).lastLogits();
                for (Edit edit : vector.edits(coefficients[c])) {
                    request = request.edit(edit);
                }
                logs[c] = logSoftmax(
                        request.capture().arrays().get(ActivationSession.LOGITS).toArray());
            }
            int france = (int) model.singleToken(" France");
            int germany = (int) model.singleToken(" Germany");
            for (int c = 0; c < 3; c++) {
                assertThat(effect.logProbability().value(0, c)).isCloseTo(logs[c][france], within(1e-4));
                assertThat(effect.logProbability().value(1, c)).isCloseTo(logs[c][germany], within(1e-4));
                double divergence = 0;
                for (int id = 0; id < logs[c].length; id++) {
                    divergence += Math.exp(logs[1][id]) * (logs[1][id] - logs[c][id]);
                }
                assertThat(effect.klFromUnsteered().value(c)).isCloseTo(divergence, within(1e-4));
            }
            assertThat(effect.klFromUnsteered().value(2)).isGreaterThan(0.01);
            assertThat(effect.norm().axes().get(0).labels()).containsExactly("L1", "L2", "L3", "L4", "L5", "L6", "L7");
            float[] first = vector.directions().get(1);
            float[] third = vector.directions().get(3);
            double dot = 0;
            double squareFirst = 0;
            double squareThird = 0;
            for (int d = 0; d < first.length; d++) {
                dot += (double) first[d] * third[d];
                squareFirst += (double) first[d] * first[d];
                squareThird += (double) third[d] * third[d];
            }
            assertThat(effect.norm().value(2)).isCloseTo(Math.sqrt(squareThird), within(1e-6));
            assertThat(effect.cosine().value(0, 2)).isCloseTo(dot / Math.sqrt(squareFirst * squareThird), within(1e-9));
            assertThat(effect.cosine().value(4, 4)).isCloseTo(1, within(1e-12));

            assertThatThrownBy(() -> vector.effect(model, text, new double[] {Double.NaN}, " France"))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage("A coefficient is a finite number, not NaN.");
            assertThatThrownBy(() -> vector.effect(model, text, coefficients))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("at least one coefficient and one answer");
        }
    }

    private static double[] logSoftmax(float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        double[] logs = new double[logits.length];
        for (int id = 0; id < logs.length; id++) {
            logs[id] = logits[id] - Math.log(sum);
        }
        return logs;
    }
}
