package io.github.residual4j.examples.benchmark;

import io.github.residual4j.capture.Generation;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Times, at the word of {@code examples/benchmark/generate.py}, what going on with a text of 16 tokens takes:
 * {@code plain}, 64 tokens more; {@code captured}, the same with every point of the stream captured at each step;
 * {@code growth}, the median time of the steps around token 500 of a text by that of those around token 20.
 */
public final class GenerationTimer {
    private static final int PROMPT = 16;
    private static final int TOKENS = 64;
    private static final int EARLY = 20;
    private static final int LATE = 500;
    private static final int AROUND = 10; // steps to either side

    private GenerationTimer() {}

    /** Takes a checkpoint folder, written if it is not there, and ends with its input. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            Files.createDirectories(folder);
            RandomCheckpoint.write(folder);
        }
        long[] ids = new Random(1).longs(PROMPT, 0, RandomCheckpoint.VOCABULARY).toArray();
        try (LanguageModel model = LanguageModel.load(folder)) {
            Generation plain = model.generate(ids).tokens(TOKENS).stopIds();
            Generation captured = plain.points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST);
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                System.out.println(
                        switch (line) {
                            case "plain" -> milliseconds(plain);
                            case "captured" -> milliseconds(captured);
                            case "growth" -> growth(plain);
                            default -> throw new IllegalArgumentException(line);
                        });
            }
        }
    }

    private static double milliseconds(Generation generation) {
        long start = System.nanoTime();
        generation.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double growth(Generation generation) {
        List<Long> times = new ArrayList<>();
        long[] last = {System.nanoTime()};
        generation.tokens(LATE + AROUND - PROMPT).run(step -> {
            long now = System.nanoTime();
            times.add(now - last[0]);
            last[0] = now;
        });
        return (double) median(times, LATE) / median(times, EARLY);
    }

    /** Of the steps that gave the tokens around a place of the text; the first gave the one after the prompt. */
    private static long median(List<Long> times, int place) {
        List<Long> around = times.subList(Math.max(1, place - AROUND - PROMPT), place + AROUND - PROMPT);
        return around.stream().sorted().toList().get(around.size() / 2);
    }
}
