package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads share a model until another closes it: no wrong number, no crash, and a clear error for who is late. */
@Timeout(300)
class LoadTest {
    private static final int THREADS = 8;
    private static final int CAPTURES = 200;
    private static final int TEXTS = 40;
    private static final String CLOSED = "The model tiny-gpt2 is closed; open it again to use it.";

    private static List<long[]> texts() {
        Random random = new Random(13);
        return IntStream.range(0, TEXTS)
                .mapToObj(i -> random.longs(1 + random.nextInt(24), 0, 4096).toArray())
                .toList();
    }

    @Test
    void eightThreadsCaptureUntilTheModelIsClosed() throws Exception {
        List<long[]> texts = texts();
        LanguageModel model = LanguageModel.embedded(ModelOptions.defaults().on(Device.cpu(1)));
        List<CaptureRequest> kinds = List.of(
                model.request().lastLogits(),
                model.request().points(HookPoint.ATTENTION_PATTERN, HookPoint.RESID_MID),
                model.request()
                        .points(HookPoint.RESID_POST)
                        .positions(Positions.last())
                        .stopAfterBlock(4));
        List<List<ActivationSession>> expected = new ArrayList<>();
        for (CaptureRequest kind : kinds) {
            expected.add(texts.stream().map(text -> captured(kind, text)).toList());
        }
        CountDownLatch enough = new CountDownLatch(THREADS);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<Integer>> captures = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            captures.add(pool.submit(() -> {
                Random random = new Random(thread);
                int done = 0;
                try {
                    while (true) {
                        int kind = random.nextInt(kinds.size());
                        int text = random.nextInt(TEXTS);
                        ActivationSession session = captured(kinds.get(kind), texts.get(text));
                        CaptureAllTest.assertSame(session, expected.get(kind).get(text));
                        if (++done == CAPTURES) {
                            enough.countDown();
                        }
                    }
                } catch (CaptureException late) {
                    assertThat(late).hasMessage(CLOSED);
                    return done;
                } finally {
                    enough.countDown(); // a failure is told at once
                }
            }));
        }
        pool.shutdown();
        enough.await();
        model.close();
        for (Future<Integer> done : captures) {
            assertThat(done.get()).isGreaterThanOrEqualTo(CAPTURES);
        }
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static ActivationSession captured(CaptureRequest kind, long[] text) {
        return kind.captureAllIds(Stream.of(text)).findFirst().orElseThrow();
    }

    @Test
    void closingDuringCaptureAllEndsItAfterTheBatch() throws Exception {
        List<long[]> texts = texts();
        LanguageModel model = LanguageModel.embedded();
        List<ActivationSession> expected = texts.stream().map(model::capture).toList();
        CountDownLatch some = new CountDownLatch(3 * TEXTS);
        Stream<ActivationSession> endless = model.request()
                .lastLogits()
                .batch(4, 256)
                .captureAllIds(IntStream.iterate(0, i -> (i + 1) % TEXTS).mapToObj(texts::get));
        ExecutorService pool = Executors.newSingleThreadExecutor();
        Future<?> taking = pool.submit(() -> {
            try {
                Iterator<ActivationSession> sessions = endless.iterator();
                for (int i = 0; true; i = (i + 1) % TEXTS) {
                    CaptureAllTest.assertSame(sessions.next(), expected.get(i));
                    some.countDown();
                }
            } catch (CaptureException late) {
                assertThat(late).hasMessage(CLOSED);
            } finally {
                LongStream.range(0, some.getCount()).forEach(i -> some.countDown()); // a failure is told at once
            }
        });
        some.await();
        model.close();
        pool.shutdown();
        taking.get(30, TimeUnit.SECONDS);
    }
}
