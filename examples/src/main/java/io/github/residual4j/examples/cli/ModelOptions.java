package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.Gpt2;
import io.github.residual4j.capture.Gpt2Options;
import io.github.residual4j.capture.checkpoint.Hub;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model runs. */
final class ModelOptions {
    static final String SPEC = "embedded, a folder with a Hugging Face GPT-2 checkpoint or an ONNX file,"
            + " a .onnx file, or hf:owner/name[@revision]";

    private static final String HUB = "hf:";
    private static final double MEGABYTE = 1e6;

    @Option(
            names = "--model",
            paramLabel = "SPEC",
            defaultValue = "embedded",
            description = SPEC + " (default: ${DEFAULT-VALUE}).")
    String model = "embedded";

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "A tokenizer.json to use instead of the one beside the model.")
    private @Nullable Path tokenizer;

    Gpt2 open(Progress progress) {
        Gpt2Options options = Gpt2Options.defaults();
        return open(model, tokenizer == null ? options : options.tokenizer(tokenizer), progress);
    }

    static Gpt2 open(String spec, Gpt2Options options, Progress progress) {
        if (spec.equals("embedded")) {
            return Gpt2.embedded(options);
        }
        Path path = spec.startsWith(HUB) ? fetch(spec.substring(HUB.length()), progress) : Path.of(spec);
        return Gpt2.load(path, options);
    }

    private static Path fetch(String name, Progress progress) {
        return Hub.create()
                .withProgress((file, bytes, total) -> progress.step(String.format(
                        "downloading %s: %.0f MB%s",
                        file, bytes / MEGABYTE, total < 0 ? "" : String.format(" of %.0f", total / MEGABYTE))))
                .fetch(name);
    }
}
