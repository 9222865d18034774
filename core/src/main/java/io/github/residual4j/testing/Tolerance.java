package io.github.residual4j.testing;

import io.github.residual4j.BadRequestException;

/**
 * How far an actual value a may lie from an expected value b: {@code |a − b| ≤ atol + rtol·|b|}, as in NumPy's
 * {@code allclose}. NaN agrees with NaN and an infinity with itself; neither agrees with anything else. The difference
 * is taken in double precision.
 *
 * @param atol what is always allowed, in the units of the values; not negative
 * @param rtol what is allowed for each unit of the expected magnitude; not negative
 */
public record Tolerance(double atol, double rtol) {
    /** Not a single bit of difference, but for the sign of zero and the payload of NaN. */
    public static final Tolerance EXACT = new Tolerance(0, 0);

    /**
     * {@code 1e-4 + 1e-3·|b|}: as closely as captures agree with the reference implementation of a model, and so with
     * each other, on whatever machine and at whatever optimization they were run.
     */
    public static final Tolerance CAPTURES = new Tolerance(1e-4, 1e-3);

    public Tolerance {
        require(atol, "atol");
        require(rtol, "rtol");
    }

    private static void require(double value, String name) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new BadRequestException(
                    "A tolerance's " + name + " is a number that is not negative, not " + value + ".");
        }
    }

    /** With another absolute part. */
    public Tolerance atol(double newAtol) {
        return new Tolerance(newAtol, rtol);
    }

    /** With another relative part. */
    public Tolerance rtol(double newRtol) {
        return new Tolerance(atol, newRtol);
    }

    /** How far a value may lie from this expected one. */
    public double allowed(float expected) {
        return atol + rtol * Math.abs((double) expected);
    }

    /** Whether a value lies near enough to an expected one. */
    public boolean accepts(float actual, float expected) {
        double difference = Math.abs((double) actual - expected);
        if (Double.isFinite(difference)) {
            return difference <= allowed(expected);
        }
        return Float.compare(actual, expected) == 0;
    }

    @Override
    public String toString() {
        return "atol " + atol + " + rtol " + rtol + " × |expected|";
    }
}
