package io.github.residual4j.internal.kernel;

/** Plain loops in double, with a few independent sums so that additions need not wait for one another. */
final class ScalarKernels implements Kernels {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Kernels another() {
        return this; // it keeps nothing
    }

    @Override
    public double dot(float[] x, int xFrom, float[] y, int yFrom, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i <= length - 4; i += 4) {
            s0 += (double) x[xFrom + i] * y[yFrom + i];
            s1 += (double) x[xFrom + i + 1] * y[yFrom + i + 1];
            s2 += (double) x[xFrom + i + 2] * y[yFrom + i + 2];
            s3 += (double) x[xFrom + i + 3] * y[yFrom + i + 3];
        }
        for (; i < length; i++) {
            s0 += (double) x[xFrom + i] * y[yFrom + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void consecutive(float[][] x, int from, int rows, int width, double[] dot, double[] square, int stride) {
        for (int n = 0; n < x.length; n++) {
            for (int row = 0; row < rows; row++) {
                int to = n * stride + row;
                dotAndSquare(x[Math.max(0, n - 1)], x[n], from + row * width, width, dot, square, to);
            }
        }
    }

    /** Σ x·y and Σ y² of one row. */
    static void dotAndSquare(float[] x, float[] y, int at, int width, double[] dot, double[] squareOfY, int to) {
        double d0 = 0;
        double d1 = 0;
        double q0 = 0;
        double q1 = 0;
        int i = at;
        for (; i <= at + width - 2; i += 2) {
            d0 += (double) x[i] * y[i];
            q0 += (double) y[i] * y[i];
            d1 += (double) x[i + 1] * y[i + 1];
            q1 += (double) y[i + 1] * y[i + 1];
        }
        for (; i < at + width; i++) {
            d0 += (double) x[i] * y[i];
            q0 += (double) y[i] * y[i];
        }
        dot[to] = d0 + d1;
        squareOfY[to] = q0 + q1;
    }

    @Override
    public void updates(
            float[] pre, float[] mid, float[] post, int from, int rows, int width, UpdateSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            sums.preSquare[to + row] = 0;
            sums.attentionSquare[to + row] = 0;
            sums.preAttention[to + row] = 0;
            sums.mlpSquare[to + row] = 0;
            sums.preMlp[to + row] = 0;
            addUpdates(pre, mid, post, at, at + width, sums, to + row);
        }
    }

    /** Adds the values from {@code from} to {@code end} to the sums of one row. */
    static void addUpdates(float[] pre, float[] mid, float[] post, int from, int end, UpdateSums sums, int to) {
        double preSquare = 0;
        double attentionSquare = 0;
        double preAttention = 0;
        double mlpSquare = 0;
        double preMlp = 0;
        for (int i = from; i < end; i++) {
            double x = pre[i];
            double a = (double) mid[i] - pre[i];
            double m = (double) post[i] - mid[i];
            preSquare += x * x;
            attentionSquare += a * a;
            preAttention += x * a;
            mlpSquare += m * m;
            preMlp += x * m;
        }
        sums.preSquare[to] += preSquare;
        sums.attentionSquare[to] += attentionSquare;
        sums.preAttention[to] += preAttention;
        sums.mlpSquare[to] += mlpSquare;
        sums.preMlp[to] += preMlp;
    }

    @Override
    public void sums(float[] x, int from, int rows, int width, RowSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            double sum = 0;
            double square = 0;
            double abs = 0;
            for (int i = at; i < at + width; i++) {
                sum += x[i];
                square += (double) x[i] * x[i];
                abs += Math.abs(x[i]);
            }
            double mean = sum / width;
            double deviation = 0;
            for (int i = at; i < at + width; i++) {
                deviation += (x[i] - mean) * (x[i] - mean);
            }
            sums.sum[to + row] = sum;
            sums.square[to + row] = square;
            sums.abs[to + row] = abs;
            sums.deviation[to + row] = deviation;
            extremes(x, at, width, sums, to + row);
        }
    }

    /** The smallest and the largest value of one row. */
    static void extremes(float[] x, int at, int width, RowSums sums, int to) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + width; i++) {
            min = Math.min(min, x[i]);
            max = Math.max(max, x[i]);
        }
        sums.min[to] = min;
        sums.max[to] = max;
    }

    @Override
    public void addProducts(double[] x, int rows, int length, int first, int end, double[] sums) {
        for (int row = first; row < end; row++) {
            int other = 0;
            for (; other <= row - 3; other += 4) {
                addFour(x, length, row * length, other * length, sums, row * rows + other);
            }
            for (; other <= row; other++) {
                double sum = 0;
                for (int i = 0; i < length; i++) {
                    sum += x[row * length + i] * x[other * length + i];
                }
                sums[row * rows + other] += sum;
            }
        }
    }

    /** One row with four. */
    private static void addFour(double[] x, int length, int row, int others, double[] sums, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int i = 0; i < length; i++) {
            double v = x[row + i];
            s0 += v * x[others + i];
            s1 += v * x[others + length + i];
            s2 += v * x[others + 2 * length + i];
            s3 += v * x[others + 3 * length + i];
        }
        sums[to] += s0;
        sums[to + 1] += s1;
        sums[to + 2] += s2;
        sums[to + 3] += s3;
    }
}
