package io.github.residual4j.capture;

import io.github.residual4j.capture.hub.Hub;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadRequestException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to open a model. Immutable: each method returns a changed copy.
 *
 * @param device what it computes on
 * @param optimization how far its graphs are rewritten
 * @param hub where models are downloaded from
 * @param tokenizerFile a {@code tokenizer.json} to use instead of the one beside the model
 */
public record ModelOptions(Device device, Optimization optimization, Hub hub, Optional<Path> tokenizerFile) {
    /** {@return on the CPU, rewritten as far as ONNX Runtime can, with the tokenizer that lies beside
     *     the model, downloaded from the hub that this process's environment names} */
    public static ModelOptions defaults() {
        return new ModelOptions(Device.cpu(), Optimization.ALL, Hub.create(), Optional.empty());
    }

    /**
     * Computes on another device.
     *
     * @param newDevice where to compute
     * @return options with that changed
     */
    public ModelOptions on(Device newDevice) {
        BadRequestException.requireGiven(newDevice, "device");
        return new ModelOptions(newDevice, optimization, hub, tokenizerFile);
    }

    /**
     * Rewrites graphs less.
     *
     * @param newOptimization how far graphs are rewritten
     * @return options with that changed
     */
    public ModelOptions optimizedTo(Optimization newOptimization) {
        BadRequestException.requireGiven(newOptimization, "optimization level");
        return new ModelOptions(device, newOptimization, hub, tokenizerFile);
    }

    /**
     * Splits text by the {@code tokenizer.json} in another place.
     *
     * @param newTokenizerFile the file
     * @return options with that changed
     */
    public ModelOptions tokenizer(Path newTokenizerFile) {
        BadRequestException.requireGiven(newTokenizerFile, "tokenizer's file");
        return new ModelOptions(device, optimization, hub, Optional.of(newTokenizerFile));
    }

    /**
     * Downloads from another hub, or tells of the progress: {@code from(Hub.create().withProgress(…))}.
     *
     * @param newHub where models come from
     * @return options with that changed
     */
    public ModelOptions from(Hub newHub) {
        BadRequestException.requireGiven(newHub, "hub");
        return new ModelOptions(device, optimization, newHub, tokenizerFile);
    }
}
