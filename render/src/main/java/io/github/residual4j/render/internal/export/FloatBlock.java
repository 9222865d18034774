package io.github.residual4j.render.internal.export;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The numbers of many arrays, one after the other, as a page holds them: little-endian float32 in Base64. */
final class FloatBlock {
    private static final int AT_ONCE = 1 << 14;

    private final List<FloatBuffer> parts = new ArrayList<>();
    private int size;

    /** {@return where the array begins, counted in numbers} */
    int add(FloatBuffer values) {
        int at = size;
        parts.add(values);
        size = Math.addExact(size, values.remaining());
        return at;
    }

    /** As {@link #add(FloatBuffer)}, rounded to float32. */
    int add(double[] values) {
        FloatBuffer floats = FloatBuffer.allocate(values.length);
        for (double value : values) {
            floats.put((float) value);
        }
        return add(floats.flip());
    }

    /** Writes all numbers; the stream stays open. */
    void writeBase64(OutputStream out) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = bytes.asFloatBuffer();
        try (OutputStream base64 = Base64.getEncoder().wrap(new UnclosedStream(out))) { // closing it writes its end
            for (FloatBuffer part : parts) {
                for (int from = 0; from < part.remaining(); from += AT_ONCE) {
                    int count = Math.min(AT_ONCE, part.remaining() - from);
                    floats.clear().put(part.slice(part.position() + from, count));
                    base64.write(bytes.array(), 0, Float.BYTES * count);
                }
            }
        }
    }

    private static final class UnclosedStream extends FilterOutputStream {
        UnclosedStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
