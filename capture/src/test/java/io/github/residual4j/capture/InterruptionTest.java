package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that takes many seconds by itself ends soon after it is told to, and leaves the model as it was. */
@Timeout(120)
class InterruptionTest {
    /** Far longer than one operator of the graph takes, far shorter than all of them. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final int CONTEXT = 4096;
    private static LanguageModel model;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        model = LanguageModel.load(new ZeroCheckpoint(100, 64, CONTEXT, 8).write(folder.resolve("slow")));
    }

    @AfterAll
    static void close() {
        model.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("residual4j"));
    }

    private static long[] longText() {
        return new long[CONTEXT];
    }

    /** Asks for one state only, which is small. */
    private static CaptureRequest request() {
        return model.request().points(HookPoint.FINAL).positions(Positions.last());
    }

    private static ActivationSession captureLong() {
        return model.request(longText())
                .points(HookPoint.FINAL)
                .positions(Positions.last())
                .capture();
    }

    private static Stream<ActivationSession> captureAllLong() {
        return request().captureAllIds(Stream.generate(InterruptionTest::longText));
    }

    /** A thread that is inside ONNX Runtime. */
    private record Running(FutureTask<Boolean> task, Thread thread) {
        /** @param work what is to fail by a {@link CaptureException} with this message */
        static Running of(ThrowingCallable work, String message) throws InterruptedException {
            FutureTask<Boolean> task = new FutureTask<>(() -> {
                assertThatThrownBy(work).isInstanceOf(CaptureException.class).hasMessage(message);
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = new Thread(task, "capturing");
            thread.start();
            awaitRun(thread);
            return new Running(task, thread);
        }

        /** Whether it was left interrupted, once it has ended. */
        boolean endsSoon() throws Exception {
            return task.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void awaitRun(Thread thread) throws InterruptedException {
        while (thread.isAlive()
                && Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getClassName().equals("ai.onnxruntime.OrtSession")
                                && frame.getMethodName().equals("run"))) {
            Thread.sleep(1);
        }
    }

    private static void assertModelStillWorks() {
        assertThat(model.capture(1, 2, 3).vector(0, 2)).hasSize(64).containsOnly(0f);
    }

    @Test
    void interruptingEndsACapture() throws Exception {
        Running running = Running.of(InterruptionTest::captureLong, "The capture was interrupted.");
        running.thread().interrupt();
        assertThat(running.endsSoon()).as("still interrupted").isTrue();
        assertModelStillWorks();
    }

    @Test
    void interruptingEndsACaptureOfManyTexts() throws Exception {
        Running running =
                Running.of(() -> captureAllLong().forEach(session -> {}), "The capture was interrupted after 0 texts.");
        running.thread().interrupt();
        assertThat(running.endsSoon()).as("still interrupted").isTrue();
        assertModelStillWorks();
    }

    @Test
    void closingTheStreamEndsTheBatchThatRuns() throws Exception {
        Stream<ActivationSession> sessions = captureAllLong();
        Running running = Running.of(() -> sessions.forEach(session -> {}), "The capture was cancelled after 0 texts.");
        sessions.close();
        assertThat(running.endsSoon()).as("interrupted").isFalse();
        assertModelStillWorks();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allBatchesThatRunEndSoon(boolean interrupts) throws Exception {
        Stream<ActivationSession> sessions =
                request().batch(1, CONTEXT).atOnce(2).captureAllIds(Stream.generate(InterruptionTest::longText));
        FutureTask<Boolean> taking = new FutureTask<>(() -> {
            assertThatThrownBy(() -> sessions.forEach(session -> {}))
                    .isInstanceOf(CaptureException.class)
                    .hasMessage("The capture was " + (interrupts ? "interrupted" : "cancelled") + " after 0 texts.");
            return Thread.currentThread().isInterrupted();
        });
        Thread thread = new Thread(taking, "capturing");
        thread.start();
        List<Thread> batches = List.of();
        while (batches.size() < 2) {
            Thread.sleep(1);
            batches = Thread.getAllStackTraces().keySet().stream()
                    .filter(running -> running.getName().equals("residual4j-batch"))
                    .toList();
        }
        for (Thread batch : batches) {
            awaitRun(batch);
        }
        if (interrupts) {
            thread.interrupt();
        } else {
            sessions.close();
        }
        assertThat(taking.get(SOON.toSeconds(), TimeUnit.SECONDS))
                .as("still interrupted")
                .isEqualTo(interrupts);
        for (Thread batch : batches) {
            batch.join(SOON.toMillis());
            assertThat(batch.isAlive()).isFalse();
        }
        assertModelStillWorks();
    }

    @Test
    void cancellingAFutureThatIsLateEndsItsCapture() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        Future<ActivationSession> late = pool.submit(InterruptionTest::captureLong);
        assertThatThrownBy(() -> late.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        late.cancel(true);
        pool.shutdown();
        assertThat(pool.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertModelStillWorks();
    }

    @Test
    void othersRunOn() throws Exception {
        Running running = Running.of(InterruptionTest::captureLong, "The capture was interrupted.");
        FutureTask<ActivationSession> other = new FutureTask<>(() -> model.capture(new long[100]));
        new Thread(other, "other").start();
        running.thread().interrupt();
        running.endsSoon();
        assertThat(other.get().tokens()).hasSize(100);
    }

    @Test
    void anInterruptedThreadCapturesNothing() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> model.capture(1, 2))
                    .isInstanceOf(CaptureException.class)
                    .hasMessage("The capture was interrupted.");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertModelStillWorks();
    }
}
