package io.github.residual4j.internal.kernel;

/**
 * The innermost loops of products of rows of one array; see {@link Loops}. A product has {@value #LANES} lanes, of float32
 * values too, since there are so many products that adding up more lanes takes longer than making them. They are put into
 * {@code lanes} as they are, those of the next product behind them. {@code count} is a multiple of their number.
 */
interface ProductLoops {
    /** Lanes of a product. */
    int LANES = 8;

    /** One product, of two rows of doubles. */
    void product(double[] x, int row, int other, int count, double[] lanes);

    /** Eight products: of a row with four others that lie {@code length} apart, and of the next row. */
    void twoWithFour(double[] x, int row, int others, int length, int count, double[] lanes);

    /** One product, of two rows of float32 values. */
    void product(float[] x, int row, int other, int count, float[] lanes);

    /** Eight products as of doubles. */
    void twoWithFour(float[] x, int row, int others, int length, int count, float[] lanes);
}
