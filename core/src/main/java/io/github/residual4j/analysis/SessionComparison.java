package io.github.residual4j.analysis;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far two sessions of the same points, positions and width lie apart. Values a and b agree if |a − b| ≤ atol +
 * rtol·|b|; two NaN agree, and so do equal infinities.
 */
public final class SessionComparison extends AnalysisResult {
    private final Optional<Difference> firstDifference;

    /**
     * One place where two sessions part.
     *
     * @param point the point's name
     * @param token the token's place
     * @param tokenLabel the token's label in the first session
     * @param dimension the dimension, as the model numbers it
     * @param a the first session's value
     * @param b the second session's value
     */
    public record Difference(String point, int token, String tokenLabel, int dimension, float a, float b) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%s: %s against %s", Labels.place(point, token, tokenLabel, dimension), a, b);
        }
    }

    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     * @param firstDifference the first place beyond the tolerance, if there is one
     */
    public SessionComparison(View view, List<Measure> measures, Optional<Difference> firstDifference) {
        super(
                "comparison",
                firstDifference.map(d -> "Sessions that part first at " + d).orElse("Sessions that agree"),
                view,
                measures);
        this.firstDifference = firstDifference;
    }

    /**
     * {@return the first place beyond the tolerance in the order of points, tokens and dimensions; none if all agree}
     */
    public Optional<Difference> firstDifference() {
        return firstDifference;
    }

    /** {@return the largest |a − b|, in the units of the stream; {@code [points]}; NaN where only one value is NaN} */
    public Measure maxAbsolute() {
        return measure("max_absolute");
    }

    /** {@return the largest |a − b| / |b|, a pure number; {@code [points]}; infinite where only b is zero} */
    public Measure maxRelative() {
        return measure("max_relative");
    }

    /** {@return cosine of all values of a point together, in [−1, 1]; {@code [points]}} */
    public Measure cosine() {
        return measure("cosine");
    }

    /** {@return how many values differ by more than the tolerance; {@code [points]}} */
    public Measure beyondTolerance() {
        return measure("beyond_tolerance");
    }
}
