package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.analysis.AnalysisReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The notebook's numbers against those that {@code reference.py analyse} found in float64 in the same sessions. */
@Tag("every-processor")
class ReferenceAnalysisTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"paris", "unicode", "single", "micro"})
    void theReportAgreesWithNumPy(String name) throws IOException {
        JsonObject expected = JsonParser.parseString(
                        Files.readString(TestSessions.resource("reference/" + name + "/expected-analysis.json")))
                .getAsJsonObject();
        ActivationSession session = TestSessions.reference(name);
        AnalysisReport report = ResidualAnalyzer.of(session).report();
        report.writeJson(temp.resolve("analysis.json"));
        JsonObject actual = JsonParser.parseString(Files.readString(temp.resolve("analysis.json")))
                .getAsJsonObject();

        assertThat(actual.get("layer_names")).isEqualTo(expected.get("layer_names"));
        for (String key : new String[] {"cosine_consecutive", "cosine_residual_attention", "cosine_residual_mlp"}) {
            assertClose(key, actual.get(key), expected.get(key), 2e-6);
        }
        double largest = 0;
        for (String key : new String[] {"min", "max"}) {
            for (JsonElement value : expected.getAsJsonObject("statistics").getAsJsonArray(key)) {
                largest = Math.max(largest, Math.abs(value.getAsDouble()));
            }
        }
        assertClose("statistics", actual.get("statistics"), expected.get("statistics"), 1e-7 * largest);
        assertClose("magnitudes", actual.get("magnitudes"), expected.get("magnitudes"), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"paris", "single", "micro"})
    void askedOneByOneTheAnswersAreTheSame(String name) {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference(name));
        AnalysisReport report = analyzer.report();
        assertThat(analyzer.cosineBetweenConsecutivePoints()).isEqualTo(report.cosineBetweenConsecutivePoints());
        assertThat(analyzer.statistics()).isEqualTo(report.statistics());
        assertThat(report.magnitudes()).contains(analyzer.magnitudes());
        assertThat(report.alignment()).contains(analyzer.alignment());
    }

    private static void assertClose(String path, JsonElement actual, JsonElement expected, double absolute) {
        if (expected instanceof JsonObject object) {
            assertThat(actual.getAsJsonObject().keySet()).as(path).isEqualTo(object.keySet());
            for (String key : object.keySet()) {
                assertClose(path + "." + key, actual.getAsJsonObject().get(key), object.get(key), absolute);
            }
        } else if (expected instanceof JsonArray array) {
            assertThat(actual.getAsJsonArray()).as(path).hasSize(array.size());
            for (int i = 0; i < array.size(); i++) {
                assertClose(path + "[" + i + "]", actual.getAsJsonArray().get(i), array.get(i), absolute);
            }
        } else {
            double value = expected.getAsDouble();
            assertThat(actual.getAsDouble()).as(path).isCloseTo(value, within(absolute + 1e-5 * Math.abs(value)));
        }
    }
}
