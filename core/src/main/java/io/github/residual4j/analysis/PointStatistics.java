package io.github.residual4j.analysis;

import java.util.List;

/**
 * Mean, population standard deviation, minimum, maximum and mean absolute value of each point over all its tokens and
 * dimensions, in the units of the stream; each an array {@code [points]}.
 */
public final class PointStatistics {
    private final List<String> points;
    private final double[] mean;
    private final double[] std;
    private final double[] min;
    private final double[] max;
    private final double[] absMean;

    public PointStatistics(
            List<String> points, double[] mean, double[] std, double[] min, double[] max, double[] absMean) {
        this.points = List.copyOf(points);
        this.mean = mean.clone();
        this.std = std.clone();
        this.min = min.clone();
        this.max = max.clone();
        this.absMean = absMean.clone();
    }

    /** The points' names. */
    public List<String> points() {
        return points;
    }

    /** Σx / n. */
    public double[] mean() {
        return mean.clone();
    }

    /** √(Σ(x − mean)² / n), as NumPy's default. */
    public double[] std() {
        return std.clone();
    }

    /** The smallest value. */
    public double[] min() {
        return min.clone();
    }

    /** The largest value. */
    public double[] max() {
        return max.clone();
    }

    /** Σ|x| / n. */
    public double[] absMean() {
        return absMean.clone();
    }
}
