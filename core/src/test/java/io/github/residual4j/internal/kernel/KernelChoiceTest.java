package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-processor")
class KernelChoiceTest {
    @Test
    void theSuiteRunsUnderTheKernelsItWasStartedFor() {
        String expected = System.getProperty("expected.kernels");
        assertThat(expected).as("set by the build for each run of the suite").isNotNull();
        assertThat(KernelChoice.forWork(1).name()).isEqualTo(expected);
    }

    @Test
    void simdWaitsUntilEnoughWorkWasDone() {
        assertThat(KernelChoice.choose("auto", Optional.empty(), 0).name()).isEqualTo("scalar");
        assertThat(KernelChoice.choose("auto", Optional.empty(), KernelChoice.WARM_UP)
                        .name())
                .isEqualTo("vector");
        assertThat(KernelChoice.choose("auto", Optional.of("no."), KernelChoice.WARM_UP)
                        .name())
                .isEqualTo("scalar");
    }

    @Test
    void whatCannotBeHadIsRefused() {
        assertThat(KernelChoice.choose("scalar", Optional.of("no."), 0).name()).isEqualTo("scalar");
        assertThatThrownBy(() -> KernelChoice.choose("vector", Optional.of("add the flag."), 0))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("-Dresidual4j.kernels=vector cannot be followed: add the flag.");
        assertThatThrownBy(() -> KernelChoice.choose("simd", Optional.empty(), 0))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("\"simd\"");
    }
}
