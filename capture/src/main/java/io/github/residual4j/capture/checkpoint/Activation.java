package io.github.residual4j.capture.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The function between the two matrices of an MLP. */
public enum Activation {
    /** GELU by its tanh approximation, 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))): what GPT-2 was trained with. */
    GELU_NEW,
    /** The same function as {@link #GELU_NEW} under PyTorch's name. */
    GELU_PYTORCH_TANH,
    /** GELU by the error function, x·Φ(x). */
    GELU,
    /** max(x, 0). */
    RELU;

    /** {@return how Hugging Face's {@code activation_function} spells it} */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The function a configuration names, if it is one of these. */
    static Optional<Activation> named(String configName) {
        return Arrays.stream(values())
                .filter(a -> a.configName().equals(configName))
                .findFirst();
    }
}
