package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureAllTest {
    private static LanguageModel model;

    @BeforeAll
    static void open() {
        model = LanguageModel.embedded();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** The project's tolerance between runs of the same request: |a − b| ≤ 1e-5 + 1e-5·|b|. */
    static void assertSame(ActivationSession actual, ActivationSession expected) {
        assertThat(actual.tokens()).isEqualTo(expected.tokens());
        assertThat(actual.points()).isEqualTo(expected.points());
        for (int p = 0; p < expected.points().size(); p++) {
            assertSame(expected.points().get(p).name(), actual.state(p), expected.state(p));
        }
        assertThat(actual.arrays().keySet()).isEqualTo(expected.arrays().keySet());
        expected.arrays().forEach((name, values) -> {
            assertThat(actual.arrays().get(name).shape()).isEqualTo(values.shape());
            assertSame(name, actual.arrays().get(name).asBuffer(), values.asBuffer());
        });
    }

    static void assertSame(String what, FloatBuffer actual, FloatBuffer expected) {
        assertThat(actual.remaining()).as(what).isEqualTo(expected.remaining());
        for (int i = 0; i < expected.remaining(); i++) {
            float a = actual.get(i);
            float b = expected.get(i);
            if (!(Math.abs(a - b) <= 1e-5f + 1e-5f * Math.abs(b))) {
                assertThat(a).as("%s, value %d", what, i).isEqualTo(b);
            }
        }
    }

    private static List<long[]> texts(int count) {
        Random random = new Random(5);
        return IntStream.range(0, count)
                .mapToObj(i -> random.longs(1 + random.nextInt(i % 7 == 0 ? 120 : 30), 0, 4096)
                        .toArray())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void numbersDoNotDependOnTheBatch(int atOnce) {
        List<long[]> texts = texts(40);
        CaptureRequest everything =
                model.request().points(HookPoint.values()).batch(8, 512).atOnce(atOnce);
        Iterator<ActivationSession> batched =
                everything.captureAllIds(texts.stream()).iterator();
        for (long[] text : texts) {
            assertSame(
                    batched.next(),
                    model.request(text).points(HookPoint.values()).capture());
        }
        assertThat(batched.hasNext()).isFalse();
    }

    @Test
    void fusedAttentionInABatchGivesTheSameAsAlone() {
        List<long[]> texts = texts(40);
        Iterator<ActivationSession> batched =
                model.request().lastLogits().captureAllIds(texts.stream()).iterator();
        for (long[] text : texts) {
            assertSame(batched.next(), model.capture(text));
        }
    }

    @Test
    void positionsAreCountedFromEachTextsOwnEnd() {
        List<long[]> texts = texts(20);
        CaptureRequest last =
                model.request().points(HookPoint.RESID_POST, HookPoint.LOGITS).positions(Positions.last());
        Iterator<ActivationSession> batched = last.captureAllIds(texts.stream()).iterator();
        for (long[] text : texts) {
            ActivationSession session = batched.next();
            assertThat(session.tokens()).hasSize(1);
            assertThat(session.tokens().get(0).position()).isEqualTo(text.length - 1);
            ActivationSession alone = model.capture(text);
            assertSame("resid_post", session.state(7), FloatBuffer.wrap(alone.vector(16, text.length - 1)));
            assertSame(
                    "logits",
                    session.arrays().get("logits").asBuffer(),
                    alone.arrays().get("logits").asBuffer());
        }
    }

    @Test
    void logitsAskedForAloneAreThoseBesideTheStates() {
        List<long[]> texts = texts(20);
        for (CaptureRequest alone : List.of(
                model.request().points(HookPoint.LOGITS),
                model.request().points(HookPoint.LOGITS).lastLogits(),
                model.request().points(HookPoint.LOGITS, HookPoint.Z))) {
            Iterator<ActivationSession> batched =
                    alone.captureAllIds(texts.stream()).iterator();
            for (long[] text : texts) {
                FloatBuffer found = batched.next().arrays().get("logits").asBuffer();
                FloatBuffer all = model.request(text)
                        .points(HookPoint.FINAL, HookPoint.LOGITS)
                        .capture()
                        .arrays()
                        .get("logits")
                        .asBuffer();
                assertSame("logits", found, all.position(all.limit() - found.remaining()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void sessionsComeInTheOrderOfTheTexts(int atOnce) {
        List<String> texts = IntStream.range(0, 200)
                .mapToObj(i -> i + " is a number" + " and so on".repeat(i % 5))
                .toList();
        assertThat(model.request()
                        .atOnce(atOnce)
                        .captureAll(texts.stream())
                        .map(s -> s.text().orElseThrow()))
                .containsExactlyElementsOf(texts);
    }

    @Test
    void noMoreIsReadAheadThanAFewBatches() {
        AtomicInteger read = new AtomicInteger();
        Stream<String> endless = Stream.generate(() -> "text " + read.incrementAndGet());
        assertThat(model.request().batch(4, 64).captureAll(endless).limit(10)).hasSize(10);
        assertThat(read.get()).isBetween(10, 16 + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void progressIsToldAfterEachBatch(int atOnce) {
        List<CaptureProgress> told = new ArrayList<>();
        List<long[]> texts =
                Stream.generate(() -> new long[] {1, 2, 3}).limit(10).toList();
        assertThat(model.request()
                        .batch(4, 64)
                        .atOnce(atOnce)
                        .onProgress(told::add)
                        .captureAllIds(texts.stream()))
                .hasSize(10);
        assertThat(told)
                .containsExactly(new CaptureProgress(4, 12), new CaptureProgress(8, 24), new CaptureProgress(10, 30));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aBadTextIsReportedInItsTurn(int atOnce) {
        Iterator<ActivationSession> sessions = model.request()
                .atOnce(atOnce)
                .captureAll(Stream.of("a", "b", "", "c"))
                .iterator();
        assertThat(sessions.next().text()).contains("a");
        assertThat(sessions.next().text()).contains("b");
        assertThatThrownBy(sessions::next)
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Text 2 of the stream: The text is empty; a model needs at least one token.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void closingTheStreamCancelsTheRest(int atOnce) {
        boolean[] sourceClosed = {false};
        Stream<String> texts = Stream.generate(() -> "x").onClose(() -> sourceClosed[0] = true);
        Stream<ActivationSession> sessions =
                model.request().batch(2, 64).atOnce(atOnce).captureAll(texts);
        int[] taken = {0};
        assertThatThrownBy(() -> sessions.forEach(session -> {
                    if (++taken[0] == 5) {
                        sessions.close();
                    }
                }))
                .isInstanceOf(CaptureException.class)
                .hasMessage("The capture was cancelled after 6 texts.");
        assertThat(taken[0]).isEqualTo(5);
        assertThat(sourceClosed[0]).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void interruptingTheThreadCancelsTheRest(int atOnce) {
        Iterator<ActivationSession> sessions = model.request()
                .atOnce(atOnce)
                .captureAll(Stream.generate(() -> "x"))
                .iterator();
        sessions.next();
        Thread.currentThread().interrupt();
        assertThatThrownBy(sessions::next).isInstanceOf(CaptureException.class).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue(); // the flag is left to the caller
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void nothingToRunGivesNothing(int atOnce) {
        assertThat(model.request().atOnce(atOnce).captureAll(Stream.empty())).isEmpty();
    }

    @Test
    void aRequestWithoutTextCannotBeCapturedAlone() {
        assertThatThrownBy(() -> model.request().capture())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("without a text");
        assertThatThrownBy(() -> model.request().batch(0, 5)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> model.request().atOnce(0))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("At least 1 batch runs at a time, not 0.");
    }
}
