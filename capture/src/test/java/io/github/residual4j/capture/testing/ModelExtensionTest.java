package io.github.residual4j.capture.testing;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.CaptureException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs sample tests of its own and looks at the models they were given. */
class ModelExtensionTest {
    private static final String MICRO = "src/test/resources/micro";
    private static final ConcurrentLinkedQueue<LanguageModel> GIVEN = new ConcurrentLinkedQueue<>();
    private static final ConcurrentLinkedQueue<Thread> THREADS = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void forget() {
        GIVEN.clear();
        THREADS.clear();
    }

    private static void given(LanguageModel model) {
        assertThat(model.capture(1, 2, 3).tokens()).as("a model that is open").hasSize(3);
        GIVEN.add(model);
        THREADS.add(Thread.currentThread());
    }

    private static EngineExecutionResults run(List<String> parameters, Class<?>... samples) {
        EngineTestKit.Builder engine = EngineTestKit.engine("junit-jupiter")
                .selectors(Arrays.stream(samples)
                        .map(sample -> selectClass(sample))
                        .toArray(DiscoverySelector[]::new));
        for (int i = 0; i < parameters.size(); i += 2) {
            engine.configurationParameter(parameters.get(i), parameters.get(i + 1));
        }
        return engine.execute();
    }

    private static void assertSucceeded(EngineExecutionResults results, int tests) {
        assertThat(results.testEvents().failed().stream()).isEmpty();
        assertThat(results.testEvents().succeeded().count()).isEqualTo(tests);
    }

    private static String failure(EngineExecutionResults results) {
        return results.testEvents().failed().stream()
                .findFirst()
                .orElseThrow()
                .getPayload(TestExecutionResult.class)
                .orElseThrow()
                .getThrowable()
                .orElseThrow()
                .getMessage();
    }

    @ModelUnderTest
    static class EverywhereSample {
        private final LanguageModel fromConstructor;

        EverywhereSample(LanguageModel model) {
            fromConstructor = model;
        }

        @BeforeAll
        static void beforeAll(LanguageModel model) {
            given(model);
        }

        @BeforeEach
        void beforeEach(LanguageModel model) {
            given(model);
        }

        @Test
        void test(LanguageModel model) {
            given(model);
            given(fromConstructor);
        }

        @ParameterizedTest
        @ValueSource(strings = {"Paris", "Tokyo"})
        void besideOtherParameters(String text, LanguageModel model) {
            assertThat(model.tokenize(text)).isNotEmpty();
            given(model);
        }

        @Nested
        class Inner {
            @Test
            void test(LanguageModel model) {
                given(model);
            }
        }
    }

    static class OnlyAParameterSample {
        @Test
        void test(@ModelUnderTest LanguageModel model) {
            given(model);
        }
    }

    @Test
    void oneModelIsOpenedForTheWholeRunAndClosedAtItsEnd() {
        assertSucceeded(run(List.of(), EverywhereSample.class, OnlyAParameterSample.class), 5);

        assertThat(GIVEN).hasSize(11).containsOnly(GIVEN.element());
        assertThat(GIVEN.element().name()).isEqualTo("tiny-gpt2");
        assertThatThrownBy(() -> GIVEN.element().capture(1))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void theNextRunOpensItsOwn() {
        assertSucceeded(run(List.of(), OnlyAParameterSample.class), 1);
        assertSucceeded(run(List.of(), OnlyAParameterSample.class), 1);

        assertThat(GIVEN).hasSize(2).doesNotHaveDuplicates();
    }

    @ModelUnderTest
    static class ManyThreadsSample {
        @RepeatedTest(24)
        void test(LanguageModel model) {
            given(model);
        }
    }

    @Test
    void testsThatRunAtOnceShareOneModel() {
        List<String> parallel = List.of(
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "8");

        assertSucceeded(run(parallel, ManyThreadsSample.class, OnlyAParameterSample.class), 25);

        assertThat(THREADS.stream().distinct().count()).as("threads").isGreaterThan(1);
        assertThat(GIVEN).hasSize(25).containsOnly(GIVEN.element());
    }

    @ModelUnderTest(MICRO)
    static class NearestSample {
        @Test
        void ofTheClass(LanguageModel model) {
            assertThat(model.name()).isEqualTo("micro");
        }

        @Test
        @ModelUnderTest("embedded")
        void ofTheMethod(LanguageModel model, @ModelUnderTest(MICRO) LanguageModel own) {
            assertThat(model.name()).isEqualTo("tiny-gpt2");
            assertThat(own.name()).isEqualTo("micro");
        }

        @Nested
        class Inner {
            @Test
            void ofTheClassAround(LanguageModel model) {
                assertThat(model.name()).isEqualTo("micro");
            }
        }
    }

    static class InheritedSample extends NearestSample {}

    @Test
    void theNearestAnnotationNamesTheModel() {
        assertSucceeded(run(List.of(), NearestSample.class), 3);
        assertSucceeded(run(List.of("residual4j.model", "nowhere"), InheritedSample.class), 3);
    }

    @Test
    void theRunNamesTheModelOfTestsThatDoNot() {
        assertSucceeded(run(List.of("residual4j.model", MICRO), OnlyAParameterSample.class), 1);

        assertThat(GIVEN.element().name()).isEqualTo("micro");
    }

    static class CaptureSample {
        @Test
        void capturesByTheUsualModel(@Capture("Paris is the capital of") ActivationSession session) {
            assertThat(session).hasPoints(17).hasTokens("Par", "is", " is", " the", " capital", " of");
            assertThat(session).array("final").isFinite();
        }

        @Test
        @ModelUnderTest
        void capturesByTheModelOfTheTest(LanguageModel model, @Capture("Paris") ActivationSession session) {
            assertThat(session).matches(model.capture("Paris"));
        }
    }

    @Test
    void sessionsAreCaptured() {
        assertSucceeded(run(List.of(), CaptureSample.class), 2);
    }

    static class MissingSample {
        @Test
        void first(@ModelUnderTest("no/such/model") LanguageModel model) {
            given(model);
        }

        @Test
        void second(@ModelUnderTest("no/such/model") LanguageModel model) {
            given(model);
        }
    }

    @Test
    void aModelThatCannotBeOpenedFailsEachTestWithTheReason() {
        EngineExecutionResults results = run(List.of(), MissingSample.class);

        assertThat(results.testEvents().failed().count()).isEqualTo(2);
        assertThat(failure(results)).startsWith("The model \"no/such/model\" cannot be opened: no/such/model");
        assertThat(GIVEN).isEmpty();
        assertThatThrownBy(() -> LanguageModel.load(Path.of("no/such/model"))).isInstanceOf(BadFileException.class);
    }

    static class NoTokenizerSample {
        @Test
        void test(@ModelUnderTest(MICRO) @Capture("Paris") ActivationSession session) {
            assertThat(session).isNotNull();
        }
    }

    static class EmptyTextSample {
        @Test
        void test(@Capture("") ActivationSession session) {
            assertThat(session).isNotNull();
        }
    }

    @Test
    void aTextThatCannotBeCapturedFailsWithTheReason() {
        assertThat(failure(run(List.of(), NoTokenizerSample.class)))
                .startsWith("\"Paris\" cannot be captured: ")
                .contains("tokenizer");
        assertThat(failure(run(List.of(), EmptyTextSample.class))).startsWith("\"\" cannot be captured: ");
    }

    @ModelUnderTest
    static class SomeoneElsesSample {
        @Test
        void test(ActivationSession session) {
            assertThat(session).isNotNull();
        }
    }

    @Test
    void sessionsNotAskedForAreLeftToOtherExtensions() {
        assertThat(failure(run(List.of(), SomeoneElsesSample.class)))
                .startsWith("No ParameterResolver registered for parameter");
    }
}
