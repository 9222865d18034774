package io.github.residual4j.internal.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * SIMD loops. A processor that takes fewer values at a time than there are lanes goes through a block several times,
 * each time for some of the lanes; a block stays in the first-level cache.
 *
 * <p>Loops are not unrolled by hand: on JDK 17 the compiler at times gives up on larger ones and allocates a vector for
 * every operation, and these wait for memory anyway. Sums stand as arguments, never before the dot: what a loop carries
 * round has no exact type for the compiler, which then depends on what it has observed. Products and sums are separate
 * instructions: a fused one gives other bits, and is emulated, very slowly, where the processor has none.
 */
final class VectorLoops implements Loops {
    private static final VectorSpecies<Float> SPECIES = species();
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final VectorSpecies<Double> DOUBLE_SPECIES = SPECIES.withLanes(double.class);
    private static final int WIDTH = SPECIES.length();
    private static final int DOUBLE_WIDTH = DOUBLE_SPECIES.length();
    private static final VectorSpecies<Float> HALF_SPECIES = // as many floats as there are doubles
            VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLE_SPECIES.vectorBitSize() / 2));

    private final ProductLoops products = new VectorProductLoops();

    private static VectorSpecies<Float> species() {
        VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
        return preferred.length() > FLOATS ? FloatVector.SPECIES_512 : preferred;
    }

    /** How many floats one instruction takes here. */
    static int width() {
        return WIDTH;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void dot(float[] x, int xAt, float[] y, int yAt, int count, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += WIDTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector size = sum;
            for (int i = lane; i < count; i += FLOATS) {
                FloatVector product =
                        FloatVector.fromArray(SPECIES, x, xAt + i).mul(FloatVector.fromArray(SPECIES, y, yAt + i));
                sum = product.add(sum);
                size = product.abs().add(size);
            }
            add(sum, lanes, lane);
            add(size, lanes, FLOATS + lane);
        }
    }

    @Override
    public void two(float[] x, float[] y, int at, int count, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += WIDTH) {
            FloatVector xy = FloatVector.zero(SPECIES);
            FloatVector yy = xy;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                FloatVector v = FloatVector.fromArray(SPECIES, y, i);
                xy = v.mul(FloatVector.fromArray(SPECIES, x, i)).add(xy);
                yy = v.mul(v).add(yy);
            }
            add(xy, lanes, lane);
            add(yy, lanes, FLOATS + lane);
        }
    }

    @Override
    public void five(float[] x0, float[] x1, float[] x2, float[] x3, float[] x4, int at, int count, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += WIDTH) {
            FloatVector d1 = FloatVector.zero(SPECIES);
            FloatVector q1 = d1;
            FloatVector d2 = d1;
            FloatVector q2 = d1;
            FloatVector d3 = d1;
            FloatVector q3 = d1;
            FloatVector d4 = d1;
            FloatVector q4 = d1;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                FloatVector v1 = FloatVector.fromArray(SPECIES, x1, i);
                FloatVector v2 = FloatVector.fromArray(SPECIES, x2, i);
                FloatVector v3 = FloatVector.fromArray(SPECIES, x3, i);
                FloatVector v4 = FloatVector.fromArray(SPECIES, x4, i);
                d1 = v1.mul(FloatVector.fromArray(SPECIES, x0, i)).add(d1);
                q1 = v1.mul(v1).add(q1);
                d2 = v1.mul(v2).add(d2);
                q2 = v2.mul(v2).add(q2);
                d3 = v2.mul(v3).add(d3);
                q3 = v3.mul(v3).add(q3);
                d4 = v3.mul(v4).add(d4);
                q4 = v4.mul(v4).add(q4);
            }
            add(d1, lanes, lane);
            add(q1, lanes, FLOATS + lane);
            add(d2, lanes, 2 * FLOATS + lane);
            add(q2, lanes, 3 * FLOATS + lane);
            add(d3, lanes, 4 * FLOATS + lane);
            add(q3, lanes, 5 * FLOATS + lane);
            add(d4, lanes, 6 * FLOATS + lane);
            add(q4, lanes, 7 * FLOATS + lane);
        }
    }

    @Override
    public void updates(float[] pre, float[] mid, float[] post, int at, int count, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += WIDTH) {
            FloatVector preSquare = FloatVector.zero(SPECIES);
            FloatVector attentionSquare = preSquare;
            FloatVector preAttention = preSquare;
            FloatVector mlpSquare = preSquare;
            FloatVector preMlp = preSquare;
            for (int i = at + lane; i < at + count; i += FLOATS) {
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
            add(preSquare, lanes, lane);
            add(attentionSquare, lanes, FLOATS + lane);
            add(preAttention, lanes, 2 * FLOATS + lane);
            add(mlpSquare, lanes, 3 * FLOATS + lane);
            add(preMlp, lanes, 4 * FLOATS + lane);
        }
    }

    @Override
    public void sums(float[] x, int at, int count, float[] lanes, int[] extremes) {
        for (int lane = 0; lane < FLOATS; lane += WIDTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector square = sum;
            FloatVector abs = sum;
            IntVector sign = IntVector.broadcast(INTS, Integer.MIN_VALUE);
            IntVector high = sign;
            IntVector low = sign;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, i);
                sum = v.add(sum);
                square = v.mul(v).add(square);
                abs = v.abs().add(abs);
                IntVector bits = v.reinterpretAsInts();
                high = bits.max(high);
                low = bits.lanewise(VectorOperators.XOR, sign).max(low);
            }
            add(sum, lanes, lane);
            add(square, lanes, FLOATS + lane);
            add(abs, lanes, 2 * FLOATS + lane);
            extremes[0] = Math.max(extremes[0], high.reduceLanes(VectorOperators.MAX));
            extremes[1] = Math.max(extremes[1], low.reduceLanes(VectorOperators.MAX));
        }
    }

    @Override
    public void deviations(float[] x, int at, int count, float r, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += WIDTH) {
            FloatVector near = FloatVector.broadcast(SPECIES, r);
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector square = sum;
            for (int i = at + lane; i < at + count; i += FLOATS) {
                FloatVector e = FloatVector.fromArray(SPECIES, x, i).sub(near);
                sum = e.add(sum);
                square = e.mul(e).add(square);
            }
            add(sum, lanes, lane);
            add(square, lanes, FLOATS + lane);
        }
    }

    /** Adds to what the lanes hold. */
    private static void add(FloatVector sum, float[] lanes, int to) {
        FloatVector.fromArray(SPECIES, lanes, to).add(sum).intoArray(lanes, to);
    }

    @Override
    public void sumOfExponentials(float[] x, int at, int count, float max, float[] lanes) {
        for (int lane = 0; lane < FLOATS; lane += WIDTH) {
            FloatVector total = FloatVector.zero(SPECIES);
            for (int i = at + lane; i < at + count; i += FLOATS) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, i).sub(max).max(FloatExponential.LEAST);
                FloatVector shifted = v.mul(FloatExponential.BY_LN_2).add(FloatExponential.ROUNDING);
                FloatVector n = shifted.sub(FloatExponential.ROUNDING);
                FloatVector r = v.sub(n.mul(FloatExponential.LN_2_HIGH)).sub(n.mul(FloatExponential.LN_2_LOW));
                FloatVector sum = r.mul(FloatExponential.TERM_7).add(FloatExponential.TERM_6);
                sum = sum.mul(r).add(FloatExponential.TERM_5);
                sum = sum.mul(r).add(FloatExponential.TERM_4);
                sum = sum.mul(r).add(FloatExponential.TERM_3);
                sum = sum.mul(r).add(FloatExponential.TERM_2);
                sum = sum.mul(r).add(1);
                sum = sum.mul(r).add(1);
                IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
                total = sum.reinterpretAsInts()
                        .add(exponent)
                        .reinterpretAsFloats()
                        .add(total);
            }
            add(total, lanes, lane);
        }
    }

    @Override
    public void exponentials(float[] x, int at, int count, float max, double[] e) {
        for (int lane = 0; lane < DOUBLES; lane += DOUBLE_WIDTH) {
            for (int i = at + lane; i < at + count; i += DOUBLES) {
                DoubleVector v = doubles(x, i).sub(max).max(Exponential.LEAST);
                DoubleVector shifted = v.mul(Exponential.BY_LN_2).add(Exponential.ROUNDING);
                DoubleVector n = shifted.sub(Exponential.ROUNDING);
                DoubleVector r = v.sub(n.mul(Exponential.LN_2_HIGH)).sub(n.mul(Exponential.LN_2_LOW));
                DoubleVector rr = r.mul(r);
                DoubleVector even = rr.mul(Exponential.TERM_12).add(Exponential.TERM_10);
                even = even.mul(rr).add(Exponential.TERM_8);
                even = even.mul(rr).add(Exponential.TERM_6);
                even = even.mul(rr).add(Exponential.TERM_4);
                even = even.mul(rr).add(Exponential.TERM_2);
                even = even.mul(rr).add(1);
                DoubleVector odd = rr.mul(Exponential.TERM_11).add(Exponential.TERM_9);
                odd = odd.mul(rr).add(Exponential.TERM_7);
                odd = odd.mul(rr).add(Exponential.TERM_5);
                odd = odd.mul(rr).add(Exponential.TERM_3);
                odd = odd.mul(rr).add(1);
                DoubleVector sum = odd.mul(r).add(even);
                LongVector exponent = shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
                sum.reinterpretAsLongs()
                        .add(exponent)
                        .reinterpretAsDoubles()
                        .sub(Exponential.LEAST_RESULT)
                        .intoArray(e, i);
            }
        }
    }

    @Override
    public void weighted(double[] e, float[] x, int at, int count, float max, double[] lanes) {
        for (int lane = 0; lane < DOUBLES; lane += DOUBLE_WIDTH) {
            DoubleVector sum = DoubleVector.fromArray(DOUBLE_SPECIES, lanes, lane);
            DoubleVector weighted = DoubleVector.fromArray(DOUBLE_SPECIES, lanes, DOUBLES + lane);
            for (int i = at + lane; i < at + count; i += DOUBLES) {
                DoubleVector share = DoubleVector.fromArray(DOUBLE_SPECIES, e, i);
                sum = share.add(sum);
                weighted =
                        doubles(x, i).sub(max).max(Exponential.LEAST).mul(share).add(weighted);
            }
            sum.intoArray(lanes, lane);
            weighted.intoArray(lanes, DOUBLES + lane);
        }
    }

    private static DoubleVector doubles(float[] x, int at) {
        // castShape would give the same, six times later
        return (DoubleVector)
                FloatVector.fromArray(HALF_SPECIES, x, at).convertShape(VectorOperators.F2D, DOUBLE_SPECIES, 0);
    }

    @Override
    public void expectation(double[] p, float[] x, int at, int count, double[] lanes) {
        for (int lane = 0; lane < DOUBLES; lane += DOUBLE_WIDTH) {
            DoubleVector sum = DoubleVector.fromArray(DOUBLE_SPECIES, lanes, lane);
            for (int i = at + lane; i < at + count; i += DOUBLES) {
                DoubleVector share = DoubleVector.fromArray(DOUBLE_SPECIES, p, i);
                sum = share.mul(doubles(x, i))
                        .blend(0, share.compare(VectorOperators.EQ, 0))
                        .add(sum);
            }
            sum.intoArray(lanes, lane);
        }
    }

    @Override
    public void addTo(float[] x, int at, int count, double[] sums) {
        for (int i = 0; i < count; i += DOUBLE_WIDTH) {
            doubles(x, at + i)
                    .add(DoubleVector.fromArray(DOUBLE_SPECIES, sums, i))
                    .intoArray(sums, i);
        }
    }

    @Override
    public void addSpread(float[] x, int at, int count, double[] mean, double[] squares, double[] magnitudes) {
        for (int i = 0; i < count; i += DOUBLE_WIDTH) {
            DoubleVector value = doubles(x, at + i);
            DoubleVector apart = value.sub(DoubleVector.fromArray(DOUBLE_SPECIES, mean, i));
            apart.mul(apart)
                    .add(DoubleVector.fromArray(DOUBLE_SPECIES, squares, i))
                    .intoArray(squares, i);
            value.abs()
                    .add(DoubleVector.fromArray(DOUBLE_SPECIES, magnitudes, i))
                    .intoArray(magnitudes, i);
        }
    }

    @Override
    public void subtract(float[] x, int at, int count, double[] mean, float[] to, int toAt) {
        for (int i = 0; i < count; i += DOUBLE_WIDTH) {
            DoubleVector apart = doubles(x, at + i).sub(DoubleVector.fromArray(DOUBLE_SPECIES, mean, i));
            ((FloatVector) apart.convertShape(VectorOperators.D2F, HALF_SPECIES, 0)).intoArray(to, toAt + i);
        }
    }

    @Override
    public ProductLoops products() {
        return products;
    }
}
