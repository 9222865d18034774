package io.github.residual4j.testing;

import java.nio.FloatBuffer;
import java.util.List;
import org.assertj.core.api.AbstractFloatAssert;
import org.assertj.core.description.Description;

/**
 * What can be asserted of one value; its description says where it was captured. NaN is greater than nothing here, other
 * than in AssertJ's own assertions, which order it above all numbers.
 */
public class DimensionAssert extends AbstractFloatAssert<DimensionAssert> {
    private String place = "";

    /** @param actual the value */
    public DimensionAssert(Float actual) {
        super(actual, DimensionAssert.class);
    }

    DimensionAssert at(String newPlace) {
        Description before = info.description();
        place = newPlace;
        return describedAs(before);
    }

    /**
     * Asserts that the value lies near the expected one.
     *
     * @param expected the value expected
     * @param tolerance how far values may differ
     * @return these assertions
     */
    public DimensionAssert isCloseTo(float expected, Tolerance tolerance) {
        isNotNull();
        Deviations deviations = new Deviations()
                .compare(
                        new Places("the value", List.of()),
                        FloatBuffer.wrap(new float[] {actual}),
                        FloatBuffer.wrap(new float[] {expected}),
                        tolerance);
        deviations.explanation().ifPresent(message -> {
            throw failureWithActualExpected(actual, expected, "%s", message);
        });
        return this;
    }

    @Override
    public DimensionAssert describedAs(Description description) {
        return super.describedAs(new PlaceDescription(description, place));
    }

    @Override
    public DimensionAssert isGreaterThan(float other) {
        isNotNaN();
        return super.isGreaterThan(other);
    }

    @Override
    public DimensionAssert isGreaterThan(Float other) {
        isNotNaN();
        return super.isGreaterThan(other);
    }

    @Override
    public DimensionAssert isGreaterThanOrEqualTo(float other) {
        isNotNaN();
        return super.isGreaterThanOrEqualTo(other);
    }

    @Override
    public DimensionAssert isGreaterThanOrEqualTo(Float other) {
        isNotNaN();
        return super.isGreaterThanOrEqualTo(other);
    }

    @Override
    public DimensionAssert isPositive() {
        isNotNaN();
        return super.isPositive();
    }

    @Override
    public DimensionAssert isNotNegative() {
        isNotNaN();
        return super.isNotNegative();
    }
}
