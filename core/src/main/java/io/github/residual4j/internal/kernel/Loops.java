package io.github.residual4j.internal.kernel;

/**
 * The innermost loops, which come in a plain and a SIMD form that give the same bits on every processor.
 *
 * <p>A sum of float32 values has {@value #FLOATS} lanes, whatever the processor has: lane l adds up the values l, l +
 * 16, l + 32, … in this order, with float32 products and sums that are never fused. Then it adds the result to what {@code
 * lanes} holds for it: the first sum has the first {@value #FLOATS} places there, the next those behind it. A sum of
 * doubles has {@value #DOUBLES} lanes. {@code count} is a multiple of the number of lanes.
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

    /** Three sums: x, x², |x|; and takes the values into {@link Extremes}. */
    void sums(float[] x, int at, int count, float[] lanes, int[] extremes);

    /** Two sums: x − r, (x − r)². */
    void deviations(float[] x, int at, int count, float r, float[] lanes);

    /** One sum: {@link FloatExponential#of}(x − max). */
    void sumOfExponentials(float[] x, int at, int count, float max, float[] lanes);

    /** {@link Exponential#of}(x − max) of values, to the same places of {@code e}. */
    void exponentials(float[] x, int at, int count, float max, double[] e);

    /**
     * Two sums of doubles, added to what {@code lanes} holds: e and e·(x − max), where x − max counts as no less than
     * {@link Exponential#LEAST}.
     */
    void weighted(double[] e, float[] x, int at, int count, float max, double[] lanes);

    /** One sum of doubles, added to what {@code lanes} holds: p·x of those p that are not 0. */
    void expectation(double[] p, float[] x, int at, int count, double[] lanes);

    /** Adds each value to its place of {@code sums}, which begin at 0. */
    void addTo(float[] x, int at, int count, double[] sums);

    /** Adds the square of each value less its mean, and its magnitude, to their places, which begin at 0. */
    void addSpread(float[] x, int at, int count, double[] mean, double[] squares, double[] magnitudes);

    /** Each value less its mean, which begin at 0, in double and then to the nearest float. */
    void subtract(float[] x, int at, int count, double[] mean, float[] to, int toAt);

    /** Those of products of rows, of the same kind. */
    ProductLoops products();
}
