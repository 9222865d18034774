package io.github.residual4j.examples.benchmark;

import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import java.util.Random;

/**
 * What it costs to keep all 17 states of the embedded model's stream for 256 tokens, sessions included, over a run that
 * keeps only the last.
 */
public final class EmbeddedCaptureBenchmark {
    private EmbeddedCaptureBenchmark() {}

    /** Prints the times and their ratio; the first argument may give the number of measured pairs. */
    public static void main(String[] arguments) {
        int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        try (LanguageModel model = LanguageModel.embedded()) {
            int tokens = model.config().context();
            long[] ids =
                    new Random(1).longs(tokens, 0, model.config().vocabulary()).toArray();
            CaptureRequest last = model.request(ids)
                    .points(HookPoint.RESID_POST)
                    .blocks(model.config().blocks() - 1);
            CaptureRequest all = model.request(ids).points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST);
            Alternating times = Alternating.measure(pairs / 4, pairs, last::capture, all::capture);
            System.out.println("all points against the last one, " + tokens + " tokens: " + times);
        }
    }
}
