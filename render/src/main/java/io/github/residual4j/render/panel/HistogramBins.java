package io.github.residual4j.render.panel;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.color.Norm;
import java.util.Arrays;

/** Counts values into bins. */
final class HistogramBins {
    private static final int MOST = 10_000;

    private HistogramBins() {}

    static Mark.Histogram count(Series values, int bins, Ink ink) {
        if (bins < 1 || bins > MOST) {
            throw new BadRequestException("A histogram has 1 to " + MOST + " bins, not " + bins + ".");
        }
        Norm range = Norm.of(values.toArray());
        double[] edges = new double[bins + 1];
        Arrays.setAll(edges, i -> range.min() + (range.max() - range.min()) * i / bins);
        double[] counts = new double[bins];
        for (double value : values.toArray()) {
            if (Double.isFinite(value)) {
                counts[(int) Math.min(bins - 1.0, Math.floor(range.unit(value) * bins))]++;
            }
        }
        return new Mark.Histogram(Series.of("", edges), Series.of(values.name(), counts), ink);
    }
}
