package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.HeadPatterns;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Shared;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/** Where the heads look. */
final class AttentionFigures {
    private static final int MOST_HEADS = 64;

    private AttentionFigures() {}

    static Figure of(HeadPatterns heads, Caption caption) {
        return caption.figure(2, 2, "What each attention head looks at")
                .add(
                        MeasurePanels.heatmap(heads.entropy())
                                .title("Entropy")
                                .colors(Colormap.VIRIDIS, Norm.of(withZero(heads.entropy())), "Entropy, nats"),
                        share(heads.firstPosition(), "First position"),
                        share(heads.previousToken(), "Previous token"),
                        share(heads.self(), "The token itself"));
    }

    static Figure of(HeadScores heads, Caption caption) {
        return caption.figure(1, 3, "What heads are named by")
                .size(1120, 420)
                .add(
                        score(heads.previousToken(), "Previous token"),
                        score(heads.duplicateToken(), "Duplicate token"),
                        score(heads.induction(), "Induction"));
    }

    /** From 0 to the largest of the heads. */
    private static Heatmap score(Measure measure, String title) {
        double largest =
                Arrays.stream(measure.toArray()).filter(Double::isFinite).max().orElse(1);
        return MeasurePanels.heatmap(measure)
                .title(title)
                .colors(Colormap.MAGMA, Norm.linear(0, largest > 0 ? largest : 1), "Share of attention");
    }

    private static double[] withZero(Measure measure) {
        double[] values = measure.toArray();
        return Arrays.copyOf(values, values.length + 1);
    }

    private static Heatmap share(Measure measure, String title) {
        return MeasurePanels.heatmap(measure)
                .title(title)
                .colors(Colormap.MAGMA, Norm.linear(0, 1), "Share of attention");
    }

    /** The patterns of one block, a panel for each head. */
    static Figure ofBlock(ActivationSession session, int block, Caption caption) {
        SortedMap<Integer, FloatTensor> all = session.attentionPatterns();
        if (all.isEmpty()) {
            throw new BadRequestException("This session holds no attention patterns; ask for "
                    + "HookPoint.ATTENTION_PATTERN when the text is captured.");
        }
        FloatTensor patterns = all.get(block);
        if (patterns == null) {
            throw new BadRequestException("This session has no attention pattern of block " + block
                    + "; it has those of blocks " + all.keySet() + ".");
        }
        int[] shape = patterns.shape(); // [1, heads, queries, keys]
        if (shape[1] > MOST_HEADS) {
            throw new BadRequestException("A figure shows at most " + MOST_HEADS + " heads, not " + shape[1] + ".");
        }
        int columns = columns(shape[1]);
        int rows = shape[1] / columns;
        List<String> tokens =
                TokenLabel.of(session.tokens().stream().map(Token::label).toList());
        Figure figure = caption.figure(rows, columns, "Attention patterns of block " + block)
                .size(1120, Math.max(340, 80 + 240 * rows))
                .share(Shared.X_AXIS, Shared.Y_AXIS, Shared.COLOR_BAR);
        for (int head = 0; head < shape[1]; head++) {
            figure = figure.add(Heatmap.of(pattern(patterns, head, shape[2]))
                    .title("Head " + head)
                    .rowLabels(tokens)
                    .columnLabels(tokens)
                    .axes("Looks at", "")
                    .colors(Colormap.MAGMA, Norm.linear(0, 1), "Attention"));
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
