package io.github.residual4j.analysis;

/**
 * One dimension that is unusually large at one point.
 *
 * @param point the point's place in the view
 * @param pointName the point's name
 * @param dimension the dimension, as the model numbers it
 * @param meanMagnitude Σ|x| over the tokens by their number, in the units of the stream
 * @param deviations how many standard deviations that is above the mean of all dimensions
 */
public record OutlierDimension(int point, String pointName, int dimension, double meanMagnitude, double deviations) {}
