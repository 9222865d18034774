package io.github.residual4j.examples.benchmark;

import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelOptions;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * What captures cost on a checkpoint of GPT-2's smallest size with random weights, 512 tokens, sessions included. The
 * weights do not matter for the time.
 */
public final class Gpt2SmallBenchmark {
    private static final int TOKENS = 512;

    /** Enough sessions of 39 MB for the heap to reach its size: memory that the JVM never used costs far more. */
    private static final int WARM_UPS = 30;

    private Gpt2SmallBenchmark() {}

    /**
     * Prints each comparison's times and ratio.
     *
     * @param arguments a folder for the checkpoint, written if it is not there; the number of measured pairs; the
     *     number of threads
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 12;
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            Files.createDirectories(folder);
            RandomCheckpoint.write(folder);
        }
        Device device = arguments.length > 2 ? Device.cpu(Integer.parseInt(arguments[2])) : Device.cpu();
        try (LanguageModel model =
                LanguageModel.load(folder, ModelOptions.defaults().on(device))) {
            long[] ids =
                    new Random(1).longs(TOKENS, 0, RandomCheckpoint.VOCABULARY).toArray();
            CaptureRequest stream =
                    model.request(ids).points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST);
            CaptureRequest last =
                    model.request(ids).points(HookPoint.RESID_POST).blocks(RandomCheckpoint.LAYERS - 1);
            print("all 25 points against the last one, fresh heap", 2, Math.min(pairs, 8), last, stream);
            print("all 25 points against the last one", WARM_UPS, pairs, last, stream);
            print("stop after block 5 against all blocks", 2, pairs, stream, stream.stopAfterBlock(5));
            CaptureRequest withLogits = model.request(ids)
                    .points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.LOGITS);
            print("without logits against with them", 2, pairs, withLogits, stream);
            print("last position against all positions", 2, pairs, stream, stream.positions(Positions.last()));
        }
    }

    private static void print(String what, int warmUps, int pairs, CaptureRequest first, CaptureRequest second) {
        System.out.println(what + ": " + Alternating.measure(warmUps, pairs, first::capture, second::capture));
    }
}
