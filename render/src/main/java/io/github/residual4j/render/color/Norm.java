package io.github.residual4j.render.color;

import io.github.residual4j.error.BadRequestException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Where a value lies between two ends: 0 at the lower, 1 at the upper, beyond them outside [0, 1]; NaN stays NaN. The
 * way in between is linear, logarithmic, or logarithmic on both sides of zero. Immutable.
 */
public final class Norm {
    /** How values between the ends are spaced. */
    public enum Scale {
        /** Evenly. */
        LINEAR,
        /** By their logarithm; both ends are above zero. */
        LOG,
        /** By sign(x)·ln(1 + |x| / c): linear near zero, logarithmic far from it. */
        SYMLOG
    }

    private final Scale scale;
    private final double min;
    private final double max;
    private final double linearWithin;
    private final double lowest; // the lower end, as it is spaced
    private final double span;

    private Norm(Scale scale, double min, double max, double linearWithin) {
        if (!(min < max) || Double.isInfinite(min) || Double.isInfinite(max)) {
            throw new BadRequestException(
                    "A norm needs two finite ends, the lower one first, not " + min + " and " + max + ".");
        }
        this.scale = scale;
        this.min = min;
        this.max = max;
        this.linearWithin = linearWithin;
        lowest = forward(min);
        span = forward(max) - lowest;
    }

    /**
     * {@return a norm that spaces values evenly from one end to the other}
     *
     * @param min the lower end
     * @param max the upper end
     */
    public static Norm linear(double min, double max) {
        return new Norm(Scale.LINEAR, min, max, 1);
    }

    /**
     * {@return a norm that spaces values evenly from −limit to limit, so that zero has the middle colour}
     *
     * @param limit the distance of both ends from zero
     */
    public static Norm symmetric(double limit) {
        return linear(-limit, limit);
    }

    /**
     * {@return a norm that spaces values by their logarithm}
     *
     * @param min the lower end
     * @param max the upper end
     * @throws BadRequestException if an end is not above zero
     */
    public static Norm log(double min, double max) {
        if (!(min > 0)) {
            throw new BadRequestException("A logarithmic norm needs ends above zero, not " + min + " and " + max + ".");
        }
        return new Norm(Scale.LOG, min, max, 1);
    }

    /**
     * {@return a norm that spaces values from −limit to limit by sign(x)·ln(1 + |x| / linearWithin)}
     *
     * @param limit the distance of both ends from zero
     * @param linearWithin the size around which the spacing turns from even to logarithmic
     */
    public static Norm symlog(double limit, double linearWithin) {
        if (!(linearWithin > 0) || Double.isInfinite(linearWithin)) {
            throw new BadRequestException(
                    "A symmetric logarithm is linear within a finite size above zero, not " + linearWithin + ".");
        }
        return new Norm(Scale.SYMLOG, -limit, limit, linearWithin);
    }

    /**
     * {@return a norm that spaces values evenly between two quantiles of the finite ones, so that a few giants do not wash
     * out the rest}
     *
     * @param lower such as 0.01
     * @param upper such as 0.99
     * @param values the values whose quantiles are taken
     */
    public static Norm quantiles(double lower, double upper, double... values) {
        if (!(lower >= 0 && lower < upper && upper <= 1)) {
            throw new BadRequestException(
                    "Quantiles lie in [0, 1], the lower one first, not " + lower + " and " + upper + ".");
        }
        double[] finite =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (finite.length == 0) {
            return linear(0, 1);
        }
        return spanning(quantile(finite, lower), quantile(finite, upper));
    }

    /**
     * {@return a norm that spaces values evenly from the smallest to the largest finite one}
     *
     * @param values the values whose range is taken
     */
    public static Norm of(double... values) {
        return quantiles(0, 1, values);
    }

    /** Linear interpolation between the order statistics, as NumPy's default. */
    private static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int low = (int) at;
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }

    private static Norm spanning(double low, double high) {
        if (low < high) {
            return linear(low, high);
        }
        double margin = low == 0 ? 1 : Math.abs(low) / 2;
        return linear(low - margin, low + margin);
    }

    /** {@return how values between the ends are spaced} */
    public Scale scale() {
        return scale;
    }

    /** {@return the lower end} */
    public double min() {
        return min;
    }

    /** {@return the upper end} */
    public double max() {
        return max;
    }

    /** {@return for {@link Scale#SYMLOG}, the size around which the spacing turns logarithmic; otherwise 1} */
    public double linearWithin() {
        return linearWithin;
    }

    /**
     * {@return where a value lies: 0 at the lower end, 1 at the upper}
     *
     * @param value the value
     */
    public double unit(double value) {
        return (forward(value) - lowest) / span;
    }

    /**
     * {@return the value at a place between the ends: what {@link #unit} undoes}
     *
     * @param unit 0 at the lower end, 1 at the upper
     */
    public double value(double unit) {
        return back(lowest + unit * span);
    }

    private double forward(double value) {
        return switch (scale) {
            case LINEAR -> value;
            case LOG -> value > 0 ? Math.log(value) : Double.isNaN(value) ? value : Double.NEGATIVE_INFINITY;
            case SYMLOG -> Math.copySign(Math.log1p(Math.abs(value) / linearWithin), value);
        };
    }

    private double back(double value) {
        return switch (scale) {
            case LINEAR -> value;
            case LOG -> Math.exp(value);
            case SYMLOG -> Math.copySign(Math.expm1(Math.abs(value)) * linearWithin, value);
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Norm that
                && scale == that.scale
                && min == that.min
                && max == that.max
                && linearWithin == that.linearWithin;
    }

    @Override
    public int hashCode() {
        return Objects.hash(scale, min, max, linearWithin);
    }

    @Override
    public String toString() {
        return scale.name().toLowerCase(java.util.Locale.ROOT) + " [" + min + ", " + max + "]";
    }
}
