package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.analysis.AnalysisReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full report stays of a size and a time that grow with the session, and says what is not in it. */
class LeftOutOfReportTest {
    @TempDir
    Path folder;

    private static ActivationSession session(int points, int tokens, int width) {
        Random random = new Random(3);
        float[][][] states = new float[points][tokens][width];
        for (float[][] state : states) {
            for (float[] row : state) {
                for (int d = 0; d < width; d++) {
                    row[d] = random.nextFloat();
                }
            }
        }
        return TestSessions.of(states);
    }

    @Test
    void whatGrowsWithTheSquareOfTheTokensIsNamedWithTheCallThatGivesIt() {
        for (int tokens : new int[] {2, 50, 400}) {
            ResidualAnalyzer analyzer = ResidualAnalyzer.of(session(3, tokens, 4));
            JsonObject json =
                    JsonParser.parseString(analyzer.fullReport().toJson()).getAsJsonObject();
            assertThat(json.keySet()).contains("cka", "spectra", "principal_components", "left_out");
            assertThat(json.keySet()).doesNotContain("cosine_between_tokens");
            assertThat(json.getAsJsonObject("left_out").keySet()).containsExactly("cosine_between_tokens");
            assertThat(json.getAsJsonObject("left_out").toString())
                    .contains("ResidualAnalyzer.cosineBetweenTokens(point)");
        }
    }

    @Test
    void theLengthOfTheTextCountsButOnce() {
        int shorter =
                ResidualAnalyzer.of(session(5, 100, 8)).fullReport().toJson().length();
        int longer =
                ResidualAnalyzer.of(session(5, 400, 8)).fullReport().toJson().length();
        assertThat(longer).isLessThan(5 * shorter);
    }

    /** At 20,000 tokens only what is squared takes long. */
    @Test
    void whatTakesLongWaitsToBeAskedFor() {
        float[][] state = new float[20_000][16];
        float[][][] states = new float[33][][];
        Arrays.fill(states, state);
        AnalysisReport report = ResidualAnalyzer.of(TestSessions.of(states)).fullReport();
        assertThat(report.leftOut()).containsOnlyKeys("cosine_between_tokens", "cka");
        assertThat(report.leftOut().get("cka")).contains("ResidualAnalyzer.similarity()");
        assertThat(report.results()).extracting(r -> r.key()).contains("spectra", "principal_components");
    }

    @Test
    void theFileIsTheText() throws IOException {
        AnalysisReport report =
                ResidualAnalyzer.of(TestSessions.reference("paris")).fullReport();
        report.writeJson(folder.resolve("analysis.json"));
        assertThat(folder.resolve("analysis.json")).hasContent(report.toJson());
        assertThat(Files.size(folder.resolve("analysis.json"))).isGreaterThan(10_000);
    }
}
