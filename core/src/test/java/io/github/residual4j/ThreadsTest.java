package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Large streams are measured by several threads; what comes out must not tell how many. */
class ThreadsTest {
    private static final Map<String, Function<ResidualAnalyzer, Object>> QUESTIONS = new LinkedHashMap<>();

    static {
        QUESTIONS.put("report", ResidualAnalyzer::report);
        QUESTIONS.put("tokenStatistics", ResidualAnalyzer::tokenStatistics);
        QUESTIONS.put("cosineBetweenPoints", ResidualAnalyzer::cosineBetweenPoints);
        QUESTIONS.put("cosineBetweenPointsByToken", ResidualAnalyzer::cosineBetweenPointsByToken);
        QUESTIONS.put("cosineWithEnds", ResidualAnalyzer::cosineWithEnds);
        QUESTIONS.put("cosineBetweenTokens", a -> a.cosineBetweenTokens("blocks.1.resid_mid"));
        QUESTIONS.put("anisotropy", ResidualAnalyzer::anisotropy);
        QUESTIONS.put("updates", ResidualAnalyzer::updates);
        QUESTIONS.put("path", ResidualAnalyzer::path);
        QUESTIONS.put("spectra", ResidualAnalyzer::spectra);
        QUESTIONS.put("similarity", ResidualAnalyzer::similarity);
        QUESTIONS.put("principalComponents", a -> a.principalComponents(2));
        QUESTIONS.put("standardized", a -> a.standardized().report());
    }

    /** Of a magnitude that changes from token to token, so that another order of adding up gives other bits. */
    private static ActivationSession large(int points, int tokens, int width) {
        Random random = new Random(7);
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int p = 0; p < points; p++) {
            float[] state = new float[tokens * width];
            for (int i = 0; i < state.length; i++) {
                state[i] = (float) (random.nextGaussian() * Math.exp(i / width % 7));
            }
            builder.point(StreamPoint.canonical(p).name(), FloatBuffer.wrap(state), tokens, width);
        }
        return builder.build();
    }

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() throws ExecutionException, InterruptedException {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(large(7, 1501, 104));
        List<Map<String, Object>> found = new ArrayList<>();
        for (int threads : new int[] {1, 2, 5}) {
            ForkJoinPool pool = new ForkJoinPool(threads); // parallel streams run in the pool that they are started in
            try {
                found.add(pool.submit(() -> {
                            Map<String, Object> answers = new LinkedHashMap<>();
                            QUESTIONS.forEach((name, question) -> answers.put(name, question.apply(analyzer)));
                            return answers;
                        })
                        .get());
            } finally {
                pool.shutdown();
            }
        }
        QUESTIONS.forEach((name, question) -> {
            assertThat(found.get(1).get(name))
                    .as(name + " by two threads")
                    .isEqualTo(found.get(0).get(name));
            assertThat(found.get(2).get(name))
                    .as(name + " by five threads")
                    .isEqualTo(found.get(0).get(name));
        });
    }
}
