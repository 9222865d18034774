package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelOptions;
import io.github.residual4j.capture.hub.Hub;
import io.github.residual4j.capture.runtime.Device;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model runs. */
final class ModelArguments {
    static final String SPEC = "embedded, a folder with a Hugging Face GPT-2 checkpoint or an ONNX file,"
            + " a .onnx file, or hf:owner/name[@revision]";

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

    LanguageModel open(Progress progress) {
        return open(progress, Device.cpu());
    }

    LanguageModel open(Progress progress, Device device) {
        ModelOptions options = ModelOptions.defaults().on(device);
        return open(model, tokenizer == null ? options : options.tokenizer(tokenizer), progress);
    }

    static LanguageModel open(String spec, ModelOptions options, Progress progress) {
        Hub hub = Hub.create()
                .withProgress((file, bytes, total) -> progress.step(String.format(
                        "downloading %s: %.0f MB%s",
                        file, bytes / MEGABYTE, total < 0 ? "" : String.format(" of %.0f", total / MEGABYTE))));
        return LanguageModel.open(spec, options.from(hub));
    }
}
