package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.Gpt2;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model runs. */
final class ModelOptions {
    static final String SPEC = "embedded, or a folder with a Hugging Face GPT-2 checkpoint";

    @Option(
            names = "--model",
            paramLabel = "SPEC",
            defaultValue = "embedded",
            description = SPEC + " (default: ${DEFAULT-VALUE}).")
    String model = "embedded";

    Gpt2 open() {
        return open(model);
    }

    static Gpt2 open(String spec) {
        return spec.equals("embedded") ? Gpt2.embedded() : Gpt2.load(Path.of(spec));
    }
}
