package io.github.residual4j.internal.kernel;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Work that falls into things that do not depend on one another. */
public final class Parallel {
    /** Values from which on several threads take less time than one, which goes through as many in half a millisecond. */
    private static final long WORTHWHILE = 1 << 20;

    private Parallel() {}

    /**
     * Does something for each number below {@code count}: on the threads of the common pool, or of the pool whose task
     * this is called from, if there is enough work.
     *
     * @param work how many values are gone through in all
     */
    public static void forEach(int count, long work, IntConsumer each) {
        if (work < WORTHWHILE) {
            for (int i = 0; i < count; i++) {
                each.accept(i);
            }
        } else {
            IntStream.range(0, count).parallel().forEach(each);
        }
    }
}
