package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;

/** What is said of questions in several places is the same in all of them. */
class QuestionsTest {
    private final ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference("lanes"));

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        Questions.all().forEach(question -> keys.add(question.key()));
        return keys;
    }

    @Test
    void everyQuestionIsAnsweredUnderItsKey() {
        for (Question<?> question : Questions.all()) {
            assertThat(question.isPossible(analyzer)).as(question.key()).isTrue();
            AnalysisResult answer = analyzer.ask(question);
            assertThat(answer.key()).isEqualTo(question.key());
            assertThat(answer.title()).isEqualTo(question.title()).isEqualTo(question.toString());
            assertThat(question.cost(analyzer.session())).isPositive();
        }
        assertThat(keys()).hasSize(Questions.all().size());
    }

    @Test
    void aFullReportAnswersAllOfThemOrNamesThem() {
        Set<String> answered = new TreeSet<>(analyzer.fullReport().leftOut().keySet());
        analyzer.fullReport().results().forEach(result -> answered.add(result.key()));
        assertThat(answered).isEqualTo(keys());
    }

    @Test
    void whatAnAnalyzerCanBeAskedIsAmongThem() throws ReflectiveOperationException {
        List<Method> methods = answering();
        assertThat(methods).hasSizeGreaterThan(15);
        for (Method method : methods) {
            String key = ((AnalysisResult) method.invoke(analyzer)).key();
            // That of each token is as large as the stream itself, and no part of a report.
            assertThat(keys().contains(key) || key.equals("cosine_between_points_by_token"))
                    .as(method.getName())
                    .isTrue();
        }
    }

    private static List<Method> answering() {
        return Arrays.stream(ResidualAnalyzer.class.getMethods())
                .filter(method -> AnalysisResult.class.isAssignableFrom(method.getReturnType()))
                .filter(method -> method.getParameterCount() == 0)
                .toList();
    }

    @Test
    void aSessionThatLacksSomethingIsNotAskedForIt() {
        ActivationSession points = ActivationSession.builder()
                .point("a", new float[][] {{1, 2}, {3, 5}})
                .point("b", new float[][] {{2, 2}, {4, 5}})
                .build();
        ResidualAnalyzer few = ResidualAnalyzer.of(points);
        assertThat(Questions.MAGNITUDES.isPossible(few)).isFalse();
        assertThat(Questions.ATTENTION_PATTERNS.isPossible(few)).isFalse();
        assertThat(Questions.COSINE_WITH_ENDS.isPossible(few)).isTrue(); // the first point is taken for the embedding
        for (Question<?> question : Questions.all()) {
            if (!question.isPossible(few)) {
                assertThatThrownBy(() -> few.ask(question)).isInstanceOf(BadRequestException.class);
            }
        }
        assertThat(Questions.COSINE_WITH_ENDS.isPossible(few.points("b"))).isFalse();
        assertThatThrownBy(() -> few.points("b").ask(Questions.COSINE_WITH_ENDS))
                .isInstanceOf(BadRequestException.class);
        assertThat(few.fullReport().results())
                .extracting(AnalysisResult::key)
                .doesNotContain("magnitudes", "attention_patterns")
                .contains("statistics", "cka");
    }

    @Test
    void patternsOfPickedBlocksAreFoundUnderTheirBlocks() {
        ActivationSession all = TestSessions.reference("lanes");
        FloatTensor second = all.attentionPatterns().get(1);
        ActivationSession picked = ActivationSession.builder()
                .tokens(all.tokens())
                .point("embed", all.state(0), all.tokens().size(), all.width())
                .array("blocks.1.attn.pattern", second)
                .build();
        assertThat(picked.attentionPatterns()).containsOnlyKeys(1);
        var entropy = ResidualAnalyzer.of(picked).attentionPatterns().entropy();
        assertThat(entropy.axes().get(0).labels()).containsExactly("L1");
        var whole = analyzer.attentionPatterns().entropy();
        for (int head = 0; head < second.shape()[1]; head++) {
            assertThat(entropy.value(0, head)).isEqualTo(whole.value(1, head));
        }
    }

    /** The last column names the keys of the JSON; those of {@code cosine_residual} have a word more. */
    @Test
    void theReadmesTableHasARowForEach() throws IOException, ReflectiveOperationException {
        List<String> rows = Files.readAllLines(Path.of("README.md")).stream()
                .dropWhile(line -> !line.startsWith("| question | method |"))
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        for (String key : keys()) {
            assertThat(rows).as(key).haveExactly(1, withKey(key));
        }
        for (Method method : answering()) {
            String key = ((AnalysisResult) method.invoke(analyzer)).key();
            assertThat(rows)
                    .as(method.getName())
                    .filteredOn(row -> row.contains("`" + method.getName() + "()`"))
                    .singleElement(STRING)
                    .contains("`" + key.replace("_by_token", ""));
        }
        assertThat(rows)
                .hasSize(2 + Questions.all().size() + 1); // with the heading, and the comparison of two sessions
    }

    private static Condition<String> withKey(String key) {
        return new Condition<>(row -> row.matches(".*\\| `" + key + "(_attention)?`[^|]*\\|"), "the key " + key);
    }
}
