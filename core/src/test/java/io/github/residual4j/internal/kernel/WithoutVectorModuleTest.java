package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.TestSessions;
import io.github.residual4j.error.BadRequestException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs in a JVM that was started without {@code --add-modules jdk.incubator.vector}. */
@Tag("without-vector-module")
class WithoutVectorModuleTest {
    @Test
    void everythingWorksAndOneWarningNamesTheFlag() {
        assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isEmpty();
        for (int i = 0; i < 2; i++) {
            assertThat(ResidualAnalyzer.of(TestSessions.reference("paris"))
                            .report()
                            .magnitudes())
                    .isPresent();
        }
        assertThat(KernelChoice.forWork(10 * KernelChoice.WARM_UP).name()).isEqualTo("scalar");
        assertThat(KernelChoice.forWork(1).name()).isEqualTo("scalar");
        assertThat(RecordedWarnings.MESSAGES)
                .singleElement()
                .asString()
                .startsWith("INFO")
                .contains("--add-modules jdk.incubator.vector");
    }

    @Test
    void forcingTheVectorKernelsSaysWhatToAdd() {
        assertThatThrownBy(() -> KernelChoice.choose("vector", KernelChoice.obstacle(), 0))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("--add-modules jdk.incubator.vector");
    }
}
