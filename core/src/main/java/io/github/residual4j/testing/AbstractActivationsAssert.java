package io.github.residual4j.testing;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.util.CheckReturnValue;

/**
 * What can be asserted of captured values wherever they come from. Rows run along the last axis: a row is one token's
 * state in values of the shape {@code [tokens, width]}.
 *
 * @param <SELF> the assertion itself
 */
public abstract class AbstractActivationsAssert<SELF extends AbstractActivationsAssert<SELF>>
        extends NavigatingAssert<SELF, ActivationSlice> {
    AbstractActivationsAssert(ActivationSlice actual, Class<?> selfType) {
        super(actual, selfType);
    }

    /**
     * Asserts the length of each axis.
     *
     * @param expected the length of each axis
     * @return these assertions
     */
    public SELF hasShape(int... expected) {
        isNotNull();
        requireShape(expected);
        return myself;
    }

    /**
     * Asserts that every value lies near the expected one.
     *
     * @param expected as many values as there are, row by row
     * @param tolerance how far values may differ
     * @return these assertions
     */
    public SELF isCloseTo(float[] expected, Tolerance tolerance) {
        isNotNull();
        requireSize(expected.length);
        return isCloseTo(FloatBuffer.wrap(expected), tolerance);
    }

    /**
     * Asserts that the shape is the expected one and every value lies near the expected one.
     *
     * @param expected values of the same shape
     * @param tolerance how far values may differ
     * @return these assertions
     */
    public SELF isCloseTo(FloatTensor expected, Tolerance tolerance) {
        isNotNull();
        requireShape(expected.shape());
        return isCloseTo(expected.asBuffer(), tolerance);
    }

    private SELF isCloseTo(FloatBuffer expected, Tolerance tolerance) {
        Deviations deviations =
                new Deviations().compare(actual.places(), actual.values().asBuffer(), expected, tolerance);
        deviations.first().ifPresent(first -> {
            throw failureWithActualExpected(
                    first.actual(),
                    first.expected(),
                    "%s",
                    deviations.explanation().orElseThrow());
        });
        return myself;
    }

    /**
     * Asserts that no value is NaN.
     *
     * @return these assertions
     */
    public SELF hasNoNaN() {
        return hasNo(UnwantedValues.Kind.NAN);
    }

    /**
     * Asserts that no value is infinite.
     *
     * @return these assertions
     */
    public SELF hasNoInfinity() {
        return hasNo(UnwantedValues.Kind.INFINITY);
    }

    /**
     * Asserts that no value is NaN or infinite.
     *
     * @return these assertions
     */
    public SELF isFinite() {
        return hasNo(UnwantedValues.Kind.NOT_FINITE);
    }

    private SELF hasNo(UnwantedValues.Kind kind) {
        isNotNull();
        return check(new UnwantedValues(kind)
                .search(actual.places(), actual.values().asBuffer())
                .explanation());
    }

    /**
     * Asserts that the L2 norm of every row lies between two bounds, both allowed.
     *
     * @param low the least that is allowed
     * @param high the most that is allowed
     * @return these assertions
     * @throws BadRequestException if there is no number between the bounds
     */
    public SELF normBetween(double low, double high) {
        isNotNull();
        if (!(low <= high)) {
            throw new BadRequestException("No norm lies between " + low + " and " + high + ".");
        }
        Rows rows = new Rows(actual);
        int[] outside = IntStream.range(0, rows.count())
                .filter(r -> !(rows.norm(r) >= low && rows.norm(r) <= high))
                .toArray();
        if (outside.length > 0) {
            throw failure(
                    "%s",
                    "Expecting an L2 norm between " + low + " and " + high + " but that of\n  "
                            + rows.place(outside[0]) + "\nwas " + Deviations.number(rows.norm(outside[0])) + "; "
                            + outside.length + " of " + Counted.of(rows.count(), "state")
                            + (outside.length == 1 ? " lies" : " lie") + " outside.");
        }
        return myself;
    }

    /**
     * {@return the cosine similarity with other values, in [−1, 1]; the smallest one over the rows if there are
     * several, so that a lower bound holds for each of them} The cosine with a zero vector is 0; a NaN in any row makes
     * it NaN.
     *
     * @param other as many values as there are, row by row
     * @throws BadRequestException if there are more or fewer
     */
    @CheckReturnValue
    public CosineAssert cosineWith(float[] other) {
        isNotNull();
        if (other.length != actual.values().size()) {
            throw new BadRequestException("The cosine of " + actual + " can be taken with "
                    + Counted.of(actual.values().size(), "value") + ", not with " + other.length + ".");
        }
        return cosineWith(FloatBuffer.wrap(other));
    }

    /**
     * As {@link #cosineWith(float[])}.
     *
     * @param other values of the same shape
     * @return assertions about the cosine
     * @throws BadRequestException if the shape is another one
     */
    @CheckReturnValue
    public CosineAssert cosineWith(FloatTensor other) {
        isNotNull();
        if (!Arrays.equals(other.shape(), actual.values().shape())) {
            throw new BadRequestException("The cosine of " + actual + " can be taken with values of the shape "
                    + Arrays.toString(actual.values().shape()) + ", not " + Arrays.toString(other.shape()) + ".");
        }
        return cosineWith(other.asBuffer());
    }

    CosineAssert cosineWith(FloatBuffer other) {
        Rows rows = new Rows(actual);
        int smallest = 0;
        double cosine = rows.cosine(0, other);
        for (int row = 1; row < rows.count() && !Double.isNaN(cosine); row++) {
            double next = rows.cosine(row, other);
            if (!(next >= cosine)) {
                smallest = row;
                cosine = next;
            }
        }
        return next(CosineAssert.class, Double.class, cosine, CosineAssert::new)
                .at("cosine of " + rows.place(smallest));
    }

    void requireShape(int... expected) {
        int[] shape = actual.values().shape();
        if (!Arrays.equals(shape, expected)) {
            throw failureWithActualExpected(
                    shape,
                    expected,
                    "%s",
                    "Expecting " + actual + " to have the shape " + Arrays.toString(expected) + " but it has "
                            + Arrays.toString(shape) + ".");
        }
    }

    private void requireSize(int expected) {
        if (actual.values().size() != expected) {
            throw failureWithActualExpected(
                    actual.values().size(),
                    expected,
                    "%s",
                    "Expecting " + actual + " to have " + Counted.of(expected, "value") + " but it has "
                            + actual.values().size() + ", of the shape "
                            + Arrays.toString(actual.values().shape()) + ".");
        }
    }
}
