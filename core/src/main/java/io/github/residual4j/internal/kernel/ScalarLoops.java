package io.github.residual4j.internal.kernel;

/** Plain loops: a few lanes at a time in variables, so that additions need not wait for one another. */
final class ScalarLoops implements Loops {
    private final ProductLoops products = new ScalarProductLoops();

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void dot(float[] x, int xAt, float[] y, int yAt, int count, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += 4) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            float m0 = 0;
            float m1 = 0;
            float m2 = 0;
            float m3 = 0;
            for (int i = lane; i < count; i += FLOATS) {
                float p0 = x[xAt + i] * y[yAt + i];
                float p1 = x[xAt + i + 1] * y[yAt + i + 1];
                float p2 = x[xAt + i + 2] * y[yAt + i + 2];
                float p3 = x[xAt + i + 3] * y[yAt + i + 3];
                s0 += p0;
                s1 += p1;
                s2 += p2;
                s3 += p3;
                m0 += Math.abs(p0);
                m1 += Math.abs(p1);
                m2 += Math.abs(p2);
                m3 += Math.abs(p3);
            }
            add(lanes, lane, s0, s1, s2, s3);
            add(lanes, FLOATS + lane, m0, m1, m2, m3);
        }
    }

    @Override
    public void two(float[] x, float[] y, int at, int count, float[] lanes) {
        two(x, y, at, count, lanes, 0);
    }

    @Override
    public void five(float[] x0, float[] x1, float[] x2, float[] x3, float[] x4, int at, int count, float[] lanes) {
        two(x0, x1, at, count, lanes, 0);
        two(x1, x2, at, count, lanes, 2 * FLOATS);
        two(x2, x3, at, count, lanes, 4 * FLOATS);
        two(x3, x4, at, count, lanes, 6 * FLOATS);
    }

    private static void two(float[] x, float[] y, int at, int count, float[] lanes, int to) {
        for (int lane = 0; lane < FLOATS; lane += 4) {
            float d0 = 0;
            float d1 = 0;
            float d2 = 0;
            float d3 = 0;
            float q0 = 0;
            float q1 = 0;
            float q2 = 0;
            float q3 = 0;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                float v0 = y[i];
                float v1 = y[i + 1];
                float v2 = y[i + 2];
                float v3 = y[i + 3];
                d0 += v0 * x[i];
                d1 += v1 * x[i + 1];
                d2 += v2 * x[i + 2];
                d3 += v3 * x[i + 3];
                q0 += v0 * v0;
                q1 += v1 * v1;
                q2 += v2 * v2;
                q3 += v3 * v3;
            }
            add(lanes, to + lane, d0, d1, d2, d3);
            add(lanes, to + FLOATS + lane, q0, q1, q2, q3);
        }
    }

    @Override
    public void updates(float[] pre, float[] mid, float[] post, int at, int count, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += 2) {
            float preSquare0 = 0;
            float preSquare1 = 0;
            float attentionSquare0 = 0;
            float attentionSquare1 = 0;
            float preAttention0 = 0;
            float preAttention1 = 0;
            float mlpSquare0 = 0;
            float mlpSquare1 = 0;
            float preMlp0 = 0;
            float preMlp1 = 0;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                float x0 = pre[i];
                float x1 = pre[i + 1];
                float a0 = mid[i] - x0;
                float a1 = mid[i + 1] - x1;
                float m0 = post[i] - mid[i];
                float m1 = post[i + 1] - mid[i + 1];
                preSquare0 += x0 * x0;
                preSquare1 += x1 * x1;
                attentionSquare0 += a0 * a0;
                attentionSquare1 += a1 * a1;
                preAttention0 += x0 * a0;
                preAttention1 += x1 * a1;
                mlpSquare0 += m0 * m0;
                mlpSquare1 += m1 * m1;
                preMlp0 += x0 * m0;
                preMlp1 += x1 * m1;
            }
            add(lanes, lane, preSquare0, preSquare1);
            add(lanes, FLOATS + lane, attentionSquare0, attentionSquare1);
            add(lanes, 2 * FLOATS + lane, preAttention0, preAttention1);
            add(lanes, 3 * FLOATS + lane, mlpSquare0, mlpSquare1);
            add(lanes, 4 * FLOATS + lane, preMlp0, preMlp1);
        }
    }

    @Override
    public void sums(float[] x, int at, int count, float[] lanes, int[] extremes) {
        for (int lane = 0; lane < FLOATS; lane += 4) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            float q0 = 0;
            float q1 = 0;
            float q2 = 0;
            float q3 = 0;
            float a0 = 0;
            float a1 = 0;
            float a2 = 0;
            float a3 = 0;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                float v0 = x[i];
                float v1 = x[i + 1];
                float v2 = x[i + 2];
                float v3 = x[i + 3];
                s0 += v0;
                s1 += v1;
                s2 += v2;
                s3 += v3;
                q0 += v0 * v0;
                q1 += v1 * v1;
                q2 += v2 * v2;
                q3 += v3 * v3;
                a0 += Math.abs(v0);
                a1 += Math.abs(v1);
                a2 += Math.abs(v2);
                a3 += Math.abs(v3);
            }
            add(lanes, lane, s0, s1, s2, s3);
            add(lanes, FLOATS + lane, q0, q1, q2, q3);
            add(lanes, 2 * FLOATS + lane, a0, a1, a2, a3);
        }
        Extremes.add(x, at, count, extremes);
    }

    @Override
    public void deviations(float[] x, int at, int count, float r, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += 4) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            float q0 = 0;
            float q1 = 0;
            float q2 = 0;
            float q3 = 0;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                float e0 = x[i] - r;
                float e1 = x[i + 1] - r;
                float e2 = x[i + 2] - r;
                float e3 = x[i + 3] - r;
                s0 += e0;
                s1 += e1;
                s2 += e2;
                s3 += e3;
                q0 += e0 * e0;
                q1 += e1 * e1;
                q2 += e2 * e2;
                q3 += e3 * e3;
            }
            add(lanes, lane, s0, s1, s2, s3);
            add(lanes, FLOATS + lane, q0, q1, q2, q3);
        }
    }

    private static void add(float[] lanes, int to, float v0, float v1) {
        lanes[to] += v0;
        lanes[to + 1] += v1;
    }

    private static void add(float[] lanes, int to, float v0, float v1, float v2, float v3) {
        add(lanes, to, v0, v1);
        add(lanes, to + 2, v2, v3);
    }

    @Override
    public void sumOfExponentials(float[] x, int at, int count, float max, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane++) {
            float sum = 0;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                sum += FloatExponential.of(x[i] - max);
            }
            lanes[lane] += sum;
        }
    }

    @Override
    public void exponentials(float[] x, int at, int count, float max, double[] e) {
        for (int i = at; i < at + count; i++) {
            e[i] = Exponential.of((double) x[i] - max);
        }
    }

    @Override
    public void weighted(double[] e, float[] x, int at, int count, float max, double[] lanes) {
        for (int lane = 0; lane < DOUBLES; lane++) {
            double sum = lanes[lane];
            double weighted = lanes[DOUBLES + lane];
            for (int i = at + lane; i < at + count; i += DOUBLES) {
                sum += e[i];
                weighted += e[i] * Math.max((double) x[i] - max, Exponential.LEAST);
            }
            lanes[lane] = sum;
            lanes[DOUBLES + lane] = weighted;
        }
    }

    @Override
    public void expectation(double[] p, float[] x, int at, int count, double[] lanes) {
        for (int i = 0; i < count; i++) {
            double share = p[at + i];
            lanes[i % DOUBLES] += share == 0 ? 0 : share * x[at + i];
        }
    }

    @Override
    public void addTo(float[] x, int at, int count, double[] sums) {
        for (int i = 0; i < count; i++) {
            sums[i] += x[at + i];
        }
    }

    @Override
    public void addSpread(float[] x, int at, int count, double[] mean, double[] squares, double[] magnitudes) {
        for (int i = 0; i < count; i++) {
            double value = x[at + i];
            double apart = value - mean[i];
            squares[i] += apart * apart;
            magnitudes[i] += Math.abs(value);
        }
    }

    @Override
    public void subtract(float[] x, int at, int count, double[] mean, float[] to, int toAt) {
        for (int i = 0; i < count; i++) {
            to[toAt + i] = (float) (x[at + i] - mean[i]);
        }
    }

    @Override
    public ProductLoops products() {
        return products;
    }
}
