package io.github.residual4j.examples.benchmark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.figures.Animation;
import io.github.residual4j.render.figures.ResidualFigures;
import io.github.residual4j.render.panel.Heatmap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How long figures take, beside Matplotlib and seaborn drawing the same arrays at the same size. Both sides are warm,
 * and take turns. Run it from the repository:
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.benchmark.FiguresBenchmark [python] [rounds]</pre>
 */
public final class FiguresBenchmark {
    private static final Path SCRIPT = Path.of("examples/benchmark/figures.py");
    private static final int WARM_UPS = 20;

    /** One thing to draw on both sides. */
    private record Task(String name, String what, Runnable ours) {}

    private FiguresBenchmark() {}

    /** Prints a table of medians and of the median ratio of neighbouring runs. */
    public static void main(String[] arguments) throws IOException {
        String python = arguments.length > 0 ? arguments[0] : "/usr/bin/python3";
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        Path folder = Files.createTempDirectory("figures");
        ActivationSession session = gpt2Shape();
        session.save(folder.resolve("session"));
        List<Task> tasks = tasks(session, folder);
        for (int i = 0; i < WARM_UPS; i++) {
            tasks.forEach(task -> task.ours.run());
        }
        Process script = new ProcessBuilder(
                        python, SCRIPT.toString(), folder.resolve("session").toString(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader answers =
                        new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8));
                PrintStream questions = new PrintStream(script.getOutputStream(), true, StandardCharsets.UTF_8)) {
            if (!"ready".equals(answers.readLine())) {
                throw new IllegalStateException(python + " " + SCRIPT + " did not start.");
            }
            System.out.println("| figure | residual4j | Matplotlib, seaborn | faster by |");
            System.out.println("|---|---|---|---|");
            for (Task task : tasks) {
                System.out.println(row(task, rounds, questions, answers));
            }
        } finally {
            script.destroy();
        }
    }

    private static String row(Task task, int rounds, PrintStream questions, BufferedReader answers) throws IOException {
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            task.ours.run();
            ours[i] = (System.nanoTime() - start) / 1e6;
            questions.println(task.name);
            theirs[i] = Double.parseDouble(answers.readLine());
            ratios[i] = theirs[i] / ours[i];
        }
        return String.format(
                Locale.ROOT,
                "| %s | %.0f ms | %.0f ms | %.0f× |",
                task.what,
                median(ours),
                median(theirs),
                median(ratios));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<Task> tasks(ActivationSession session, Path folder) {
        ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(session));
        Figure heatmap = Figure.of(Heatmap.of(gaussian(24, 1024))
                        .axes("Dimension", "Row")
                        .colors(Colormap.VIRIDIS, Norm.symmetric(3), "Activation"))
                .title("Heatmap");
        Animation layers = figures.layers(session.tokens().size() - 1).size(750, 250);
        List<Task> tasks = new ArrayList<>();
        tasks.add(new Task(
                "heatmap", "heatmap 24 × 1024, PNG 1120 × 800", () -> heatmap.writePng(folder.resolve("a.png"))));
        tasks.add(new Task("notebook", "the notebook's four figures, PNG", () -> {
            figures.cosineBetweenConsecutivePoints().writePng(folder.resolve("b.png"));
            figures.statistics().writePng(folder.resolve("c.png"));
            figures.magnitudes().writePng(folder.resolve("d.png"));
            figures.alignment().writePng(folder.resolve("e.png"));
        }));
        tasks.add(new Task("gif", "animation 25 × 768, GIF 750 × 250", () -> layers.writeGif(folder.resolve("f.gif"))));
        tasks.add(new Task("html", "animation 25 × 768, HTML", () -> layers.writeHtml(folder.resolve("g.html"))));
        return tasks;
    }

    /** Random states of the shape GPT-2 (124M) has for five tokens. */
    private static ActivationSession gpt2Shape() {
        ActivationSessionBuilder builder = ActivationSession.builder();
        float[][] state = new float[5][768];
        Random random = new Random(3);
        for (int point = 0; point < 25; point++) {
            for (float[] row : state) {
                for (int d = 0; d < row.length; d++) {
                    row[d] += (float) random.nextGaussian() / 2;
                }
            }
            builder.point(StreamPoint.canonical(point).name(), state);
        }
        return builder.text("five random tokens").modelName("random").build();
    }

    private static double[][] gaussian(int rows, int columns) {
        Random random = new Random(4);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        return values;
    }
}
