package io.github.residual4j.internal.io;

import java.nio.FloatBuffer;
import java.util.List;

/** Puts values that arrive with the first index running fastest where C order wants them. */
final class FortranOrder {
    private final List<Integer> shape;
    private final List<FloatBuffer> rows;
    private final int rowLength;
    private final long[] stride; // in C order, how far apart neighbours along each axis lie
    private final int[] index; // of the next value
    private long offset; // of the next value in C order

    /** @param rows room for all values, in buffers of one size that hold C order one after the other */
    FortranOrder(List<Integer> shape, List<FloatBuffer> rows) {
        this.shape = shape;
        this.rows = rows;
        rowLength = rows.get(0).remaining();
        index = new int[shape.size()];
        stride = new long[shape.size()];
        long count = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            stride[axis] = count;
            count *= shape.get(axis);
        }
    }

    /** Puts the next values, all that a buffer holds before its position. */
    void put(FloatBuffer values) {
        for (int i = 0; i < values.position(); i++) {
            rows.get((int) (offset / rowLength)).put((int) (offset % rowLength), values.get(i));
            advance();
        }
    }

    private void advance() {
        for (int axis = 0; axis < index.length; axis++) {
            offset += stride[axis];
            if (++index[axis] < shape.get(axis)) {
                return;
            }
            offset -= stride[axis] * index[axis];
            index[axis] = 0;
        }
    }
}
