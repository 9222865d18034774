package io.github.residual4j.testing;

import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Optional;

/** Finds and counts the values that lie farther from what was expected than their tolerance allows. */
final class Deviations {
    private long compared;
    private long beyond;
    private Optional<Deviation> first = Optional.empty();
    private Optional<Deviation> farthest = Optional.empty();
    private double farthestDifference;

    /** A value that lies too far off. */
    record Deviation(Places places, int offset, float actual, float expected, Tolerance tolerance) {
        /** How far; NaN and infinities against anything else are infinitely far. */
        double difference() {
            double difference = Math.abs((double) actual - expected);
            return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        }

        String place() {
            return places.at(offset);
        }
    }

    /** Compares two arrays of the same shape, whose positions stay where they are. */
    Deviations compare(Places places, FloatBuffer actual, FloatBuffer expected, Tolerance tolerance) {
        for (int i = 0; i < actual.remaining(); i++) {
            float a = actual.get(actual.position() + i);
            float b = expected.get(expected.position() + i);
            if (!tolerance.accepts(a, b)) {
                beyond++;
                double difference = Math.abs((double) a - b);
                if (first.isEmpty() || difference > farthestDifference || Double.isNaN(difference)) {
                    note(new Deviation(places, i, a, b, tolerance));
                }
            }
        }
        compared += actual.remaining();
        return this;
    }

    private void note(Deviation deviation) {
        first = first.or(() -> Optional.of(deviation));
        if (farthest.isEmpty() || deviation.difference() > farthestDifference) {
            farthest = Optional.of(deviation);
            farthestDifference = deviation.difference();
        }
    }

    /** The first value that lies too far off. */
    Optional<Deviation> first() {
        return first;
    }

    /** What is wrong, if anything is: the first value that lies too far off, and how many others do. */
    Optional<String> explanation() {
        return first.map(d -> "Expecting " + d.place()
                + "\n  to be close to: " + d.expected()
                + "\n  but was:        " + d.actual()
                + "\nThey differ by " + number(Math.abs((double) d.actual() - d.expected())) + "; allowed is "
                + number(d.tolerance().allowed(d.expected())) + " (" + d.tolerance() + ")." + others(d));
    }

    private String others(Deviation reported) {
        if (compared == 1) {
            return "";
        }
        String others = Counted.of(compared - 1, "value");
        if (beyond == 1) {
            return "\nOf the other " + others + " none differs by more than allowed.";
        }
        Deviation most = farthest.orElseThrow();
        return "\nOf the other " + others + " " + (beyond - 1)
                + (beyond == 2 ? " differs" : " differ") + " by more than allowed"
                + (most.equals(reported)
                        ? ", none of them farther off."
                        : ", the farthest " + most.place() + ": " + most.actual() + " instead of " + most.expected()
                                + ".");
    }

    static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : String.valueOf(value);
    }
}
