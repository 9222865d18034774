package io.github.residual4j.capture.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SessionCacheTest {
    private final List<Loaded> made = new ArrayList<>();
    private final SessionCache<Loaded> cache = new SessionCache<>(2, this::load);

    private static final class Loaded implements LoadedGraph {
        private int timesClosed;

        @Override
        public void close() {
            timesClosed++;
        }
    }

    private synchronized Loaded load(RunPlan plan) {
        if (plan.reads().contains(HookKey.of(HookPoint.LOGITS))) {
            throw new CaptureException("cannot be made");
        }
        Loaded loaded = new Loaded();
        made.add(loaded);
        return loaded;
    }

    private static RunPlan plan(int block) {
        return RunPlan.reading(Set.of(HookKey.of(HookPoint.RESID_POST, block)));
    }

    private Loaded use(int block) {
        return cache.with(plan(block), session -> session);
    }

    @Test
    void theSamePlanSharesOneSession() {
        assertThat(use(0)).isSameAs(use(0));
        assertThat(made).hasSize(1);
    }

    @Test
    void theLeastRecentlyUsedSessionIsClosedWhenThereAreTooMany() {
        Loaded first = use(0);
        Loaded second = use(1);
        use(0);
        use(2);
        assertThat(second.timesClosed).isEqualTo(1);
        assertThat(first.timesClosed).isZero();
        assertThat(use(0)).isSameAs(first);
        assertThat(use(1)).isNotSameAs(second);
        assertThat(cache.size()).isEqualTo(2);
    }

    @Test
    void aSessionInUseIsNeverClosed() {
        cache.with(plan(0), inUse -> {
            use(1);
            use(2);
            use(3);
            assertThat(inUse.timesClosed).isZero();
            assertThatThrownBy(cache::close).isInstanceOf(CaptureException.class);
            return inUse;
        });
        assertThat(cache.size()).isEqualTo(2);
    }

    @Test
    void closingClosesEachSessionOnce() {
        use(0);
        use(1);
        use(2);
        cache.close();
        cache.close();
        assertThat(made).hasSize(3).allMatch(loaded -> loaded.timesClosed == 1);
    }

    @Test
    void aSessionThatCannotBeMadeIsTriedAgain() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(
                            () -> cache.with(RunPlan.reading(Set.of(HookKey.of(HookPoint.LOGITS))), session -> session))
                    .hasMessage("cannot be made");
        }
        use(0);
        use(1);
        cache.close();
    }

    @Test
    void threadsThatWantTheSameSessionMakeItOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        CountDownLatch together = new CountDownLatch(8);
        List<Future<Loaded>> used = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            used.add(pool.submit(() -> {
                together.countDown();
                together.await();
                return use(5);
            }));
        }
        for (Future<Loaded> one : used) {
            assertThat(one.get()).isSameAs(made.get(0));
        }
        pool.shutdown();
    }
}
