package io.github.residual4j.capture.internal.run;

import java.nio.FloatBuffer;

/**
 * How a block's heads write to the stream.
 *
 * @param weight {@code [width in, width out]} row by row; the rows of a head follow each other
 * @param bias {@code [width]}
 */
public record OutputProjection(FloatBuffer weight, FloatBuffer bias) {}
