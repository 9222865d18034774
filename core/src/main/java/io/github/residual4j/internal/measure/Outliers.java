package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.MassiveActivation;
import io.github.residual4j.analysis.MassiveActivations;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.OutlierDimension;
import io.github.residual4j.analysis.OutlierDimensions;
import io.github.residual4j.analysis.TopDimensionShare;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Values and dimensions that dwarf the others. */
public final class Outliers {
    /** What a massive activation exceeds (Sun et al. 2024, section 2). */
    public static final double MASSIVE_MAGNITUDE = 100;

    /** How many medians a massive activation reaches (Sun et al. 2024, section 2). */
    public static final double MASSIVE_RATIO = 1000;

    /** How many standard deviations an outlier dimension exceeds (Kovaleva et al. 2021). */
    public static final double OUTLIER_DEVIATIONS = 3;

    private Outliers() {}

    /** Finds {@link MassiveActivations}. */
    public static MassiveActivations massive(StreamView view, double magnitude, double ratio) {
        require(
                magnitude >= 0 && ratio >= 0,
                "A massive activation's magnitude and ratio",
                magnitude + " and " + ratio);
        List<MassiveActivation> found = new ArrayList<>();
        int tokens = view.tokens().size();
        for (int p = 0; p < view.points().size(); p++) {
            double median = MedianMagnitude.of(view.states()[p], view.offset(0), tokens * view.width());
            for (int t = 0; t < tokens; t++) {
                for (int d = 0; d < view.width(); d++) {
                    double size = Math.abs(view.value(p, t, d));
                    if (size > magnitude && size >= ratio * median) {
                        found.add(new MassiveActivation(
                                p,
                                view.points().get(p).name(),
                                t,
                                view.tokens().get(t).label(),
                                view.dimensions()[d],
                                view.value(p, t, d),
                                size / median));
                    }
                }
            }
        }
        found.sort(Comparator.comparingDouble((MassiveActivation a) -> -Math.abs(a.value())));
        return new MassiveActivations(view.view(), found);
    }

    /** Finds {@link OutlierDimensions}. */
    public static OutlierDimensions dimensions(StreamView view, double deviations) {
        require(deviations >= 0, "The number of standard deviations", String.valueOf(deviations));
        List<OutlierDimension> found = new ArrayList<>();
        for (int p = 0; p < view.points().size(); p++) {
            addOf(p, view.points().get(p).name(), view.dimensions(), meanMagnitudes(view, p), deviations, found);
        }
        return sorted(view.view(), found);
    }

    /**
     * Finds {@link OutlierDimensions} of points whose mean magnitudes are known.
     *
     * @param dimensions as the model numbers them
     * @param magnitudes {@code [points][dimensions]}
     */
    public static OutlierDimensions dimensions(
            View view, List<String> points, int[] dimensions, List<double[]> magnitudes, double deviations) {
        require(deviations >= 0, "The number of standard deviations", String.valueOf(deviations));
        List<OutlierDimension> found = new ArrayList<>();
        for (int p = 0; p < points.size(); p++) {
            addOf(p, points.get(p), dimensions, magnitudes.get(p), deviations, found);
        }
        return sorted(view, found);
    }

    private static void addOf(
            int point,
            String name,
            int[] dimensions,
            double[] magnitude,
            double deviations,
            List<OutlierDimension> found) {
        int width = magnitude.length;
        double mean = 0;
        for (double m : magnitude) {
            mean += m / width;
        }
        double variance = 0;
        for (double m : magnitude) {
            variance += (m - mean) * (m - mean) / width;
        }
        for (int d = 0; d < width; d++) {
            double z = (magnitude[d] - mean) / Math.sqrt(variance);
            if (z > deviations) {
                found.add(new OutlierDimension(point, name, dimensions[d], magnitude[d], z));
            }
        }
    }

    private static OutlierDimensions sorted(View view, List<OutlierDimension> found) {
        found.sort(Comparator.comparingDouble((OutlierDimension o) -> -o.deviations()));
        return new OutlierDimensions(view, found);
    }

    private static double[] meanMagnitudes(StreamView view, int point) {
        double[] magnitude = new double[view.width()];
        int tokens = view.tokens().size();
        for (int t = 0; t < tokens; t++) {
            for (int d = 0; d < magnitude.length; d++) {
                magnitude[d] += Math.abs((double) view.value(point, t, d)) / tokens;
            }
        }
        return magnitude;
    }

    /** Finds {@link TopDimensionShare}. */
    public static TopDimensionShare topShare(StreamView view, int count) {
        require(
                count >= 1 && count <= view.width(),
                "The number of dimensions, from 1 to " + view.width() + ",",
                String.valueOf(count));
        double[][] share = new double[view.points().size()][view.tokens().size()];
        double[] largest = new double[count]; // ascending
        for (int p = 0; p < share.length; p++) {
            for (int t = 0; t < share[p].length; t++) {
                Arrays.fill(largest, 0);
                double all = 0;
                for (int d = 0; d < view.width(); d++) {
                    double square = (double) view.value(p, t, d) * view.value(p, t, d);
                    all += square;
                    insert(largest, square);
                }
                double top = 0;
                for (double square : largest) {
                    top += square;
                }
                double ratio = top / all;
                share[p][t] = ratio > 1 ? 1 : ratio; // all of it, but for rounding
            }
        }
        return new TopDimensionShare(
                view.after("largest " + Counted.of(count, "dimension")),
                List.of(Measure.of("share", "", view.pointAxis(), view.tokenAxis(), share)));
    }

    /** Puts a value among the largest so far, in place of the smallest of them. */
    private static void insert(double[] largest, double value) {
        if (value > largest[0]) {
            int at = 0;
            while (at + 1 < largest.length && largest[at + 1] < value) {
                largest[at] = largest[at + 1];
                at++;
            }
            largest[at] = value;
        }
    }

    private static void require(boolean fits, String what, String value) {
        if (!fits) {
            throw new BadRequestException(what + " cannot be " + value + ".");
        }
    }
}
