package io.github.residual4j.capture.checkpoint;

import java.util.List;

/** The function between the two matrices of an MLP. */
public enum Activation {
    /** GELU by its tanh approximation, 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))): what GPT-2 was trained with. */
    GELU_NEW("gelu_new", "gelu_fast", "gelu_accurate"),
    /** The same function as {@link #GELU_NEW} under PyTorch's name. */
    GELU_PYTORCH_TANH("gelu_pytorch_tanh", "gelu_python_tanh"),
    /** GELU by the error function, x·Φ(x). */
    GELU("gelu", "gelu_python"),
    /** {@link #GELU}, but at most 10. */
    GELU_10("gelu_10"),
    /** x·σ(1.702·x), another approximation of GELU. */
    QUICK_GELU("quick_gelu"),
    /** x·σ(x), also called swish. */
    SILU("silu", "swish"),
    /** max(x, 0). */
    RELU("relu"),
    /** tanh x. */
    TANH("tanh");

    private final List<String> configNames;

    Activation(String... configNames) {
        this.configNames = List.of(configNames);
    }

    /** {@return how Hugging Face's {@code activation_function} may spell it, the usual name first} */
    public List<String> configNames() {
        return configNames;
    }
}
