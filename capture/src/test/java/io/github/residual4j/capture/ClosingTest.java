package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.CaptureException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClosingTest {
    @Test
    void closingTwiceDoesNothingMore() {
        LanguageModel model = LanguageModel.embedded();
        model.close();
        model.close();
    }

    @Test
    void aClosedModelRefusesEverythingButItsDescription() {
        LanguageModel model = LanguageModel.load(Reference.micro());
        ActivationSession session = model.capture(1, 2, 3);
        model.close();
        assertClosed(() -> model.capture(1));
        assertClosed(() -> model.capture("x"));
        assertClosed(() -> model.tokenize("x"));
        assertClosed(() -> model.decode(1));
        assertThat(model.config().blocks()).isEqualTo(2);
        assertThat(model.name()).isEqualTo("micro");
        assertThat(session.vector(4, 2)).hasSize(16); // a session outlives its model
    }

    private static void assertClosed(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(CaptureException.class)
                .hasMessage("The model micro is closed; open it again to use it.");
    }

    @Test
    void closingWaitsForRunningCaptures() throws Exception {
        Reference reference = Reference.of("long");
        for (int round = 0; round < 5; round++) {
            LanguageModel model = LanguageModel.embedded();
            int threads = 4;
            CountDownLatch running = new CountDownLatch(threads);
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            List<Future<Integer>> captured = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                captured.add(pool.submit(() -> {
                    int done = 0;
                    try {
                        while (true) {
                            ActivationSession session = model.capture(reference.ids());
                            if (done++ == 0) {
                                running.countDown();
                            }
                            reference.assertFinal(session);
                        }
                    } catch (CaptureException closed) {
                        assertThat(closed).hasMessageContaining("is closed");
                        return done;
                    }
                }));
            }
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
            model.close();
            for (Future<Integer> count : captured) {
                assertThat(count.get(60, TimeUnit.SECONDS)).isPositive();
            }
            pool.shutdown();
        }
    }
}
