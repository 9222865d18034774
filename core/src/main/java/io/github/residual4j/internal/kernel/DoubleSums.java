package io.github.residual4j.internal.kernel;

/** Sums of one row in double, for rows whose sums leave float's range or meet NaN. */
final class DoubleSums {
    private DoubleSums() {}

    static double dot(float[] x, int xAt, float[] y, int yAt, int width) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += (double) x[xAt + i] * y[yAt + i];
        }
        return sum;
    }

    /** Σ x·y and Σ y². */
    static void dotAndSquare(float[] x, float[] y, int at, int width, double[] dot, double[] squareOfY, int to) {
        dot[to] = dot(x, at, y, at, width);
        squareOfY[to] = dot(y, at, y, at, width);
    }

    static void updates(float[] pre, float[] mid, float[] post, int at, int width, UpdateSums sums, int to) {
        double preSquare = 0;
        double attentionSquare = 0;
        double preAttention = 0;
        double mlpSquare = 0;
        double preMlp = 0;
        for (int i = at; i < at + width; i++) {
            double x = pre[i];
            double a = (double) mid[i] - pre[i];
            double m = (double) post[i] - mid[i];
            preSquare += x * x;
            attentionSquare += a * a;
            preAttention += x * a;
            mlpSquare += m * m;
            preMlp += x * m;
        }
        sums.preSquare[to] = preSquare;
        sums.attentionSquare[to] = attentionSquare;
        sums.preAttention[to] = preAttention;
        sums.mlpSquare[to] = mlpSquare;
        sums.preMlp[to] = preMlp;
    }

    static void sums(float[] x, int at, int width, RowSums sums, int to) {
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
        sums.sum[to] = sum;
        sums.square[to] = square;
        sums.abs[to] = abs;
        sums.deviation[to] = deviation;
        extremes(x, at, width, sums, to);
    }

    /** The smallest and the largest value of a row, or NaN if there is one. */
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
}
