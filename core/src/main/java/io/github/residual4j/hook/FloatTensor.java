package io.github.residual4j.hook;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** An immutable array of float32 values of any shape, stored row by row (the last index runs fastest). */
public final class FloatTensor {
    private final int[] shape;
    private final int size;
    private final float[] values; // this tensor's, or those of one that it is a slice of
    private final int first; // where its own begin

    private FloatTensor(float[] values, int first, int size, int[] shape) {
        this.values = values;
        this.first = first;
        this.size = size;
        this.shape = shape;
    }

    private FloatTensor(float[] values, int[] shape) {
        this(values, 0, values.length, shape);
    }

    /**
     * Copies values into a tensor.
     *
     * @param values the values row by row
     * @param shape the length of each axis; no axis (a single value) is allowed
     * @return the tensor
     * @throws BadRequestException if the number of values is not the product of the shape
     */
    public static FloatTensor of(float[] values, int... shape) {
        BadRequestException.requireGiven(values, "array of values");
        return of(FloatBuffer.wrap(values), shape);
    }

    /**
     * {@return a tensor whose values are written in place, so that parts from several places are copied only once}
     *
     * @param fill writes all values, row by row; it must not keep the buffer it is given
     * @param shape the length of each axis; no axis (a single value) is allowed
     * @throws BadRequestException if the shape holds more values than an array can, or not all were written
     */
    public static FloatTensor filled(Consumer<FloatBuffer> fill, int... shape) {
        BadRequestException.requireGiven(fill, "filling");
        long size = size(shape);
        if (size > Integer.MAX_VALUE - 8) {
            throw new BadRequestException(
                    "The shape " + Arrays.toString(shape) + " holds " + size + " values, more than an array can.");
        }
        float[] values = new float[(int) size];
        FloatBuffer buffer = FloatBuffer.wrap(values);
        fill.accept(buffer);
        if (buffer.hasRemaining()) {
            throw new BadRequestException("The shape " + Arrays.toString(shape) + " takes " + Counted.of(size, "value")
                    + ", not " + buffer.position() + ".");
        }
        return new FloatTensor(values, shape.clone());
    }

    /**
     * Copies the remaining values of a buffer, whose position stays where it is.
     *
     * @param values the values row by row
     * @param shape the length of each axis; no axis (a single value) is allowed
     * @return the tensor
     * @throws BadRequestException if the number of values is not the product of the shape
     */
    public static FloatTensor of(FloatBuffer values, int... shape) {
        BadRequestException.requireGiven(values, "buffer of values");
        long product = size(shape);
        if (product != values.remaining()) {
            throw new BadRequestException("The shape " + Arrays.toString(shape) + " takes "
                    + Counted.of(product, "value") + ", not " + values.remaining() + ".");
        }
        float[] copy = new float[values.remaining()];
        values.duplicate().get(copy);
        return new FloatTensor(copy, shape.clone());
    }

    private static long size(int[] shape) {
        BadRequestException.requireGiven(shape, "shape");
        long product = 1;
        for (int length : shape) {
            if (length < 0) {
                throw new BadRequestException("No axis can have a negative length: " + Arrays.toString(shape) + ".");
            }
            try {
                product = Math.multiplyExact(product, (long) length);
            } catch (ArithmeticException e) {
                throw new BadRequestException(
                        "The shape " + Arrays.toString(shape) + " holds more values than can be counted.", e);
            }
        }
        return product;
    }

    /** {@return the length of each axis} */
    public int[] shape() {
        return shape.clone();
    }

    /** {@return how many values there are} */
    public int size() {
        return size;
    }

    /**
     * {@return the values at one place along the first axis, which stays, with length 1} They are not copied.
     *
     * @param index the place, counted from 0
     * @throws BadRequestException if there is no first axis, or no such place on it
     */
    public FloatTensor slice(int index) {
        if (shape.length == 0 || index < 0 || index >= shape[0]) {
            throw new BadRequestException(
                    "There is no slice " + index + " of the shape " + Arrays.toString(shape) + ".");
        }
        int sizeOfOne = size / shape[0];
        int[] shapeOfOne = shape.clone();
        shapeOfOne[0] = 1;
        return new FloatTensor(values, first + index * sizeOfOne, sizeOfOne, shapeOfOne);
    }

    /**
     * {@return one value}
     *
     * @param index an index for each axis
     * @throws BadRequestException if an index is missing or outside its axis
     */
    public float get(int... index) {
        BadRequestException.requireGiven(index, "index");
        if (index.length != shape.length) {
            throw outside(index);
        }
        int at = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            if (index[axis] < 0 || index[axis] >= shape[axis]) {
                throw outside(index);
            }
            at = at * shape[axis] + index[axis];
        }
        return values[first + at];
    }

    private BadRequestException outside(int[] index) {
        return new BadRequestException(
                "Index " + Arrays.toString(index) + " is outside the shape " + Arrays.toString(shape) + ".");
    }

    /** {@return a copy of all values, row by row} */
    public float[] toArray() {
        return Arrays.copyOfRange(values, first, first + size);
    }

    /** {@return all values, row by row, as a read-only view} */
    public FloatBuffer asBuffer() {
        return FloatBuffer.wrap(values, first, size).slice().asReadOnlyBuffer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatTensor that
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(values, first, first + size, that.values, that.first, that.first + size);
    }

    @Override
    public int hashCode() {
        int hash = Arrays.hashCode(shape);
        for (int i = first; i < first + size; i++) {
            hash = 31 * hash + Float.hashCode(values[i]);
        }
        return hash;
    }

    @Override
    public String toString() {
        return "float32 " + Arrays.toString(shape);
    }
}
