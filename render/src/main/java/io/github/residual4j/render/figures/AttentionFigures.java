package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.HeadPatterns;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Shared;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** Where the heads look. */
final class AttentionFigures {
    private static final int MOST_HEADS = 64;

    private AttentionFigures() {}

    static Figure of(HeadPatterns heads, Caption caption) {
        return caption.figure(2, 2, "What each attention head looks at")
                .add(
                        entropy(heads.entropy(), caption.scales()),
                        share(heads.firstPosition(), "First position", caption.scales()),
                        share(heads.previousToken(), "Previous token", caption.scales()),
                        share(heads.self(), "The token itself", caption.scales()));
    }

    static Figure of(HeadScores heads, Caption caption) {
        return caption.figure(1, 3, "What heads are named by")
                .size(1120, 420)
                .add(
                        share(heads.previousToken(), "Previous token", caption.scales()),
                        share(heads.duplicateToken(), "Duplicate token", caption.scales()),
                        share(heads.induction(), "Induction", caption.scales()));
    }

    private static Heatmap entropy(Measure measure, Scales scales) {
        double[] values = measure.toArray();
        double largest = Arrays.stream(values)
                .filter(v -> v > 0 && v < Double.POSITIVE_INFINITY)
                .max()
                .orElse(1);
        return scales.shares(MeasurePanels.heatmap(measure).title("Entropy"), "Entropy, nats", largest, values);
    }

    private static Heatmap share(Measure measure, String title, Scales scales) {
        return scales.shares(MeasurePanels.heatmap(measure).title(title), "Share of attention", 1, measure.toArray());
    }

    /** The patterns of one block, a panel for each head. */
    static Figure ofBlock(ActivationSession session, int block, Caption caption) {
        SortedMap<Integer, FloatTensor> blocks = session.attentionPatterns();
        if (blocks.isEmpty()) {
            throw new BadRequestException("This session holds no attention patterns; ask for "
                    + "HookPoint.ATTENTION_PATTERN when the text is captured.");
        }
        FloatTensor patterns = blocks.get(block);
        if (patterns == null) {
            throw new BadRequestException("This session has no attention pattern of block " + block
                    + "; it has those of blocks " + blocks.keySet() + ".");
        }
        int[] shape = patterns.shape(); // [1, heads, queries, keys]
        if (shape[1] > MOST_HEADS) {
            throw new BadRequestException("A figure shows at most " + MOST_HEADS + " heads, not " + shape[1] + ".");
        }
        int columns = columns(shape[1]);
        int rows = shape[1] / columns;
        List<String> tokens = caption.tokens(session.tokenLabels());
        Figure figure = caption.figure(rows, columns, "Attention patterns of block " + block)
                .size(1120, Math.max(340, 80 + 240 * rows))
                .share(Shared.X_AXIS, Shared.Y_AXIS, Shared.COLOR_BAR);
        float[] weights = patterns.toArray();
        double[] all =
                IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).toArray();
        for (int head = 0; head < shape[1]; head++) {
            Heatmap heatmap = Heatmap.of(pattern(patterns, head, shape[2]))
                    .title("Head " + head)
                    .rowLabels(tokens)
                    .columnLabels(tokens)
                    .axes("Looks at", "");
            figure = figure.add(caption.scales().shares(heatmap, "Attention", 1, all));
        }
        return figure;
    }

    /** The divisor for which the figure is nearest to 1.4 panels wide for each one high. */
    private static int columns(int heads) {
        int best = heads;
        for (int columns = 1; columns < heads; columns++) {
            if (heads % columns == 0 && distance(columns, heads) < distance(best, heads)) {
                best = columns;
            }
        }
        return best;
    }

    private static double distance(int columns, int heads) {
        return Math.abs(Math.log((double) columns * columns / heads / 1.4));
    }

    private static double[][] pattern(FloatTensor patterns, int head, int tokens) {
        double[][] pattern = new double[tokens][tokens];
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < tokens; key++) {
                pattern[query][key] = patterns.get(0, head, query, key);
            }
        }
        return pattern;
    }
}
