package io.github.residual4j.internal.kernel;

/**
 * The innermost loops, which come in a plain and a SIMD form that give the same bits on every processor.
 *
 * <p>A sum of float32 values has {@value #FLOATS} lanes, whatever the processor has: lane l adds up the values l, l +
 * 16, l + 32, … from the first of a block on, in this order, with float32 products and sums that are never fused. A sum
 * of doubles has {@value #DOUBLES} lanes of the same kind. A loop begins at zero and leaves its sums behind lane by lane:
 * the first sum at the beginning of {@code lanes}, the next behind it. {@code count} is a multiple of the lanes; {@link
 * Tails} adds the few values that are over.
 */
interface Loops {
    /** Lanes of a sum of float32 values. */
    int FLOATS = 16;

    /** Lanes of a sum of doubles. */
    int DOUBLES = 8;

    /** {@code vector} or {@code scalar}. */
    String name();

    /** Two sums: x·y, |x·y|. */
    void dot(float[] x, int xAt, float[] y, int yAt, int count, float[] lanes);

    /** Two sums: x·y, y². */
    void two(float[] x, float[] y, int at, int count, float[] lanes);

    /** Eight sums: the product of each of the last four arrays with the one before it, and its square. */
    void five(float[] x0, float[] x1, float[] x2, float[] x3, float[] x4, int at, int count, float[] lanes);

    /** Five sums, with a = mid − pre and m = post − mid: pre², a², pre·a, m², pre·m. */
    void updates(float[] pre, float[] mid, float[] post, int at, int count, float[] lanes);

    /** Three sums: x, x², |x|; and goes on with extremes, each of two for {@link Extremes}. */
    void sums(float[] x, int at, int count, float[] lanes, int[] extremes);

    /** Two sums: x − r, (x − r)². */
    void deviations(float[] x, int at, int count, float r, float[] lanes);

    /** One sum: the product of two rows of doubles. */
    void product(double[] x, int row, int other, int count, double[] lanes);

    /** Eight sums: the products of a row with four others that lie {@code length} apart, and those of the next row. */
    void twoWithFour(double[] x, int row, int others, int length, int count, double[] lanes);
}
