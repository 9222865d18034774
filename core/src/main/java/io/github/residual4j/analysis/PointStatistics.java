package io.github.residual4j.analysis;

import java.util.List;

/**
 * Mean, population standard deviation, minimum, maximum and mean absolute value of each point over all its tokens and
 * dimensions, in the units of the stream; each an array {@code [points]}. NaN and infinities are carried through.
 */
public final class PointStatistics extends AnalysisResult {
    public PointStatistics(
            View view, List<String> points, double[] mean, double[] std, double[] min, double[] max, double[] absMean) {
        super(
                "statistics",
                "Statistics of each point",
                view,
                measures(new Axis("point", points), mean, std, min, max, absMean));
    }

    private static List<Measure> measures(
            Axis points, double[] mean, double[] std, double[] min, double[] max, double[] absMean) {
        return List.of(
                Measure.of("mean", "", points, mean),
                Measure.of("std", "", points, std),
                Measure.of("min", "", points, min),
                Measure.of("max", "", points, max),
                Measure.of("abs_mean", "", points, absMean));
    }

    /** The points' names. */
    public List<String> points() {
        return measures().get(0).axes().get(0).labels();
    }

    /** Σx / n. */
    public double[] mean() {
        return measures().get(0).toArray();
    }

    /** √(Σ(x − mean)² / n), as NumPy's default. */
    public double[] std() {
        return measures().get(1).toArray();
    }

    /** The smallest value. */
    public double[] min() {
        return measures().get(2).toArray();
    }

    /** The largest value. */
    public double[] max() {
        return measures().get(3).toArray();
    }

    /** Σ|x| / n. */
    public double[] absMean() {
        return measures().get(4).toArray();
    }
}
