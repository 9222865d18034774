package io.github.residual4j.examples.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;

/** A saved session, or what the model reads. */
final class SessionOptions {
    @Parameters(paramLabel = "DIR", description = "A session directory of the same model.")
    @Nullable
    Path directory;

    @ArgGroup(exclusive = true, multiplicity = "1")
    @Nullable
    InputOptions input;
}
