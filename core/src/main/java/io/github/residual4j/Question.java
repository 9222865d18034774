package io.github.residual4j;

import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.measure.StreamView;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A question that a {@link ResidualAnalyzer} answers, described once: what it is called in files and above a table, what it needs, what it
 * costs and how it is computed. {@link Questions} lists them all.
 *
 * @param <R> the answer
 */
public final class Question<R extends AnalysisResult> {
    private final String key;
    private final String title;
    private final Set<Need> needs;
    private final Cost cost;
    private final Function<ResidualAnalyzer, R> formula;

    /** What a session must hold for a question. */
    enum Need {
        /** The states before, inside and after each block. */
        WHOLE_BLOCKS,
        /** The stream's first state. */
        EMBED,
        /** Attention patterns, and all positions of the text. */
        ATTENTION_PATTERNS,
        /** The id of every token. */
        TOKEN_IDS
    }

    /** About how many values are gone through. */
    @FunctionalInterface
    interface Cost {
        /** For a stream {@code [points, tokens, width]}. */
        double of(double points, double tokens, double width);
    }

    Question(String key, String title, Set<Need> needs, Cost cost, Function<ResidualAnalyzer, R> formula) {
        this.key = key;
        this.title = title;
        this.needs = Set.copyOf(needs);
        this.cost = cost;
        this.formula = formula;
    }

    /** {@return what the answer is called in {@code analysis.json} and in the names of CSV files} */
    public String key() {
        return key;
    }

    /** {@return what is asked, in the words that stand above the answer} */
    public String title() {
        return title;
    }

    /**
     * {@return whether a view holds what the question needs}
     *
     * @param analyzer the view that is asked
     */
    public boolean isPossible(ResidualAnalyzer analyzer) {
        BadRequestException.requireGiven(analyzer, "analyzer");
        return Stream.of(Need.values()).filter(needs::contains).allMatch(analyzer::holds);
    }

    /**
     * {@return about how many values are gone through for the answer, which tells how long it takes}
     *
     * @param session what would be asked
     */
    public double cost(ActivationSession session) {
        BadRequestException.requireGiven(session, "session");
        return cost.of(session.points().size(), session.tokens().size(), session.width());
    }

    double cost(StreamView view) {
        return cost.of(view.points().size(), view.tokens().size(), view.width());
    }

    R answer(ResidualAnalyzer analyzer) {
        return formula.apply(analyzer);
    }

    @Override
    public String toString() {
        return title;
    }
}
