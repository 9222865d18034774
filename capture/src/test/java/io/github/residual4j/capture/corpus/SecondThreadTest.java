package io.github.residual4j.capture.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SecondThreadTest {
    @Test
    void workIsDoneInTheOrderInWhichItIsGiven() {
        List<Integer> done = new ArrayList<>(); // which finish() makes safe to look at
        try (SecondThread second = new SecondThread(10)) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 1000; i++) {
                    int number = 1000 * round + i;
                    second.give(1, () -> done.add(number));
                }
                second.finish();
                assertThat(done).hasSize(1000 * round + 1000);
            }
        }
        assertThat(done).isEqualTo(IntStream.range(0, 3000).boxed().toList());
    }

    /** The work that is given waits for the main thread: of 10 tokens no more may be given than are let through. */
    @Test
    void noMoreWaitsThanMay() throws InterruptedException {
        Semaphore letThrough = new Semaphore(0);
        List<Integer> given = new ArrayList<>();
        try (SecondThread second = new SecondThread(10)) {
            Thread giver = new Thread(() -> {
                for (int i = 0; i < 6; i++) {
                    second.give(4, letThrough::acquireUninterruptibly);
                    synchronized (given) {
                        given.add(i);
                    }
                }
                second.finish();
            });
            giver.start();
            giver.join(300); // long enough to give all six, if nothing held it back
            synchronized (given) {
                assertThat(given).hasSizeLessThanOrEqualTo(2);
            }
            letThrough.release(6);
            giver.join();
            assertThat(given).hasSize(6);
        }
    }

    @Test
    void onePieceOfWorkMayBeLargerThanAllThatMayWait() {
        List<String> done = new ArrayList<>();
        try (SecondThread second = new SecondThread(10)) {
            second.give(1000, () -> done.add("first"));
            second.give(1000, () -> done.add("second"));
            second.finish();
        }
        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void whatTheWorkThrowsIsThrownWhereItIsWaitedFor() {
        for (Throwable thrown : List.of(new BadRequestException("Not this."), new AssertionError("Nor this."))) {
            try (SecondThread second = new SecondThread(10)) {
                second.give(1, () -> {
                    if (thrown instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) thrown;
                });
                assertThatThrownBy(second::finish).isSameAs(thrown);
            }
        }
    }

    /** It might write down as done what was not. */
    @Test
    void workAfterWorkThatFailedIsNotDone() {
        List<String> done = new ArrayList<>();
        try (SecondThread second = new SecondThread(10)) {
            second.give(1, () -> done.add("before"));
            second.give(1, () -> {
                throw new BadRequestException("Not this.");
            });
            second.give(1, () -> done.add("after"));
            assertThatThrownBy(second::finish).hasMessage("Not this.");
        }
        assertThat(done).containsExactly("before");
    }

    @Test
    void aThreadThatIsInterruptedWaitsNoLonger() {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (SecondThread second = new SecondThread(10)) {
            second.give(1, () -> awaitUninterruptibly(interrupted));
            Thread.currentThread().interrupt();
            assertThatThrownBy(second::finish)
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
            interrupted.countDown();
        }
    }

    /** Nobody else may take over a folder in which something is still being written. */
    @Test
    void closingWaitsForTheWorkThatWasGiven() throws InterruptedException {
        CountDownLatch letThrough = new CountDownLatch(1);
        List<String> done = new ArrayList<>();
        SecondThread second = new SecondThread(10);
        second.give(1, () -> {
            awaitUninterruptibly(letThrough);
            done.add("first");
        });
        second.give(1, () -> done.add("second"));
        Thread closer = new Thread(second::close);
        closer.start();
        closer.interrupt();
        closer.join(200); // long enough to end, if it did not wait
        assertThat(closer.isAlive()).isTrue();
        letThrough.countDown();
        closer.join();
        assertThat(done).containsExactly("first", "second");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
