package io.github.residual4j.capture.internal.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Direct buffers that outputs are written into, kept for the next run: making one means asking the system for zeroed
 * pages each time. Safe to share between threads.
 */
public final class BufferPool {
    private static final int GRANULE = 1 << 12;

    private final TreeMap<Integer, Deque<ByteBuffer>> idle = new TreeMap<>();
    private final long maxIdleBytes;
    private long idleBytes;

    /** @param maxIdleBytes how much unused memory to keep; beyond it, returned buffers are left to the collector */
    public BufferPool(long maxIdleBytes) {
        this.maxIdleBytes = maxIdleBytes;
    }

    /**
     * A buffer of at least some size, in the machine's byte order, with unspecified content.
     *
     * @throws ArithmeticException if the size is beyond 2 GiB
     */
    ByteBuffer borrow(long bytes) {
        int size = Math.toIntExact(Math.max(GRANULE, roundUp(bytes)));
        synchronized (this) {
            Map.Entry<Integer, Deque<ByteBuffer>> fitting = idle.ceilingEntry(size);
            if (fitting != null && fitting.getKey() / 2 <= size) {
                ByteBuffer buffer = fitting.getValue().pop();
                if (fitting.getValue().isEmpty()) {
                    idle.remove(fitting.getKey());
                }
                idleBytes -= buffer.capacity();
                return buffer.clear();
            }
        }
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    private static long roundUp(long bytes) {
        long padded = bytes + bytes / 8; // so that a slightly longer text finds it fitting
        return Math.min((padded + GRANULE - 1) / GRANULE * GRANULE, Math.max(bytes, Integer.MAX_VALUE));
    }

    /** Takes a buffer back; nobody may use it any more. */
    synchronized void giveBack(ByteBuffer buffer) {
        if (idleBytes + buffer.capacity() <= maxIdleBytes) {
            idle.computeIfAbsent(buffer.capacity(), size -> new ArrayDeque<>()).push(buffer);
            idleBytes += buffer.capacity();
        }
    }
}
