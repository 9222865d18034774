package io.github.residual4j;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The arrays that states are kept in, one of {@code [tokens, width]} for each point, written row by row. Several threads
 * make and fill those that together have many values.
 */
final class StateArrays {
    /** From how many values on several threads fill them sooner than one, which waits for fresh pages of memory. */
    private static final long PARALLEL_VALUES = 1 << 20;

    private StateArrays() {}

    /** What fills arrays with the values that buffers hold, whose positions stay where they are. */
    static Consumer<List<FloatBuffer>> copying(List<FloatBuffer> states, int tokens, int width) {
        return places -> each(states.size(), (long) tokens * width)
                .forEach(i -> places.get(i).put(states.get(i).duplicate()));
    }

    /**
     * Arrays that were filled.
     *
     * @param names the points' names, one array for each
     * @param fill writes all values into the buffer of each
     * @throws BadRequestException if one would be too large for an array, or not all values were written
     */
    static List<float[]> filled(List<String> names, int tokens, int width, Consumer<List<FloatBuffer>> fill) {
        long values = (long) tokens * width;
        if (values > Integer.MAX_VALUE - 8) {
            throw new BadRequestException("A point of " + Counted.of(tokens, "token") + " × " + width + " takes "
                    + values + " values, more than an array can hold.");
        }
        List<FloatBuffer> buffers = each(names.size(), values)
                .mapToObj(i -> FloatBuffer.wrap(new float[(int) values]))
                .toList();
        fill.accept(buffers);
        for (int i = 0; i < buffers.size(); i++) {
            if (buffers.get(i).hasRemaining()) {
                throw new BadRequestException("Point \"" + names.get(i) + "\" got "
                        + Counted.of(buffers.get(i).position(), "value") + "; [" + tokens + ", " + width + "] takes "
                        + values + ".");
            }
        }
        return buffers.stream().map(FloatBuffer::array).toList();
    }

    /** The numbers of some points, for several threads where these have many values. */
    private static IntStream each(int points, long valuesOfOne) {
        IntStream each = IntStream.range(0, points);
        return valuesOfOne * points >= PARALLEL_VALUES ? each.parallel() : each;
    }
}
