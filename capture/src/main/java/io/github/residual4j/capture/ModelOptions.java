package io.github.residual4j.capture;

import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to open a model. Immutable: each method returns a changed copy.
 *
 * @param device what it computes on
 * @param optimization how far its graphs are rewritten
 * @param tokenizerFile a {@code tokenizer.json} to use instead of the one beside the model
 */
public record ModelOptions(Device device, Optimization optimization, Optional<Path> tokenizerFile) {
    /** {@return on the CPU, rewritten as far as ONNX Runtime can, with the tokenizer that lies beside the model} */
    public static ModelOptions defaults() {
        return new ModelOptions(Device.cpu(), Optimization.ALL, Optional.empty());
    }

    /**
     * Computes on another device.
     *
     * @param newDevice where to compute
     * @return options with that changed
     */
    public ModelOptions on(Device newDevice) {
        return new ModelOptions(newDevice, optimization, tokenizerFile);
    }

    /**
     * Rewrites graphs less.
     *
     * @param newOptimization how far graphs are rewritten
     * @return options with that changed
     */
    public ModelOptions optimizedTo(Optimization newOptimization) {
        return new ModelOptions(device, newOptimization, tokenizerFile);
    }

    /**
     * Splits text by the {@code tokenizer.json} in another place.
     *
     * @param newTokenizerFile the file
     * @return options with that changed
     */
    public ModelOptions tokenizer(Path newTokenizerFile) {
        return new ModelOptions(device, optimization, Optional.of(newTokenizerFile));
    }
}
