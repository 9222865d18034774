package io.github.residual4j.analysis;

import io.github.residual4j.error.BadRequestException;

/**
 * How far statistics may lie apart before that is called drift.
 *
 * <p>Chance alone moves a mean by about √(2 / n) standard deviations between two samples of n independent tokens: by
 * 0.03 where n is 2,000. The tokens of a text are not independent, so a CI check wants some hundred texts.
 *
 * <p>Quantiles of dimensions come from a sample. Between two samples of n tokens chance alone makes their distance about
 * 1.2 · √(2 / n), and three times that for the one largest among some thousand dimensions: 0.05 and 0.16 where n is 1,000,
 * 0.1 and 0.3 where it is 256. A sample of 1,000 stays clear of the default.
 *
 * @param meanDifference the largest |difference of means|, in standard deviations
 * @param stdRatio the largest ratio of standard deviations, one way or the other; above 1
 * @param quantileDistance the largest mean distance of quantiles, in standard deviations
 */
public record DriftThresholds(double meanDifference, double stdRatio, double quantileDistance) {
    /** A quarter of a standard deviation, a ratio of 1.25, and a quarter of a standard deviation. */
    public static final DriftThresholds DEFAULT = new DriftThresholds(0.25, 1.25, 0.25);

    /**
     * Checks the numbers.
     *
     * @param meanDifference the largest |difference of means|, in standard deviations
     * @param stdRatio the largest ratio of standard deviations, one way or the other; above 1
     * @param quantileDistance the largest mean distance of quantiles, in standard deviations
     * @throws BadRequestException if one is not above 0, or the ratio not above 1
     */
    public DriftThresholds {
        if (!(meanDifference > 0 && quantileDistance > 0 && stdRatio > 1)) {
            throw new BadRequestException("Thresholds of drift lie above 0, and that of the ratio above 1, unlike "
                    + meanDifference + ", " + stdRatio + " and " + quantileDistance + ".");
        }
    }
}
