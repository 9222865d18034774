package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the model reads: a text, or token ids in its place. */
final class InputOptions extends TextOptions {
    @Option(
            names = "--ids",
            required = true,
            paramLabel = "ID",
            arity = "1..*",
            converter = TokenIds.Converter.class,
            description = "Token ids in place of a text, for example 1,2,3, or a list as Python prints it.")
    @Nullable
    List<TokenIds> ids;

    /** A request of it. */
    CaptureRequest request(LanguageModel model) {
        return text() != null ? model.request(text()) : model.request(TokenIds.all(ids));
    }
}
