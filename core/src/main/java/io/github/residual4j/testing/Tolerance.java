package io.github.residual4j.testing;

import io.github.residual4j.error.BadRequestException;

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

    /**
     * Checks what it is given.
     *
     * @param atol what is always allowed, in the units of the values; not negative
     * @param rtol what is allowed for each unit of the expected magnitude; not negative
     */
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

    /**
     * {@return this tolerance with another absolute part}
     *
     * @param newAtol the absolute difference allowed, in the units of the stream
     */
    public Tolerance atol(double newAtol) {
        return new Tolerance(newAtol, rtol);
    }

    /**
     * {@return this tolerance with another relative part}
     *
     * @param newRtol the difference allowed for each unit of the expected magnitude
     */
    public Tolerance rtol(double newRtol) {
        return new Tolerance(atol, newRtol);
    }

    /** Allows what either allows, added up. */
    Tolerance plus(Tolerance other) {
        return new Tolerance(atol + other.atol, rtol + other.rtol);
    }

    /**
     * {@return how far a value may lie from this expected one}
     *
     * @param expected the value expected
     */
    public double allowed(float expected) {
        return atol + rtol * Math.abs((double) expected);
    }

    /**
     * {@return whether a value lies near enough to an expected one}
     *
     * @param actual the value found
     * @param expected the value expected
     */
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
