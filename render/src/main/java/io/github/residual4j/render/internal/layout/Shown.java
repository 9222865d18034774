package io.github.residual4j.render.internal.layout;

/**
 * What a panel shows itself because it does not leave it to a neighbour.
 *
 * @param xAxis names and label of the horizontal axis
 * @param yAxis names and label of the vertical axis
 * @param colorBar the explanation of its colours
 */
record Shown(boolean xAxis, boolean yAxis, boolean colorBar) {}
