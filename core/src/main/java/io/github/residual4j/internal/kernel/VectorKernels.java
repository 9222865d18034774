package io.github.residual4j.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * SIMD loops: float lanes within a row, added up in double at its end. A row whose sums overflow, vanish into
 * subnormals or meet NaN is left to {@link ScalarKernels}.
 *
 * <p>Loops are short and not unrolled by hand: on JDK 17 the compiler at times gives up on larger ones and allocates a
 * vector for every operation, and these wait for memory anyway. Sums stand as arguments, never before the dot: what a
 * loop carries round has no exact type for the compiler, which then depends on what it has observed. Products and sums are separate instructions, since a
 * fused one is emulated, very slowly, where the processor has none.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final int LANES = SPECIES.length();

    /** Below it, squares that a float cannot hold precisely might matter to a sum. */
    private static final double TINY = 1e-30;

    private final ScalarKernels scalar = new ScalarKernels();

    /** How many floats one instruction takes here. */
    static int lanes() {
        return LANES;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public double dot(float[] x, int xFrom, float[] y, int yFrom, int length) {
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector size = sum;
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector product =
                    FloatVector.fromArray(SPECIES, x, xFrom + i).mul(FloatVector.fromArray(SPECIES, y, yFrom + i));
            sum = product.add(sum);
            size = product.abs().add(size);
        }
        double dot = sum.reduceLanes(VectorOperators.ADD);
        double magnitude = size.reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            double product = (double) x[xFrom + i] * y[yFrom + i];
            dot += product;
            magnitude += Math.abs(product);
        }
        return isSafe(magnitude) ? dot : scalar.dot(x, xFrom, y, yFrom, length);
    }

    @Override
    public void dotAndSquare(
            float[] x, float[] y, int from, int rows, int width, double[] dot, double[] squareOfY, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            dotAndSquareOfRow(x, y, at, width, dot, squareOfY, to + row);
            if (!isSafe(squareOfY[to + row]) || !Double.isFinite(dot[to + row])) {
                scalar.dotAndSquare(x, y, at, 1, width, dot, squareOfY, to + row);
            }
        }
    }

    private static void dotAndSquareOfRow(
            float[] x, float[] y, int at, int width, double[] dot, double[] squareOfY, int to) {
        FloatVector dots = FloatVector.zero(SPECIES);
        FloatVector squares = dots;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, y, i);
            dots = v.mul(FloatVector.fromArray(SPECIES, x, i)).add(dots);
            squares = v.mul(v).add(squares);
        }
        double d = dots.reduceLanes(VectorOperators.ADD);
        double q = squares.reduceLanes(VectorOperators.ADD);
        for (; i < end; i++) {
            d += (double) x[i] * y[i];
            q += (double) y[i] * y[i];
        }
        dot[to] = d;
        squareOfY[to] = q;
    }

    @Override
    public void twoDotsAndSquares(
            float[] x,
            float[] y,
            float[] z,
            int from,
            int rows,
            int width,
            double[][] dots,
            double[][] squares,
            int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            int place = to + row;
            twoOfRow(x, y, z, at, width, dots, squares, place);
            boolean safe = isSafe(squares[0][place])
                    && isSafe(squares[1][place])
                    && Double.isFinite(dots[0][place] + dots[1][place]);
            if (!safe) {
                scalar.twoDotsAndSquares(x, y, z, at, 1, width, dots, squares, place);
            }
        }
    }

    private static void twoOfRow(
            float[] x, float[] y, float[] z, int at, int width, double[][] dots, double[][] squares, int to) {
        FloatVector xy = FloatVector.zero(SPECIES);
        FloatVector yy = xy;
        FloatVector yz = xy;
        FloatVector zz = xy;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, y, i);
            FloatVector w = FloatVector.fromArray(SPECIES, z, i);
            xy = v.mul(FloatVector.fromArray(SPECIES, x, i)).add(xy);
            yy = v.mul(v).add(yy);
            yz = v.mul(w).add(yz);
            zz = w.mul(w).add(zz);
        }
        dots[0][to] = xy.reduceLanes(VectorOperators.ADD);
        squares[0][to] = yy.reduceLanes(VectorOperators.ADD);
        dots[1][to] = yz.reduceLanes(VectorOperators.ADD);
        squares[1][to] = zz.reduceLanes(VectorOperators.ADD);
        for (; i < end; i++) {
            dots[0][to] += (double) x[i] * y[i];
            squares[0][to] += (double) y[i] * y[i];
            dots[1][to] += (double) y[i] * z[i];
            squares[1][to] += (double) z[i] * z[i];
        }
    }

    @Override
    public void updates(
            float[] pre, float[] mid, float[] post, int from, int rows, int width, UpdateSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            int place = to + row;
            updatesOfRow(pre, mid, post, at, width, sums, place);
            boolean safe = isSafe(sums.preSquare[place])
                    && isSafe(sums.attentionSquare[place])
                    && isSafe(sums.mlpSquare[place])
                    && Double.isFinite(sums.preAttention[place] + sums.preMlp[place]);
            if (!safe) {
                scalar.updates(pre, mid, post, at, 1, width, sums, place);
            }
        }
    }

    private static void updatesOfRow(
            float[] pre, float[] mid, float[] post, int at, int width, UpdateSums sums, int to) {
        FloatVector preSquare = FloatVector.zero(SPECIES);
        FloatVector attentionSquare = preSquare;
        FloatVector preAttention = preSquare;
        FloatVector mlpSquare = preSquare;
        FloatVector preMlp = preSquare;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, pre, i);
            FloatVector y = FloatVector.fromArray(SPECIES, mid, i);
            FloatVector a = y.sub(x);
            FloatVector m = FloatVector.fromArray(SPECIES, post, i).sub(y);
            preSquare = x.mul(x).add(preSquare);
            attentionSquare = a.mul(a).add(attentionSquare);
            preAttention = x.mul(a).add(preAttention);
            mlpSquare = m.mul(m).add(mlpSquare);
            preMlp = x.mul(m).add(preMlp);
        }
        sums.preSquare[to] = preSquare.reduceLanes(VectorOperators.ADD);
        sums.attentionSquare[to] = attentionSquare.reduceLanes(VectorOperators.ADD);
        sums.preAttention[to] = preAttention.reduceLanes(VectorOperators.ADD);
        sums.mlpSquare[to] = mlpSquare.reduceLanes(VectorOperators.ADD);
        sums.preMlp[to] = preMlp.reduceLanes(VectorOperators.ADD);
        ScalarKernels.addUpdates(pre, mid, post, i, end, sums, to);
    }

    @Override
    public void sums(float[] x, int from, int rows, int width, RowSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            int place = to + row;
            sumsOfRow(x, at, width, sums, place);
            double square = sums.square[place];
            double ofMean = sums.sum[place] * sums.sum[place] / width;
            if (!isSafe(square)) {
                scalar.sums(x, at, 1, width, sums, place);
            } else if (ofMean > square / 4) {
                deviationsOfRow(x, at, width, (float) (sums.sum[place] / width), sums, place);
                if (!isSafe(sums.deviation[place])) {
                    scalar.sums(x, at, 1, width, sums, place);
                }
            } else {
                sums.deviation[place] = square - ofMean; // little cancels where the mean is small
            }
        }
    }

    /**
     * All but deviations. Extremes are found as integers, for which they take one instruction where those of floats take
     * several: with its lower bits flipped where it is negative, a float's pattern is ordered as the float is.
     */
    private static void sumsOfRow(float[] x, int at, int width, RowSums sums, int to) {
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector square = sum;
        FloatVector abs = sum;
        IntVector low = IntVector.broadcast(INTS, Integer.MAX_VALUE);
        IntVector high = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            sum = v.add(sum);
            square = v.mul(v).add(square);
            abs = v.abs().add(abs);
            IntVector bits = v.reinterpretAsInts();
            IntVector signs = bits.lanewise(VectorOperators.ASHR, 31);
            IntVector ordered = bits.lanewise(VectorOperators.XOR, signs.lanewise(VectorOperators.LSHR, 1));
            low = ordered.min(low);
            high = ordered.max(high);
        }
        double s = sum.reduceLanes(VectorOperators.ADD);
        double q = square.reduceLanes(VectorOperators.ADD);
        double a = abs.reduceLanes(VectorOperators.ADD);
        int min = low.reduceLanes(VectorOperators.MIN);
        int max = high.reduceLanes(VectorOperators.MAX);
        for (; i < end; i++) {
            s += x[i];
            q += (double) x[i] * x[i];
            a += Math.abs(x[i]);
            min = Math.min(min, ordered(Float.floatToRawIntBits(x[i])));
            max = Math.max(max, ordered(Float.floatToRawIntBits(x[i])));
        }
        sums.sum[to] = s;
        sums.square[to] = q;
        sums.abs[to] = a;
        sums.min[to] = Float.intBitsToFloat(ordered(min));
        sums.max[to] = Float.intBitsToFloat(ordered(max));
    }

    /** Between a float's pattern and the integer that is ordered as the float; its own inverse. */
    private static int ordered(int bits) {
        return bits ^ (bits >> 31) >>> 1;
    }

    /**
     * Σx and Σ(x−m)² by way of deviations from r, a float near the mean m: Σx = nr + Σ(x−r), Σ(x−m)² = Σ(x−r)² −
     * n(m−r)².
     */
    private static void deviationsOfRow(float[] x, int at, int width, float near, RowSums sums, int to) {
        FloatVector r = FloatVector.broadcast(SPECIES, near);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector square = sum;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector e = FloatVector.fromArray(SPECIES, x, i).sub(r);
            sum = e.add(sum);
            square = e.mul(e).add(square);
        }
        double s = sum.reduceLanes(VectorOperators.ADD);
        double q = square.reduceLanes(VectorOperators.ADD);
        for (; i < end; i++) {
            double e = (double) x[i] - near;
            s += e;
            q += e * e;
        }
        sums.sum[to] = (double) width * near + s;
        sums.deviation[to] = Math.max(0, q - s * s / width);
    }

    private static boolean isSafe(double square) {
        return square > TINY && square < Double.POSITIVE_INFINITY;
    }
}
