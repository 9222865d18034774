package io.github.residual4j.analysis;

import java.util.Locale;

/**
 * One value of the stream that dwarfs the others of its point.
 *
 * @param point the point's place in the view
 * @param pointName the point's name
 * @param token the token's place in the view
 * @param tokenLabel the token's label
 * @param dimension the dimension, as the model numbers it
 * @param value the value, in the units of the stream
 * @param ratio its magnitude over the median magnitude of its point
 */
public record MassiveActivation(
        int point, String pointName, int token, String tokenLabel, int dimension, float value, double ratio) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %.1f (%,.0f × median)",
                Labels.place(pointName, token, tokenLabel, dimension),
                value,
                ratio);
    }
}
