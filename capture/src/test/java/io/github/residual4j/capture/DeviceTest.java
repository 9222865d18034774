package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import org.junit.jupiter.api.Test;

class DeviceTest {
    @Test
    void aMissingCudaProviderIsNamedWithWhatToInstall() {
        assertThatThrownBy(() -> LanguageModel.embedded(ModelOptions.defaults().on(Device.cuda(0))))
                .isInstanceOf(CaptureException.class)
                .hasMessage("CUDA device 0 cannot be used: this ONNX Runtime 1.28.0 computes on the CPU only. Put "
                        + "com.microsoft.onnxruntime:onnxruntime_gpu on the class path in place of onnxruntime.");
    }

    @Test
    void devicesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> Device.cpu(0))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("A CPU computes with at least 1 thread, not 0.");
        assertThatThrownBy(() -> Device.cuda(-1))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("CUDA devices are counted from 0, so none is -1.");
    }

    @Test
    void devicesTellWhatTheyAre() {
        assertThat(Device.cpu()).hasToString("CPU");
        assertThat(Device.cpu(1)).hasToString("CPU with 1 thread");
        assertThat(Device.cpu(4)).hasToString("CPU with 4 threads");
        assertThat(Device.cuda(1)).hasToString("CUDA device 1").isEqualTo(Device.cuda(1));
    }
}
