package io.github.residual4j.capture;

/**
 * How to open a model. Immutable: each method returns a changed copy.
 *
 * @param device what it computes on
 * @param optimization how far its graphs are rewritten
 */
public record Gpt2Options(Device device, Optimization optimization) {
    /** On the CPU, rewritten as far as ONNX Runtime can. */
    public static Gpt2Options defaults() {
        return new Gpt2Options(Device.cpu(), Optimization.ALL);
    }

    /** Computes on another device. */
    public Gpt2Options on(Device newDevice) {
        return new Gpt2Options(newDevice, optimization);
    }

    /** Rewrites graphs less. */
    public Gpt2Options optimizedTo(Optimization newOptimization) {
        return new Gpt2Options(device, newOptimization);
    }
}
