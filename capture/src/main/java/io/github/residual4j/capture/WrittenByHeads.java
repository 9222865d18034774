package io.github.residual4j.capture;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.HeadOutputs;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.capture.internal.run.OutputProjection;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.nio.FloatBuffer;
import java.util.List;

/** What each head writes into the stream, and what that adds to a logit. */
final class WrittenByHeads {
    private WrittenByHeads() {}

    static HeadOutputs of(AttributedSession attributed) {
        int blocks = attributed.blocks();
        int heads = attributed.heads();
        double[][][] norms = new double[blocks][heads][];
        double[][][] contributions = new double[blocks][heads][];
        for (int block = 0; block < blocks; block++) {
            OutputProjection projection = projection(attributed.model(), block);
            FloatBuffer z = attributed.needed(HookKey.of(HookPoint.Z, block));
            double[] through = attributed.ledger().through(projection);
            for (int head = 0; head < heads; head++) {
                norms[block][head] = norms(attributed, projection, z, head);
                contributions[block][head] = attributed.ofHead(z, through, head);
            }
        }
        Axis blockAxis = Experiments.blocks(blocks);
        Axis headAxis = Experiments.heads(heads);
        Axis tokens = attributed.tokenAxis();
        return new HeadOutputs(
                attributed.view(),
                List.of(
                        Measure.of("norm", "", blockAxis, headAxis, tokens, norms),
                        Measure.of("contribution", "", blockAxis, headAxis, tokens, contributions)));
    }

    private static OutputProjection projection(LanguageModel model, int block) {
        return model.stream()
                .outputProjection(block)
                .orElseThrow(() -> new BadRequestException("The weights by which the heads of " + model.name()
                        + " write are not known, so their outputs cannot be told apart."));
    }

    /** The norm of a head's output, projected into the stream, at each token. */
    private static double[] norms(AttributedSession attributed, OutputProjection projection, FloatBuffer z, int head) {
        int width = attributed.width();
        int headWidth = width / attributed.heads();
        double[] norms = new double[attributed.count()];
        for (int token = 0; token < norms.length; token++) {
            double[] output = new double[width];
            for (int d = head * headWidth; d < (head + 1) * headWidth; d++) {
                double value = z.get(attributed.row(token, width) + d);
                for (int out = 0; out < width; out++) {
                    output[out] += value * projection.weight().get(d * width + out);
                }
            }
            double square = 0;
            for (double value : output) {
                square += value * value;
            }
            norms[token] = Math.sqrt(square);
        }
        return norms;
    }
}
