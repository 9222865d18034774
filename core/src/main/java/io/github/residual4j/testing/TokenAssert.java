package io.github.residual4j.testing;

import io.github.residual4j.error.BadRequestException;
import org.assertj.core.util.CheckReturnValue;

/** What can be asserted of one token's state at one point, {@code [width]}. */
public class TokenAssert extends AbstractActivationsAssert<TokenAssert> {
    /** @param actual the state */
    public TokenAssert(ActivationSlice actual) {
        super(actual, TokenAssert.class);
    }

    /**
     * {@return one value of the state}
     *
     * @param dimension counted from 0
     * @throws BadRequestException if there is no such dimension
     */
    @CheckReturnValue
    public DimensionAssert dimension(int dimension) {
        isNotNull();
        ActivationSlice value = actual.at(dimension);
        return next(DimensionAssert.class, Float.class, value.values().get(), DimensionAssert::new)
                .at(value.toString());
    }
}
