package io.github.residual4j.testing;

import org.assertj.core.api.AbstractDoubleAssert;
import org.assertj.core.description.Description;

/**
 * What can be asserted of a cosine similarity; its description says of which token's state it is. NaN is greater than
 * nothing here, other than in AssertJ's own assertions, which order it above all numbers.
 */
public class CosineAssert extends AbstractDoubleAssert<CosineAssert> {
    private String place = "";

    /** @param actual the cosine, in [−1, 1] or NaN */
    public CosineAssert(Double actual) {
        super(actual, CosineAssert.class);
    }

    CosineAssert at(String newPlace) {
        Description before = info.description();
        place = newPlace;
        return describedAs(before);
    }

    @Override
    public CosineAssert describedAs(Description description) {
        return super.describedAs(new PlaceDescription(description, place));
    }

    @Override
    public CosineAssert isGreaterThan(double other) {
        isNotNaN();
        return super.isGreaterThan(other);
    }

    @Override
    public CosineAssert isGreaterThan(Double other) {
        isNotNaN();
        return super.isGreaterThan(other);
    }

    @Override
    public CosineAssert isGreaterThanOrEqualTo(double other) {
        isNotNaN();
        return super.isGreaterThanOrEqualTo(other);
    }

    @Override
    public CosineAssert isGreaterThanOrEqualTo(Double other) {
        isNotNaN();
        return super.isGreaterThanOrEqualTo(other);
    }

    @Override
    public CosineAssert isPositive() {
        isNotNaN();
        return super.isPositive();
    }

    @Override
    public CosineAssert isNotNegative() {
        isNotNaN();
        return super.isNotNegative();
    }
}
