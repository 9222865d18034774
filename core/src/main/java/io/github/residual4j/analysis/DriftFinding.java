package io.github.residual4j.analysis;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * One way in which statistics have drifted from a baseline.
 *
 * @param measure the name of the measure of {@link StreamDrift} that is beyond its threshold
 * @param point the point's name
 * @param dimension the dimension, as the model numbers it; empty where all of the point are meant
 * @param value the measure's value
 * @param allowed its threshold
 * @param score how many times the threshold it is, logarithms for ratios; above 1
 * @param baseline the mean, standard deviation or norm that was; NaN for a distance of quantiles
 * @param today what it is now
 */
public record DriftFinding(
        String measure,
        String point,
        OptionalInt dimension,
        double value,
        double allowed,
        double score,
        double baseline,
        double today) {
    @Override
    public String toString() {
        String place = dimension.isPresent() ? point + ", dimension " + dimension.getAsInt() : point;
        String was = Double.isNaN(baseline) ? "" : String.format(Locale.ROOT, " (%.4g, was %.4g)", today, baseline);
        return String.format(
                Locale.ROOT,
                "%s: %s is %.3g, beyond %.3g%s",
                place,
                measure.replace("dimension_", "").replace('_', ' '),
                value,
                allowed,
                was);
    }
}
