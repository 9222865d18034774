package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks for less and waits less: what is not asked for is not computed. Prints the best of some runs of each request, as
 * a first impression; the README's figures come from the benchmarks.
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.FastCapture [text] [runs]</pre>
 */
public final class FastCapture {
    private static final String TEXT = "The capital of France is Paris. The capital of Spain is Madrid. ".repeat(8);

    private FastCapture() {}

    public static void main(String[] args) {
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        try (LanguageModel model = LanguageModel.embedded()) {
            CaptureRequest stream = model.request(args.length > 0 ? args[0] : TEXT);
            CaptureRequest ends = stream.points(HookPoint.RESID_POST).positions(Positions.last());
            Map<String, CaptureRequest> requests = new LinkedHashMap<>();
            requests.put(
                    "stream, logits of every position",
                    stream.points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.LOGITS));
            requests.put("stream, logits of the last position", stream.lastLogits());
            requests.put("stream without logits", stream);
            requests.put("last position of each block's output", ends);
            requests.put(
                    "the same, nothing after block 3", ends.blocks(0, 1, 2, 3).stopAfterBlock(3));

            Map<String, Long> best = new HashMap<>();
            for (int run = 0; run < runs; run++) { // all take turns
                requests.forEach((name, request) -> best.merge(name, nanos(request), Math::min));
            }
            System.out.printf("%-38s%8s%12s%12s%n", "request", "points", "positions", "best, ms");
            requests.forEach((name, request) -> {
                ActivationSession session = request.capture();
                int points = session.points().size();
                System.out.printf(
                        "%-38s%8d%12d%12.2f%n", name, points, session.tokens().size(), best.get(name) / 1e6);
            });
        }
    }

    private static long nanos(CaptureRequest request) {
        long start = System.nanoTime();
        request.capture();
        return System.nanoTime() - start;
    }
}
