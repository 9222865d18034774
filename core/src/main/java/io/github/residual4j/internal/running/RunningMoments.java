package io.github.residual4j.internal.running;

/**
 * Count, mean, squared deviations and range of numbers taken in bunch by bunch (Chan, Golub and LeVeque 1983,
 * Algorithms for Computing the Sample Variance, formula 1.5).
 */
public final class RunningMoments {
    private double count;
    private double mean;
    private double deviation; // Σ(x − mean)²
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    /** Takes in a bunch of numbers by its own sums. */
    public void add(double bunchCount, double bunchMean, double bunchDeviation, double bunchMin, double bunchMax) {
        if (bunchCount == 0) {
            return;
        }
        double all = count + bunchCount;
        double apart = bunchMean - mean;
        deviation += bunchDeviation + apart * apart * (count / all) * bunchCount;
        mean += apart * (bunchCount / all);
        count = all;
        min = Math.min(min, bunchMin);
        max = Math.max(max, bunchMax);
    }

    /** Takes in one number. */
    public void add(double x) {
        add(1, x, 0, x, x);
    }

    /** Takes in all that another took in. */
    public void add(RunningMoments other) {
        add(other.count, other.mean, other.deviation, other.min, other.max);
    }

    /** How many numbers there were. */
    public double count() {
        return count;
    }

    /** Their mean; NaN if there were none. */
    public double mean() {
        return count == 0 ? Double.NaN : mean;
    }

    /** Their population standard deviation; NaN if there were none. */
    public double std() {
        return Math.sqrt(deviation / count);
    }

    /** The smallest; NaN if there were none. */
    public double min() {
        return count == 0 ? Double.NaN : min;
    }

    /** The largest; NaN if there were none. */
    public double max() {
        return count == 0 ? Double.NaN : max;
    }

    /** All that it keeps, for {@link #of(double[], int)}. */
    public double[] toArray() {
        return new double[] {count, mean, deviation, min, max};
    }

    /** How many numbers {@link #toArray()} gives. */
    public static final int SIZE = 5;

    /** What {@link #toArray()} gave, found again from a place of an array on. */
    public static RunningMoments of(double[] kept, int from) {
        RunningMoments moments = new RunningMoments();
        moments.count = kept[from];
        moments.mean = kept[from + 1];
        moments.deviation = kept[from + 2];
        moments.min = kept[from + 3];
        moments.max = kept[from + 4];
        return moments;
    }
}
