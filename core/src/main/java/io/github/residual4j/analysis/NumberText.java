package io.github.residual4j.analysis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Writes a number with the fewest digits that give it back, in the form of {@link Double#toString(double)}. Before JDK 19
 * that method itself has digits too many for some numbers, all of them huge or tiny: those are written here.
 */
final class NumberText {
    /** What {@link Double#toString(double)} wrote alike on JDK 17 and 25, in millions of trials. */
    private static final double SMALLEST = 1e-30;

    private static final double LARGEST = 1e15;
    private static final int MOST_DIGITS = 17;

    private NumberText() {}

    /** The number; {@code NaN}, {@code Infinity} or {@code -Infinity} if it is none. */
    static String of(double value) {
        double size = Math.abs(value);
        boolean usual = size >= SMALLEST && size < LARGEST;
        return usual || size == 0 || !Double.isFinite(value) ? String.valueOf(value) : shortest(value);
    }

    private static String shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal rounded = exact;
        for (int digits = 2; digits <= MOST_DIGITS; digits++) { // one digit is written as two, the nearest two
            rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                break;
            }
        }
        String digits = rounded.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        String fraction = digits.substring(1).replaceFirst("0+$", "");
        return (value < 0 ? "-" : "") + digits.charAt(0) + '.' + (fraction.isEmpty() ? "0" : fraction) + 'E' + exponent;
    }
}
