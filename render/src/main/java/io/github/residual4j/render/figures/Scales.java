package io.github.residual4j.render.figures;

import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Colours heatmaps by a palette. Panels that share a colour bar are coloured with the values of all of them.
 *
 * @param palette the maps, and whether their ranges come from the data
 */
record Scales(Palette palette) {
    /** This share of the values has its place between the ends of the colours. */
    private static final double MOST = 0.98;

    /** Values beyond the ends by no more than this share of the range are worth its getting longer. */
    private static final double LITTLE = 0.25;

    /** Positive values further apart than this are spaced by their logarithm. */
    private static final double FAR_APART = 8;

    /** Ends of colours have so many digits. */
    private static final int DIGITS = 3;

    private boolean isFixed() {
        return palette.ranges() == Palette.Ranges.FIXED;
    }

    /** What has a floor at zero. @param fixed where the colours end when the ranges are fixed */
    Heatmap shares(Heatmap heatmap, String label, double fixed, double[]... values) {
        return heatmap.colors(palette.shares(), Norm.linear(0, isFixed() ? fixed : highest(positive(values))), label);
    }

    /** What has a floor at zero and may be far apart: norms, singular values. */
    Heatmap sizes(Heatmap heatmap, String label, double[] values) {
        double[] positive = positive(values);
        return areFarApart(positive)
                ? heatmap.colors(palette.shares(), Norm.log(positive[0], positive[positive.length - 1]), label)
                : heatmap.colors(palette.shares(), Norm.of(values), label);
    }

    /** Cosines of states with each other, which are mostly above zero; as signed values where some are far below. */
    Heatmap cosines(Heatmap heatmap, String label, double[]... values) {
        if (isFixed()) {
            return signed(heatmap, label, 1, values);
        }
        Norm range = range(values);
        return range.min() < -LITTLE * range.max()
                ? signed(heatmap, label, 1, values)
                : heatmap.colors(palette.cosines(), range, label);
    }

    /** Cosines and the like of which the notebook shows what is above zero. */
    Heatmap aboveZero(Heatmap heatmap, String label, Colormap notebook, double[]... values) {
        return isFixed() ? heatmap.colors(notebook, Norm.linear(0, 1), label) : cosines(heatmap, label, values);
    }

    /** Values with a sign, zero in the middle. @param fixed where the colours end when the ranges are fixed */
    Heatmap signed(Heatmap heatmap, String label, double fixed, double[]... values) {
        return heatmap.colors(palette.signed(), symmetric(fixed, values), label);
    }

    /** −fixed to fixed, or to the size that nearly all values do not exceed. */
    Norm symmetric(double fixed, double[]... values) {
        return Norm.symmetric(isFixed() ? fixed : highest(positive(sizes(values))));
    }

    /** The chart with heights spaced by their logarithm where they are far apart. */
    Chart ratios(Chart chart, double[]... values) {
        return !isFixed() && areFarApart(positive(values)) ? chart.yLogarithmic() : chart;
    }

    private static boolean areFarApart(double[] positive) {
        return positive.length > 0 && positive[positive.length - 1] > FAR_APART * positive[0];
    }

    private static double[] sizes(double[]... values) {
        return Arrays.stream(values)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .toArray();
    }

    /** The finite values above zero, rising. */
    private static double[] positive(double[]... values) {
        return finite(values).filter(v -> v > 0).sorted().toArray();
    }

    private static DoubleStream finite(double[]... values) {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
    }

    /** The largest value, or the one that nearly all do not exceed where the largest lies far beyond it. */
    private static double highest(double[] rising) {
        if (rising.length == 0) {
            return 1;
        }
        double most = rising[(int) Math.ceil(MOST * rising.length) - 1];
        double largest = rising[rising.length - 1];
        return rounded(largest <= (1 + LITTLE) * most ? largest : most, RoundingMode.UP);
    }

    /** From the lowest to the highest value, leaving out on either side the hundredth that lies far out. */
    private static Norm range(double[]... values) {
        double[] rising = finite(values).sorted().toArray();
        if (rising.length == 0) {
            return Norm.linear(0, 1);
        }
        int out = (int) Math.floor((1 - MOST) / 2 * rising.length);
        double low = rising[out];
        double high = rising[rising.length - 1 - out];
        double little = LITTLE * (high - low);
        double largest = rising[rising.length - 1];
        return Norm.of(
                rounded(low - rising[0] <= little ? rising[0] : low, RoundingMode.FLOOR),
                rounded(largest - high <= little ? largest : high, RoundingMode.CEILING));
    }

    private static double rounded(double end, RoundingMode outwards) {
        return new BigDecimal(end).round(new MathContext(DIGITS, outwards)).doubleValue();
    }
}
