package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import org.assertj.core.util.CheckReturnValue;

/** What can be asserted of all tokens' states at one point, {@code [tokens, width]}. */
public class PointAssert extends AbstractActivationsAssert<PointAssert> {
    /** @param actual the states */
    public PointAssert(ActivationSlice actual) {
        super(actual, PointAssert.class);
    }

    /**
     * {@return one token's state}
     *
     * @param token its place in the session, counted from 0
     * @throws BadRequestException if there is no such token
     */
    @CheckReturnValue
    public TokenAssert token(int token) {
        isNotNull();
        return next(TokenAssert.class, ActivationSlice.class, actual.at(token), TokenAssert::new);
    }

    /** {@return the last token's state} */
    @CheckReturnValue
    public TokenAssert lastToken() {
        isNotNull();
        return token(actual.values().shape()[0] - 1);
    }

    /**
     * Asserts that every value lies near the expected one.
     *
     * @param expected one row for each token
     * @param tolerance how far values may differ
     * @return these assertions
     */
    public PointAssert isCloseTo(float[][] expected, Tolerance tolerance) {
        isNotNull();
        int width = expected.length == 0 ? 0 : expected[0].length;
        FloatBuffer all = FloatBuffer.allocate(expected.length * width);
        for (float[] row : expected) {
            if (row.length != width) {
                throw new BadRequestException("The expected rows for " + actual + " are ragged: one has "
                        + Counted.of(width, "value") + ", another " + row.length + ".");
            }
            all.put(row);
        }
        return isCloseTo(FloatTensor.of(all.flip(), expected.length, width), tolerance);
    }

    /**
     * Asserts that every value lies near another session's at the point of the same name.
     *
     * @param expected the other session
     * @param tolerance how far values may differ
     * @return these assertions
     * @throws BadRequestException if the other session has no such point
     */
    public PointAssert isCloseTo(ActivationSession expected, Tolerance tolerance) {
        isNotNull();
        return isCloseTo(samePointOf(expected), tolerance);
    }

    /**
     * {@return the smallest cosine of a token's state with the same token's in another session, at the point of the
     * same name}
     *
     * @param other the other session
     * @throws BadRequestException if the other session has no such point, or other numbers of tokens or dimensions
     */
    @CheckReturnValue
    public CosineAssert cosineWith(ActivationSession other) {
        isNotNull();
        return cosineWith(samePointOf(other));
    }

    private FloatTensor samePointOf(ActivationSession other) {
        return ActivationSlice.ofPoint(other, other.point(actual.toString()).index())
                .values();
    }

    /**
     * Asserts that no value is above 100 and at least 1000 times the median magnitude of this point, the criterion of
     * {@link ResidualAnalyzer#massiveActivations()}.
     *
     * @return these assertions
     */
    public PointAssert hasNoMassiveActivations() {
        return hasNoMassiveActivations(MassiveCriterion.USUAL);
    }

    /**
     * As {@link #hasNoMassiveActivations()}, above another magnitude and another multiple of the median magnitude.
     *
     * @param magnitude the magnitude that has to be passed, in the units of the stream
     * @param ratio the multiple of the point's median magnitude that has to be reached
     * @return these assertions
     */
    public PointAssert hasNoMassiveActivations(double magnitude, double ratio) {
        return hasNoMassiveActivations(MassiveCriterion.of(magnitude, ratio));
    }

    private PointAssert hasNoMassiveActivations(MassiveCriterion criterion) {
        isNotNull();
        return check(actual.point().flatMap(criterion::explanation));
    }
}
