package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.analysis.AnalysisReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One session's analyses are the same file wherever and however often they run. */
@Tag("every-processor")
class SameBitsTest {
    @TempDir
    Path temp;

    @Test
    void theFileOfAllAnalysesIsTheCommittedOne() throws IOException {
        assertThat(hash()).isEqualTo(committed());
    }

    /** Vectors are plain Java until they have been compiled, so that only what has run often shows the processor's. */
    @Test
    void compiledCodeGivesTheSameFile() throws IOException {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference("lanes"));
        AnalysisReport first = analyzer.report();
        for (int i = 0; i < 2000; i++) {
            assertThat(analyzer.report()).isEqualTo(first);
        }
        AnalysisReport full = analyzer.fullReport();
        for (int i = 0; i < 20; i++) {
            assertThat(analyzer.fullReport()).isEqualTo(full);
        }
        assertThat(hash()).isEqualTo(committed());
    }

    private static String committed() throws IOException {
        return Files.readString(TestSessions.resource("reference/lanes/analysis.sha256"))
                .strip();
    }

    private String hash() throws IOException {
        Path file = temp.resolve("analysis.json");
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference("lanes"));
        analyzer.fullReport()
                .with(List.of(analyzer.cosineBetweenTokens("embed")))
                .writeJson(file);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
