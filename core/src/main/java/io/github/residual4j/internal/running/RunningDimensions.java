package io.github.residual4j.internal.running;

import io.github.residual4j.internal.kernel.Kernels;
import java.util.Arrays;

/** Mean, squared deviations and mean magnitude of each dimension of vectors of one width, taken in bunch by bunch. */
public final class RunningDimensions {
    private final int width;
    private double count;
    private final double[] mean;
    private final double[] deviations; // Σ(x − mean)²
    private final double[] magnitudes; // Σ|x|

    public RunningDimensions(int width) {
        this(width, 0, new double[width], new double[width], new double[width]);
    }

    /** One that continues from what another kept. */
    public RunningDimensions(int width, double count, double[] mean, double[] deviations, double[] magnitudes) {
        this.width = width;
        this.count = count;
        this.mean = mean.clone();
        this.deviations = deviations.clone();
        this.magnitudes = magnitudes.clone();
    }

    /** Takes in those of {@code rows} states, one after the other from a place of an array on, that are finite. */
    public void add(Kernels kernels, float[] x, int from, int rows) {
        boolean[] leftOut = new boolean[rows];
        int kept = rows;
        double[] bunchMean = Columns.sums(kernels, x, from, width, leftOut);
        if (!Columns.areFinite(bunchMean)) {
            for (int row = 0; row < rows; row++) {
                leftOut[row] = !isFinite(x, from + row * width);
                kept -= leftOut[row] ? 1 : 0;
            }
            bunchMean = Columns.sums(kernels, x, from, width, leftOut);
        }
        for (int d = 0; d < width; d++) {
            bunchMean[d] /= kept;
        }
        for (int row = 0; row < rows; row++) {
            if (!leftOut[row]) {
                kernels.addSpread(x, from + row * width, width, bunchMean, deviations, magnitudes);
            }
        }
        shift(kept, bunchMean);
    }

    private boolean isFinite(float[] x, int from) {
        for (int i = from; i < from + width; i++) {
            if (!Float.isFinite(x[i])) {
                return false;
            }
        }
        return true;
    }

    /** Takes in all that another took in. */
    public void add(RunningDimensions other) {
        for (int d = 0; d < width; d++) {
            deviations[d] += other.deviations[d];
            magnitudes[d] += other.magnitudes[d];
        }
        shift(other.count, other.mean);
    }

    /** Accounts for a bunch whose deviations from its own mean were added. */
    private void shift(double bunchCount, double[] bunchMean) {
        if (bunchCount == 0) {
            return;
        }
        double all = count + bunchCount;
        for (int d = 0; d < width; d++) {
            double apart = bunchMean[d] - mean[d];
            deviations[d] += apart * apart * (count / all) * bunchCount;
            mean[d] += apart * (bunchCount / all);
        }
        count = all;
    }

    /** How many vectors there were. */
    public double count() {
        return count;
    }

    /** Their mean, {@code [width]}; NaN if there were none. */
    public double[] mean() {
        return count == 0 ? nothing() : mean.clone();
    }

    /** Their population standard deviation, {@code [width]}; NaN if there were none. */
    public double[] std() {
        return Arrays.stream(deviations).map(sum -> Math.sqrt(sum / count)).toArray();
    }

    /** The mean of their magnitudes, {@code [width]}; NaN if there were none. */
    public double[] meanMagnitude() {
        return Arrays.stream(magnitudes).map(sum -> sum / count).toArray();
    }

    private double[] nothing() {
        double[] none = new double[width];
        Arrays.fill(none, Double.NaN);
        return none;
    }

    /** All that it keeps, for {@link #of(double[], int)}. */
    public double[] toArray() {
        double[] kept = new double[size(width)];
        kept[0] = count;
        System.arraycopy(mean, 0, kept, 1, width);
        System.arraycopy(deviations, 0, kept, 1 + width, width);
        System.arraycopy(magnitudes, 0, kept, 1 + 2 * width, width);
        return kept;
    }

    /** How many numbers {@link #toArray()} gives. */
    public static int size(int width) {
        return 1 + 3 * width;
    }

    /** What {@link #toArray()} gave, found again. */
    public static RunningDimensions of(double[] kept, int width) {
        return new RunningDimensions(
                width,
                kept[0],
                Arrays.copyOfRange(kept, 1, 1 + width),
                Arrays.copyOfRange(kept, 1 + width, 1 + 2 * width),
                Arrays.copyOfRange(kept, 1 + 2 * width, 1 + 3 * width));
    }
}
