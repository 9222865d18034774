package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.hook.StreamPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every analysis of several views against what {@code make_expected_analyses.py} found in NumPy float64. */
@Tag("every-processor")
class FullReportTest {
    private static final Map<String, UnaryOperator<ResidualAnalyzer>> VIEWS = Map.of(
            "whole", a -> a,
            "without-first", ResidualAnalyzer::withoutFirstPosition,
            "positions", a -> a.positions(2, -1, 5),
            "centered", a -> a.withoutDimensions(3, 7).centered(),
            "standardized", a -> a.withoutFirstPosition().standardized(),
            "layer-normalized", ResidualAnalyzer::layerNormalized);

    static Stream<Arguments> views() {
        return Stream.concat(
                VIEWS.keySet().stream().sorted().map(view -> Arguments.of("micro", view)),
                Stream.of(Arguments.of("paris", "whole"), Arguments.of("lanes", "whole")));
    }

    @ParameterizedTest
    @MethodSource("views")
    void everyNumberAgreesWithNumPy(String name, String view) throws IOException {
        JsonObject expected = JsonParser.parseString(Files.readString(
                        TestSessions.resource("reference/" + name + "/expected-full-" + view + ".json")))
                .getAsJsonObject();
        ResidualAnalyzer analyzer = VIEWS.get(view).apply(ResidualAnalyzer.of(TestSessions.reference(name)));
        List<StreamPoint> points = analyzer.session().points();
        AnalysisReport report = analyzer.fullReport()
                .with(List.of(analyzer.cosineBetweenTokens(
                        points.get(points.size() - 1).name())));
        JsonObject actual = JsonParser.parseString(report.toJson()).getAsJsonObject();
        for (String key : expected.keySet()) {
            assertClose(key, actual.get(key), expected.get(key), 1e-6 * largest(expected.get(key)));
        }
        for (String key : actual.keySet()) {
            assertThat(expected.keySet().contains(key) || isText(actual.get(key)))
                    .as(key)
                    .isTrue();
        }
    }

    private static boolean isText(JsonElement element) {
        JsonElement first = element instanceof JsonArray array
                ? array.get(0)
                : element instanceof JsonObject object
                        ? object.entrySet().iterator().next().getValue()
                        : element;
        return first.isJsonPrimitive() && first.getAsJsonPrimitive().isString();
    }

    private static double largest(JsonElement element) {
        if (element instanceof JsonArray array) {
            return StreamSupport.stream(array.spliterator(), false)
                    .mapToDouble(FullReportTest::largest)
                    .max()
                    .orElse(0);
        }
        return element instanceof JsonObject ? 0 : Math.abs(element.getAsDouble());
    }

    private static void assertClose(String path, JsonElement actual, JsonElement expected, double absolute) {
        if (expected instanceof JsonObject object) {
            assertThat(actual).as(path).isNotNull();
            assertThat(actual.getAsJsonObject().keySet()).as(path).isEqualTo(object.keySet());
            for (String key : object.keySet()) {
                JsonElement value = object.get(key);
                // Cosines, shares and the like have a tolerance of their own; means are held against the range.
                double tolerance =
                        path.equals("statistics") ? 1e-7 * largest(object.get("max")) : 1e-6 * largest(value);
                if (key.equals("mean") && !path.equals("statistics")) {
                    tolerance = 1e-7 * largest(object.get("l2"));
                }
                assertClose(path + "." + key, actual.getAsJsonObject().get(key), value, tolerance);
            }
        } else if (expected instanceof JsonArray array) {
            assertThat(actual).as(path).isNotNull();
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
