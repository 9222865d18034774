package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.TestSessions;
import io.github.residual4j.analysis.AnalysisReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs in a JVM that goes over to SIMD early: {@code residual4j.kernels.after} is far below its default. */
@Tag("switch-of-kernels")
class SwitchOfKernelsTest {
    @Test
    void resultsBeforeAndAfterAreEqual() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference("lanes"));
        assertThat(KernelChoice.forWork(0).name()).isEqualTo("scalar");
        AnalysisReport before = analyzer.fullReport();
        assertThat(KernelChoice.forWork(0).name()).isEqualTo("scalar");
        AnalysisReport first = analyzer.report();
        for (int i = 0; i < 4000; i++) {
            assertThat(analyzer.report()).isEqualTo(first);
        }
        assertThat(KernelChoice.forWork(0).name()).isEqualTo("vector");
        AnalysisReport after = analyzer.fullReport();
        assertThat(after).isEqualTo(before).hasSameHashCodeAs(before);
        assertThat(after.toJson()).isEqualTo(before.toJson());
    }
}
