package io.github.residual4j.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * SIMD loops: float lanes within a row, added up in double at its end. A row whose sums overflow, vanish into
 * subnormals or meet NaN is left to {@link ScalarKernels}.
 *
 * <p>Products and sums are separate instructions: a fused one is emulated, very slowly, where the processor has none,
 * and these loops wait for memory anyway.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
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
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector q0 = s0;
        FloatVector q1 = s0;
        int i = 0;
        for (; i <= length - 2 * LANES; i += 2 * LANES) {
            FloatVector p0 =
                    FloatVector.fromArray(SPECIES, x, xFrom + i).mul(FloatVector.fromArray(SPECIES, y, yFrom + i));
            FloatVector p1 = FloatVector.fromArray(SPECIES, x, xFrom + i + LANES)
                    .mul(FloatVector.fromArray(SPECIES, y, yFrom + i + LANES));
            s0 = s0.add(p0);
            s1 = s1.add(p1);
            q0 = q0.add(p0.abs());
            q1 = q1.add(p1.abs());
        }
        double dot = s0.add(s1).reduceLanes(VectorOperators.ADD);
        double magnitude = q0.add(q1).reduceLanes(VectorOperators.ADD);
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
            dotAndSquareOfRow(x, y, from + row * width, width, dot, squareOfY, to + row);
        }
    }

    private void dotAndSquareOfRow(float[] x, float[] y, int at, int width, double[] dot, double[] squareOfY, int to) {
        FloatVector d0 = FloatVector.zero(SPECIES);
        FloatVector d1 = d0;
        FloatVector q0 = d0;
        FloatVector q1 = d0;
        int end = at + width;
        int i = at;
        for (; i <= end - 2 * LANES; i += 2 * LANES) {
            FloatVector y0 = FloatVector.fromArray(SPECIES, y, i);
            FloatVector y1 = FloatVector.fromArray(SPECIES, y, i + LANES);
            d0 = d0.add(FloatVector.fromArray(SPECIES, x, i).mul(y0));
            d1 = d1.add(FloatVector.fromArray(SPECIES, x, i + LANES).mul(y1));
            q0 = q0.add(y0.mul(y0));
            q1 = q1.add(y1.mul(y1));
        }
        double d = d0.add(d1).reduceLanes(VectorOperators.ADD);
        double q = q0.add(q1).reduceLanes(VectorOperators.ADD);
        for (; i < end; i++) {
            d += (double) x[i] * y[i];
            q += (double) y[i] * y[i];
        }
        dot[to] = d;
        squareOfY[to] = q;
        if (!isSafe(q) || !Double.isFinite(d)) {
            scalar.dotAndSquare(x, y, at, 1, width, dot, squareOfY, to);
        }
    }

    @Override
    public void update(
            float[] x,
            float[] before,
            float[] after,
            int from,
            int rows,
            int width,
            double[] dot,
            double[] squareOfUpdate,
            int to) {
        for (int row = 0; row < rows; row++) {
            updateOfRow(x, before, after, from + row * width, width, dot, squareOfUpdate, to + row);
        }
    }

    private void updateOfRow(
            float[] x,
            float[] before,
            float[] after,
            int at,
            int width,
            double[] dot,
            double[] squareOfUpdate,
            int to) {
        FloatVector d0 = FloatVector.zero(SPECIES);
        FloatVector d1 = d0;
        FloatVector q0 = d0;
        FloatVector q1 = d0;
        int end = at + width;
        int i = at;
        for (; i <= end - 2 * LANES; i += 2 * LANES) {
            FloatVector u0 = FloatVector.fromArray(SPECIES, after, i).sub(FloatVector.fromArray(SPECIES, before, i));
            FloatVector u1 = FloatVector.fromArray(SPECIES, after, i + LANES)
                    .sub(FloatVector.fromArray(SPECIES, before, i + LANES));
            d0 = d0.add(FloatVector.fromArray(SPECIES, x, i).mul(u0));
            d1 = d1.add(FloatVector.fromArray(SPECIES, x, i + LANES).mul(u1));
            q0 = q0.add(u0.mul(u0));
            q1 = q1.add(u1.mul(u1));
        }
        double d = d0.add(d1).reduceLanes(VectorOperators.ADD);
        double q = q0.add(q1).reduceLanes(VectorOperators.ADD);
        for (; i < end; i++) {
            double u = (double) after[i] - before[i];
            d += x[i] * u;
            q += u * u;
        }
        dot[to] = d;
        squareOfUpdate[to] = q;
        if (!isSafe(q) || !Double.isFinite(d)) {
            scalar.update(x, before, after, at, 1, width, dot, squareOfUpdate, to);
        }
    }

    @Override
    public void sums(float[] x, int from, int rows, int width, RowSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            sumsOfRow(x, from + row * width, width, sums, to + row);
        }
    }

    private void sumsOfRow(float[] x, int at, int width, RowSums sums, int to) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector q0 = s0;
        FloatVector q1 = s0;
        FloatVector a0 = s0;
        FloatVector a1 = s0;
        FloatVector low = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
        FloatVector high = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int end = at + width;
        int i = at;
        for (; i <= end - 2 * LANES; i += 2 * LANES) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + LANES);
            s0 = s0.add(x0);
            s1 = s1.add(x1);
            q0 = q0.add(x0.mul(x0));
            q1 = q1.add(x1.mul(x1));
            a0 = a0.add(x0.abs());
            a1 = a1.add(x1.abs());
            low = low.min(x0).min(x1);
            high = high.max(x0).max(x1);
        }
        double sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
        double square = q0.add(q1).reduceLanes(VectorOperators.ADD);
        double abs = a0.add(a1).reduceLanes(VectorOperators.ADD);
        float min = low.reduceLanes(VectorOperators.MIN);
        float max = high.reduceLanes(VectorOperators.MAX);
        for (; i < end; i++) {
            sum += x[i];
            square += (double) x[i] * x[i];
            abs += Math.abs(x[i]);
            min = Math.min(min, x[i]);
            max = Math.max(max, x[i]);
        }
        sums.square[to] = square;
        sums.abs[to] = abs;
        sums.min[to] = min;
        sums.max[to] = max;
        deviationsOfRow(x, at, width, (float) (sum / width), sums, to);
        if (!isSafe(square) || !isSafe(sums.deviation[to])) {
            scalar.sums(x, at, 1, width, sums, to);
        }
    }

    /** Σx and Σ(x−m)² by way of deviations from r, a float near the mean m: Σx = nr + Σ(x−r), Σ(x−m)² = Σ(x−r)² − n(m−r)². */
    private static void deviationsOfRow(float[] x, int at, int width, float near, RowSums sums, int to) {
        FloatVector r = FloatVector.broadcast(SPECIES, near);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector q0 = s0;
        FloatVector q1 = s0;
        int end = at + width;
        int i = at;
        for (; i <= end - 2 * LANES; i += 2 * LANES) {
            FloatVector e0 = FloatVector.fromArray(SPECIES, x, i).sub(r);
            FloatVector e1 = FloatVector.fromArray(SPECIES, x, i + LANES).sub(r);
            s0 = s0.add(e0);
            s1 = s1.add(e1);
            q0 = q0.add(e0.mul(e0));
            q1 = q1.add(e1.mul(e1));
        }
        double sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
        double square = q0.add(q1).reduceLanes(VectorOperators.ADD);
        for (; i < end; i++) {
            double e = (double) x[i] - near;
            sum += e;
            square += e * e;
        }
        sums.sum[to] = (double) width * near + sum;
        sums.deviation[to] = Math.max(0, square - sum * sum / width);
    }

    private static boolean isSafe(double square) {
        return square > TINY && square < Double.POSITIVE_INFINITY;
    }
}
