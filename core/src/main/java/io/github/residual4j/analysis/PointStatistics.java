package io.github.residual4j.analysis;

import java.util.List;

/**
 * Mean, population standard deviation, minimum, maximum and mean absolute value of each point over all its tokens and
 * dimensions, in the units of the stream; each an array {@code [points]}. NaN and infinities are carried through.
 */
public final class PointStatistics extends AnalysisResult {
    /**
     * Made by the analyzer.
     *
     * @param view what of the session was looked at
     * @param points the points' names
     * @param mean Σx / n of each point
     * @param std population standard deviation of each point
     * @param min smallest value of each point
     * @param max largest value of each point
     * @param absMean Σ|x| / n of each point
     */
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

    /** {@return the points' names} */
    public List<String> points() {
        return measures().get(0).axes().get(0).labels();
    }

    /** {@return Σx / n} */
    public double[] mean() {
        return measures().get(0).toArray();
    }

    /** {@return √(Σ(x − mean)² / n), as NumPy's default} */
    public double[] std() {
        return measures().get(1).toArray();
    }

    /** {@return the smallest value} */
    public double[] min() {
        return measures().get(2).toArray();
    }

    /** {@return the largest value} */
    public double[] max() {
        return measures().get(3).toArray();
    }

    /** {@return Σ|x| / n} */
    public double[] absMean() {
        return measures().get(4).toArray();
    }
}
