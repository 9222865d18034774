package io.github.residual4j.examples.cli;

import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.SteeringVector;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.render.figures.ExperimentFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a steering vector. */
@Command(
        name = "steer",
        description = "Makes a steering vector from pairs of texts, for llama.cpp, repeng or SteeringVector.load.",
        mixinStandardHelpOptions = true)
final class SteerCommand implements Callable<Integer> {
    private static final double[] COEFFICIENTS = {-2, -1, 0, 1, 2};

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A pair on each line: the positive text, a tab, the negative one.")
    private Path file;

    @Mixin
    private ModelArguments model;

    /** How a vector is made. */
    enum Method {
        /** Mean of the positive texts less mean of the negative ones. */
        difference,
        /** The first principal component of the differences. */
        component
    }

    @Option(
            names = "--method",
            paramLabel = "HOW",
            defaultValue = "difference",
            description = "difference of means, or first principal component (default: ${DEFAULT-VALUE}).")
    private Method method;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "steering.gguf",
            description = "A file that ends in .gguf or .safetensors (default: ${DEFAULT-VALUE}).")
    private Path out;

    /** A text that is steered, for the picture. */
    static final class Steered {
        @Option(
                names = "--text",
                required = true,
                paramLabel = "TEXT",
                description = "Draws the vector, and what adding it does to the token that comes next after this text.")
        private String text;

        @Option(
                names = "--answer",
                required = true,
                paramLabel = "TOKEN",
                description = "A next token whose probability is drawn. May be repeated.")
        private List<String> answers = new ArrayList<>();

        @Option(
                names = "--coefficients",
                split = ",",
                paramLabel = "N",
                description = "How much of the vector is added (default: -2,-1,0,1,2).")
        private double[] coefficients = {};

        @Option(
                names = "--figure",
                paramLabel = "FILE",
                defaultValue = "steering.png",
                description = "Where the picture goes (default: ${DEFAULT-VALUE}).")
        private Path figure;
    }

    @ArgGroup(exclusive = false)
    private @Nullable Steered steered;

    @Mixin
    private Look look;

    @Override
    public Integer call() {
        List<SteeringVector.Pair> pairs = pairs();
        SteeringVector vector;
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress)) {
            progress.step("running the pairs");
            vector = method == Method.component
                    ? SteeringVector.firstComponent(opened, pairs)
                    : SteeringVector.differenceOfMeans(opened, pairs);
            if (steered != null) {
                progress.step("steering");
                draw(vector, opened, steered);
            }
        }
        vector.save(out);
        spec.commandLine().getOut().println(vector);
        spec.commandLine()
                .getOut()
                .println("written to " + out + (steered == null ? "" : ", drawn in " + steered.figure));
        return 0;
    }

    private void draw(SteeringVector vector, LanguageModel opened, Steered of) {
        String[] answers = of.answers.toArray(String[]::new);
        double[] coefficients = of.coefficients.length == 0 ? COEFFICIENTS : of.coefficients;
        SteeringEffect effect = vector.effect(opened, of.text, coefficients, answers);
        ExperimentFigures.of(effect, look.theme(), look.palette()).writePng(of.figure);
    }

    private List<SteeringVector.Pair> pairs() {
        List<SteeringVector.Pair> pairs = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).isBlank()) {
                    continue;
                }
                String[] texts = lines.get(i).split("\t", -1);
                if (texts.length != 2 || texts[0].isEmpty() || texts[1].isEmpty()) {
                    throw new BadFileException(
                            file, "line " + (i + 1) + " is no pair; expected two texts with a tab between them.");
                }
                pairs.add(new SteeringVector.Pair(texts[0], texts[1]));
            }
        } catch (IOException e) {
            throw new BadFileException(file, "it cannot be read as text (" + e + ").", e);
        }
        return pairs;
    }
}
