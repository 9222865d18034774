package io.github.residual4j.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The bytes of one array, taken one piece after the other. */
@FunctionalInterface
interface ByteSource {
    /** The next bytes, fewer than asked for only at the end, in a buffer that is valid until the next call. */
    ByteBuffer next(int count) throws IOException;

    /** Bytes that are read from a stream through one buffer, as large as the largest piece. */
    static ByteSource streamed(InputStream in) {
        return new ByteSource() {
            private byte[] buffer = new byte[0];

            @Override
            public ByteBuffer next(int count) throws IOException {
                buffer = buffer.length < count ? new byte[count] : buffer;
                return ByteBuffer.wrap(buffer, 0, in.readNBytes(buffer, 0, count))
                        .slice();
            }
        };
    }

    /** Bytes that are mapped into memory, a window at a time. */
    static ByteSource mapped(FileSection file, long offset, long length) {
        return new ByteSource() {
            private static final int WINDOW = 1 << 28;
            private ByteBuffer window = ByteBuffer.allocate(0);
            private long mapped; // how many bytes all windows so far hold

            @Override
            public ByteBuffer next(int count) throws IOException {
                if (window.remaining() < count && mapped < length) {
                    mapped -= window.remaining(); // the piece must lie in one window, so what is left is mapped again
                    long size = Math.min(Math.max(WINDOW, count), length - mapped);
                    window = file.bytes(offset + mapped, size);
                    mapped += size;
                }
                int size = Math.min(count, window.remaining());
                ByteBuffer piece = window.slice(window.position(), size);
                window.position(window.position() + size);
                return piece;
            }
        };
    }
}
