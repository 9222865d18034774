package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.figures.Animation;
import io.github.residual4j.render.figures.ResidualFigures;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws one token's state layer by layer. */
@Command(
        name = "animate",
        description = "Draws one token's state layer by layer, as a GIF or as a page with a slider.",
        mixinStandardHelpOptions = true)
final class AnimateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A session directory.")
    private Path directory;

    @Option(
            names = "--token",
            paramLabel = "N",
            defaultValue = "-1",
            description = "The token, counted from 0, or from the end when negative (default: ${DEFAULT-VALUE}).")
    private int token;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "layers.gif",
            description = "A file that ends in .gif or .html (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private Look look;

    @Override
    public Integer call() {
        String name = out.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".gif") && !name.endsWith(".html")) {
            throw new ParameterException(
                    spec.commandLine(), "--out takes a file that ends in .gif or .html, not \"" + out + "\"");
        }
        ActivationSession session = ActivationSession.load(directory);
        Animation layers = look.applyTo(ResidualFigures.of(ResidualAnalyzer.of(session)))
                .layers(position(session.tokens().size()));
        if (name.endsWith(".gif")) {
            layers.writeGif(out);
        } else {
            layers.writeHtml(out);
        }
        spec.commandLine().getOut().println("written to " + out);
        return 0;
    }

    private int position(int tokens) {
        int position = token < 0 ? tokens + token : token;
        if (position < 0 || position >= tokens) {
            throw new BadRequestException("--token " + token + " does not exist; " + directory + " has tokens 0 to "
                    + (tokens - 1) + ", or -" + tokens + " to -1 counted from the end.");
        }
        return position;
    }
}
