package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.SteeringVector;
import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
        }
        vector.save(out);
        spec.commandLine().getOut().println(vector);
        spec.commandLine().getOut().println("written to " + out);
        return 0;
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
