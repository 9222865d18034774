package io.github.residual4j.examples.benchmark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Metric;
import io.github.residual4j.capture.Patching;
import io.github.residual4j.hook.HookPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Times, at the word of {@code examples/benchmark/experiments.py}, captures and changed runs: {@code stream N} and {@code
 * everything N}, captures of N tokens; {@code added} and {@code gated}, a capture of 512 tokens with one addition and with
 * a factor of 1 at every point of the stream; {@code states} and {@code heads}, patching sweeps over a text of 32 tokens;
 * {@code own-states} and {@code own-heads}, the same runs one by one.
 */
public final class ExperimentTimer {
    private static final int LONG = 512;
    private static final int SWEPT = 32;
    private static final int HEADS = 12; // as RandomCheckpoint has
    private static final Metric DIFFERENCE = Metric.logitDifference(11, 12);

    private final LanguageModel model;
    private final long[] clean = ids(SWEPT);
    private final long[] corrupted = clean.clone();
    private final Map<Integer, long[]> texts = new HashMap<>();

    private ExperimentTimer(LanguageModel model) {
        this.model = model;
        corrupted[5] = 99;
    }

    private static long[] ids(int tokens) {
        return new Random(1).longs(tokens, 0, RandomCheckpoint.VOCABULARY).toArray();
    }

    /** Takes a checkpoint folder, written if it is not there, and ends with its input. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            Files.createDirectories(folder);
            RandomCheckpoint.write(folder);
        }
        try (LanguageModel model = LanguageModel.load(folder)) {
            ExperimentTimer timer = new ExperimentTimer(model);
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                String[] words = line.split(" ");
                long start = System.nanoTime();
                timer.run(words[0], words.length > 1 ? Integer.parseInt(words[1]) : LONG);
                System.out.println((System.nanoTime() - start) / 1e6);
            }
        }
    }

    private void run(String what, int tokens) {
        CaptureRequest stream = model.request(texts.computeIfAbsent(tokens, ExperimentTimer::ids));
        Patching patching = model.patching(clean, corrupted).metric(DIFFERENCE);
        switch (what) {
            case "stream" -> stream.capture();
            case "everything" -> stream.points(HookPoint.values()).capture();
            case "added" ->
                stream.edit(Edit.add(HookPoint.RESID_PRE, new float[RandomCheckpoint.WIDTH], 1)
                                .block(6))
                        .capture();
            case "gated" -> {
                CaptureRequest gated = stream;
                for (HookPoint point : List.of(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST)) {
                    gated = gated.edit(Edit.scale(point, 1));
                }
                gated.capture();
            }
            case "states" -> patching.over(HookPoint.RESID_PRE);
            case "heads" -> patching.overHeads(HookPoint.Z);
            case "own-states" ->
                oneByOne(HookPoint.RESID_PRE, edit -> IntStream.range(0, SWEPT).mapToObj(edit::positions));
            case "own-heads" ->
                oneByOne(HookPoint.Z, edit -> IntStream.range(0, HEADS).mapToObj(edit::heads));
            default -> throw new IllegalArgumentException(what);
        }
    }

    private void oneByOne(HookPoint point, Function<Edit, Stream<Edit>> narrowed) {
        ActivationSession source = model.request(clean).points(point).capture();
        for (int block = 0; block < RandomCheckpoint.LAYERS; block++) {
            narrowed.apply(Edit.replace(point, source).block(block))
                    .forEach(edit -> model.request(corrupted)
                            .points(HookPoint.LOGITS)
                            .lastLogits()
                            .edit(edit)
                            .capture());
        }
    }
}
