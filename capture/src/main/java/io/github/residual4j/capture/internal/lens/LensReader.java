package io.github.residual4j.capture.internal.lens;

import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.hook.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reads states through a model's final norm and unembedding, some tokens at a time, and keeps no logits. */
public final class LensReader {
    private final StreamModel model;
    private final int context;

    /** @param context the longest text of the model */
    public LensReader(StreamModel model, int context) {
        this.model = model;
        this.context = context;
    }

    /**
     * What is read.
     *
     * @param rows for each row of states, the stream's first, {@code [tokens × width]}
     * @param streamRows how many are of the stream
     * @param width of a state
     * @param ids the text
     * @param top how many of the likeliest tokens are told
     * @param answers ids of tokens that are told of
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
    public record Request(
            List<FloatBuffer> rows, int streamRows, int width, long[] ids, int top, List<Integer> answers) {}

    /** Reads all states. */
    public LensNumbers read(Request request, Cancellation cancellation) {
        Unembedder unembedder = Unembedder.of(model, context, cancellation);
        int rows = request.rows().size();
        int tokens = request.ids().length;
        LensNumbers numbers = new LensNumbers(request);
        RowDistributions distributions = new RowDistributions();
        int together = Math.min(Math.max(1, unembedder.most() / rows), RowDistributions.MOST_KEPT);
        for (int first = 0; first < tokens; first += together) {
            cancellation.check();
            read(request, first, Math.min(together, tokens - first), unembedder, distributions, numbers);
        }
        return numbers;
    }

    /** Reads some tokens, the last state of each before the others, which are compared with it. */
    private static void read(
            Request request,
            int first,
            int count,
            Unembedder unembedder,
            RowDistributions distributions,
            LensNumbers numbers) {
        int rows = request.rows().size();
        int last = request.streamRows() - 1;
        int[] order = IntStream.concat(
                        IntStream.of(last), IntStream.range(0, rows).filter(row -> row != last))
                .toArray();
        int total = rows * count;
        for (int from = 0; from < total; from += unembedder.most()) {
            int size = Math.min(unembedder.most(), total - from);
            int begin = from;
            int ofLast = Math.max(0, Math.min(size, count - begin));
            FloatTensor states = states(request, order, first, count, begin, size);
            unembedder.logits(states, logits -> {
                distributions.keep(logits, size, ofLast, begin);
                distributions.read(logits, size, ofLast, (i, read) -> {
                    int token = (begin + i) % count;
                    numbers.take(order[(begin + i) / count], first + token, read, distributions.kept(token));
                });
            });
        }
        for (int token = 0; token < count; token++) {
            numbers.take(last, first + token, distributions.kept(token), distributions.kept(token));
        }
    }

    private static FloatTensor states(Request request, int[] order, int first, int count, int from, int size) {
        int width = request.width();
        return FloatTensor.filled(
                states -> {
                    for (int i = from; i < from + size; i++) {
                        int token = first + i % count;
                        states.put(request.rows().get(order[i / count]).slice(token * width, width));
                    }
                },
                1,
                size,
                width);
    }

    /** For each token, the first state of the stream from which on the likeliest token stays that of the last. */
    public static double[] settled(LensNumbers numbers, int streamRows, int tokens) {
        double[] settled = new double[tokens];
        Arrays.setAll(settled, token -> {
            double last = numbers.topIds()[streamRows - 1][token][0];
            int row = streamRows - 1;
            while (row > 0 && numbers.topIds()[row - 1][token][0] == last) {
                row--;
            }
            return last < 0 ? -1 : row;
        });
        return settled;
    }
}
