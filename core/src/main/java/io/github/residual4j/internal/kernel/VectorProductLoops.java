package io.github.residual4j.internal.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** SIMD loops of products, under the rules of {@link VectorLoops}. */
final class VectorProductLoops implements ProductLoops {
    private static final VectorSpecies<Double> DOUBLES =
            atMost(DoubleVector.SPECIES_PREFERRED, DoubleVector.SPECIES_512);
    private static final VectorSpecies<Float> FLOATS = atMost(FloatVector.SPECIES_PREFERRED, FloatVector.SPECIES_256);

    private static <E> VectorSpecies<E> atMost(VectorSpecies<E> preferred, VectorSpecies<E> largest) {
        return preferred.length() > LANES ? largest : preferred;
    }

    @Override
    public void product(double[] x, int row, int other, int count, double[] lanes) {
        for (int lane = 0; lane < LANES; lane += DOUBLES.length()) {
            DoubleVector sum = DoubleVector.zero(DOUBLES);
            for (int i = lane; i < count; i += LANES) {
                sum = DoubleVector.fromArray(DOUBLES, x, row + i)
                        .mul(DoubleVector.fromArray(DOUBLES, x, other + i))
                        .add(sum);
            }
            sum.intoArray(lanes, lane);
        }
    }

    @Override
    public void twoWithFour(double[] x, int row, int others, int length, int count, double[] lanes) {
        for (int lane = 0; lane < LANES; lane += DOUBLES.length()) {
            DoubleVector a0 = DoubleVector.zero(DOUBLES);
            DoubleVector a1 = a0;
            DoubleVector a2 = a0;
            DoubleVector a3 = a0;
            DoubleVector b0 = a0;
            DoubleVector b1 = a0;
            DoubleVector b2 = a0;
            DoubleVector b3 = a0;
            for (int i = lane; i < count; i += LANES) {
                DoubleVector a = DoubleVector.fromArray(DOUBLES, x, row + i);
                DoubleVector b = DoubleVector.fromArray(DOUBLES, x, row + length + i);
                DoubleVector v0 = DoubleVector.fromArray(DOUBLES, x, others + i);
                DoubleVector v1 = DoubleVector.fromArray(DOUBLES, x, others + length + i);
                DoubleVector v2 = DoubleVector.fromArray(DOUBLES, x, others + 2 * length + i);
                DoubleVector v3 = DoubleVector.fromArray(DOUBLES, x, others + 3 * length + i);
                a0 = a.mul(v0).add(a0);
                a1 = a.mul(v1).add(a1);
                a2 = a.mul(v2).add(a2);
                a3 = a.mul(v3).add(a3);
                b0 = b.mul(v0).add(b0);
                b1 = b.mul(v1).add(b1);
                b2 = b.mul(v2).add(b2);
                b3 = b.mul(v3).add(b3);
            }
            a0.intoArray(lanes, lane);
            a1.intoArray(lanes, LANES + lane);
            a2.intoArray(lanes, 2 * LANES + lane);
            a3.intoArray(lanes, 3 * LANES + lane);
            b0.intoArray(lanes, 4 * LANES + lane);
            b1.intoArray(lanes, 5 * LANES + lane);
            b2.intoArray(lanes, 6 * LANES + lane);
            b3.intoArray(lanes, 7 * LANES + lane);
        }
    }

    @Override
    public void product(float[] x, int row, int other, int count, float[] lanes) {
        for (int lane = 0; lane < LANES; lane += FLOATS.length()) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = lane; i < count; i += LANES) {
                sum = FloatVector.fromArray(FLOATS, x, row + i)
                        .mul(FloatVector.fromArray(FLOATS, x, other + i))
                        .add(sum);
            }
            sum.intoArray(lanes, lane);
        }
    }

    @Override
    public void twoWithFour(float[] x, int row, int others, int length, int count, float[] lanes) {
        for (int lane = 0; lane < LANES; lane += FLOATS.length()) {
            FloatVector a0 = FloatVector.zero(FLOATS);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            FloatVector b0 = a0;
            FloatVector b1 = a0;
            FloatVector b2 = a0;
            FloatVector b3 = a0;
            for (int i = lane; i < count; i += LANES) {
                FloatVector a = FloatVector.fromArray(FLOATS, x, row + i);
                FloatVector b = FloatVector.fromArray(FLOATS, x, row + length + i);
                FloatVector v0 = FloatVector.fromArray(FLOATS, x, others + i);
                FloatVector v1 = FloatVector.fromArray(FLOATS, x, others + length + i);
                FloatVector v2 = FloatVector.fromArray(FLOATS, x, others + 2 * length + i);
                FloatVector v3 = FloatVector.fromArray(FLOATS, x, others + 3 * length + i);
                a0 = a.mul(v0).add(a0);
                a1 = a.mul(v1).add(a1);
                a2 = a.mul(v2).add(a2);
                a3 = a.mul(v3).add(a3);
                b0 = b.mul(v0).add(b0);
                b1 = b.mul(v1).add(b1);
                b2 = b.mul(v2).add(b2);
                b3 = b.mul(v3).add(b3);
            }
            a0.intoArray(lanes, lane);
            a1.intoArray(lanes, LANES + lane);
            a2.intoArray(lanes, 2 * LANES + lane);
            a3.intoArray(lanes, 3 * LANES + lane);
            b0.intoArray(lanes, 4 * LANES + lane);
            b1.intoArray(lanes, 5 * LANES + lane);
            b2.intoArray(lanes, 6 * LANES + lane);
            b3.intoArray(lanes, 7 * LANES + lane);
        }
    }
}
