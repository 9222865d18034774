package io.github.residual4j.capture.internal.run;

import java.nio.FloatBuffer;

/**
 * How a block's heads, or the neurons of its MLP, write to the stream.
 *
 * @param weight {@code [in, width]} row by row, a row for each of what they hold; the rows of a head follow each other
 * @param bias {@code [width]}
 */
public record OutputProjection(FloatBuffer weight, FloatBuffer bias) {}
