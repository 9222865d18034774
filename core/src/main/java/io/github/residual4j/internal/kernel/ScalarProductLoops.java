package io.github.residual4j.internal.kernel;

/** Plain loops of products, under the rules of {@link ScalarLoops}. */
final class ScalarProductLoops implements ProductLoops {
    @Override
    public void product(double[] x, int row, int other, int count, double[] lanes) {
        for (int lane = 0; lane < LANES; lane += 4) {
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            for (int i = lane; i < count; i += LANES) {
                s0 += x[row + i] * x[other + i];
                s1 += x[row + i + 1] * x[other + i + 1];
                s2 += x[row + i + 2] * x[other + i + 2];
                s3 += x[row + i + 3] * x[other + i + 3];
            }
            lanes[lane] = s0;
            lanes[lane + 1] = s1;
            lanes[lane + 2] = s2;
            lanes[lane + 3] = s3;
        }
    }

    @Override
    public void twoWithFour(double[] x, int row, int others, int length, int count, double[] lanes) {
        oneWithFour(x, row, others, length, count, lanes, 0);
        oneWithFour(x, row + length, others, length, count, lanes, 4 * LANES);
    }

    private static void oneWithFour(double[] x, int row, int others, int length, int count, double[] lanes, int to) {
        for (int lane = 0; lane < LANES; lane += 2) {
            double a0 = 0;
            double a1 = 0;
            double b0 = 0;
            double b1 = 0;
            double c0 = 0;
            double c1 = 0;
            double d0 = 0;
            double d1 = 0;
            for (int i = lane; i < count; i += LANES) {
                double v0 = x[row + i];
                double v1 = x[row + i + 1];
                int other = others + i;
                a0 += v0 * x[other];
                a1 += v1 * x[other + 1];
                b0 += v0 * x[other + length];
                b1 += v1 * x[other + length + 1];
                c0 += v0 * x[other + 2 * length];
                c1 += v1 * x[other + 2 * length + 1];
                d0 += v0 * x[other + 3 * length];
                d1 += v1 * x[other + 3 * length + 1];
            }
            put(lanes, to + lane, a0, a1);
            put(lanes, to + LANES + lane, b0, b1);
            put(lanes, to + 2 * LANES + lane, c0, c1);
            put(lanes, to + 3 * LANES + lane, d0, d1);
        }
    }

    private static void put(double[] lanes, int to, double v0, double v1) {
        lanes[to] = v0;
        lanes[to + 1] = v1;
    }

    @Override
    public void product(float[] x, int row, int other, int count, float[] lanes) {
        for (int lane = 0; lane < LANES; lane += 4) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            for (int i = lane; i < count; i += LANES) {
                s0 += x[row + i] * x[other + i];
                s1 += x[row + i + 1] * x[other + i + 1];
                s2 += x[row + i + 2] * x[other + i + 2];
                s3 += x[row + i + 3] * x[other + i + 3];
            }
            lanes[lane] = s0;
            lanes[lane + 1] = s1;
            lanes[lane + 2] = s2;
            lanes[lane + 3] = s3;
        }
    }

    @Override
    public void twoWithFour(float[] x, int row, int others, int length, int count, float[] lanes) {
        oneWithFour(x, row, others, length, count, lanes, 0);
        oneWithFour(x, row + length, others, length, count, lanes, 4 * LANES);
    }

    private static void oneWithFour(float[] x, int row, int others, int length, int count, float[] lanes, int to) {
        for (int lane = 0; lane < LANES; lane += 2) {
            float a0 = 0;
            float a1 = 0;
            float b0 = 0;
            float b1 = 0;
            float c0 = 0;
            float c1 = 0;
            float d0 = 0;
            float d1 = 0;
            for (int i = lane; i < count; i += LANES) {
                float v0 = x[row + i];
                float v1 = x[row + i + 1];
                int other = others + i;
                a0 += v0 * x[other];
                a1 += v1 * x[other + 1];
                b0 += v0 * x[other + length];
                b1 += v1 * x[other + length + 1];
                c0 += v0 * x[other + 2 * length];
                c1 += v1 * x[other + 2 * length + 1];
                d0 += v0 * x[other + 3 * length];
                d1 += v1 * x[other + 3 * length + 1];
            }
            put(lanes, to + lane, a0, a1);
            put(lanes, to + LANES + lane, b0, b1);
            put(lanes, to + 2 * LANES + lane, c0, c1);
            put(lanes, to + 3 * LANES + lane, d0, d1);
        }
    }

    private static void put(float[] lanes, int to, float v0, float v1) {
        lanes[to] = v0;
        lanes[to + 1] = v1;
    }
}
