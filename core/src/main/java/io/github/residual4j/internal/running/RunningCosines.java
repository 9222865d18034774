package io.github.residual4j.internal.running;

/** Mean over tokens of the cosine between every two points, with points² numbers kept. */
public final class RunningCosines {
    private final int points;
    private final double[] sums; // [points × points], over tokens
    private long tokens;

    public RunningCosines(int points) {
        this(points, new double[points * points], 0);
    }

    /** One that continues from what another kept. */
    public RunningCosines(int points, double[] sums, long tokens) {
        this.points = points;
        this.sums = sums.clone();
        this.tokens = tokens;
    }

    /** Takes in the cosines of one token, {@code [points][points]}, unless one is not a number. */
    public void add(double[][] cosine) {
        for (double[] row : cosine) {
            for (double value : row) {
                if (Double.isNaN(value)) {
                    return;
                }
            }
        }
        for (int p = 0; p < points; p++) {
            for (int q = 0; q < points; q++) {
                sums[p * points + q] += cosine[p][q];
            }
        }
        tokens++;
    }

    /** Takes in all that another took in. */
    public void add(RunningCosines other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
        tokens += other.tokens;
    }

    /** The mean of every pair, {@code [points][points]}; NaN if no token was taken in. */
    public double[][] mean() {
        double[][] mean = new double[points][points];
        for (int p = 0; p < points; p++) {
            for (int q = 0; q < points; q++) {
                mean[p][q] = sums[p * points + q] / tokens;
            }
        }
        return mean;
    }

    /** The sums over tokens, {@code [points × points]}. */
    public double[] sums() {
        return sums.clone();
    }

    /** How many tokens were taken in. */
    public long tokens() {
        return tokens;
    }
}
