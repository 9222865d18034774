package io.github.residual4j.internal.io;

import io.github.residual4j.internal.text.Counted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The bytes of one array's values, taken one piece after the other, and how many there must be.
 *
 * @param in gives the bytes
 * @param size how many there are, header included
 * @param order of the bytes of a number
 * @param shape the length of each axis
 */
record ArrayBytes(ByteSource in, long size, ByteOrder order, List<Integer> shape) {
    /** The next values' bytes, valid until the next call. */
    ByteBuffer next(int count, int width) throws IOException {
        ByteBuffer bytes = in.next(count * width);
        if (bytes.remaining() < count * width) {
            throw tooShort();
        }
        return bytes.order(order);
    }

    /** The number of values along the only axis; refused if there is another. */
    int oneAxis(long width) throws IOException {
        if (shape.size() != 1) {
            throw new IOException("its shape is " + shape + "; expected one axis");
        }
        return (int) count(width);
    }

    /** The number of values; refused before any memory is taken for them when the file is too short. */
    long count(long width) throws IOException {
        long count = 1;
        try {
            for (int axis : shape) {
                count = Math.multiplyExact(count, (long) axis);
            }
        } catch (ArithmeticException e) {
            throw new IOException("its shape " + shape + " holds more values than can be counted", e);
        }
        if (count > size / Math.max(1, width)) {
            throw tooShort();
        }
        return count;
    }

    private EOFException tooShort() {
        long count = shape.stream().mapToLong(axis -> axis).reduce(1, (a, b) -> a * b);
        return new EOFException("it ends before the " + Counted.of(count, "value") + " of its shape " + shape);
    }
}
