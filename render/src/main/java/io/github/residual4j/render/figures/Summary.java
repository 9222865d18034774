package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.analysis.CosineBetweenConsecutivePoints;
import io.github.residual4j.analysis.MassiveActivation;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.OutlierDimension;
import io.github.residual4j.error.ResidualException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What stands out in a session, in words. */
final class Summary {
    private static final int NEXT_TOKENS = 5;
    private static final int DIMENSIONS = 5;

    private Summary() {}

    /** A sentence for each thing that can be told of it. */
    static List<String> of(ResidualAnalyzer analyzer) {
        List<Function<ResidualAnalyzer, String>> questions =
                List.of(Summary::next, Summary::growth, Summary::turn, Summary::massiveActivations, Summary::outliers);
        List<String> sentences = new ArrayList<>();
        for (Function<ResidualAnalyzer, String> question : questions) {
            try {
                sentences.add(question.apply(analyzer));
            } catch (ResidualException e) {
                continue; // the figures say why, and what the session holds
            }
        }
        return sentences;
    }

    private static String next(ResidualAnalyzer analyzer) {
        return "Likeliest next: "
                + analyzer.session().topTokens(NEXT_TOKENS).stream()
                        .map(Summary::named)
                        .collect(Collectors.joining(", "))
                + ".";
    }

    private static String named(TokenProbability next) {
        String text = next.text().map(t -> "“" + TokenLabel.of(t) + "”").orElse("id " + next.id());
        return text + String.format(Locale.ROOT, " %.1f %%", 100 * next.probability());
    }

    private static String growth(ResidualAnalyzer analyzer) {
        Measure norms = analyzer.tokenStatistics().l2();
        List<String> points = norms.axes().get(0).labels();
        double[] means = new double[points.size()];
        for (int point = 0; point < means.length; point++) {
            int tokens = norms.axes().get(1).length();
            for (int token = 0; token < tokens; token++) {
                means[point] += norms.value(point, token) / tokens;
            }
        }
        int last = means.length - 1;
        if (last == 0) {
            return String.format(Locale.ROOT, "The tokens’ mean norm is %.3g at %s.", means[0], points.get(0));
        }
        int most = 1;
        for (int point = 2; point <= last; point++) {
            most = means[point] / means[point - 1] > means[most] / means[most - 1] ? point : most;
        }
        return String.format(
                Locale.ROOT,
                "The tokens’ mean norm is %.3g at %s and %.3g at %s; it grows most, %.3g-fold, at %s.",
                means[0],
                points.get(0),
                means[last],
                points.get(last),
                means[most] / means[most - 1],
                points.get(most));
    }

    private static String turn(ResidualAnalyzer analyzer) {
        CosineBetweenConsecutivePoints cosines = analyzer.cosineBetweenConsecutivePoints();
        double[][] values = cosines.toArray();
        int where = -1;
        int token = -1;
        for (int t = 0; t < values.length; t++) {
            for (int k = 0; k < values[t].length; k++) {
                if (Double.isFinite(values[t][k]) && (where < 0 || values[t][k] < values[where][token])) {
                    where = t;
                    token = k;
                }
            }
        }
        return where < 0
                ? "No two consecutive points have a cosine."
                : String.format(
                        Locale.ROOT,
                        "The stream turns most at %s: the cosine there is %.3f for “%s”.",
                        cosines.transitions().get(where),
                        values[where][token],
                        TokenLabel.of(cosines.tokens().get(token)));
    }

    private static String massiveActivations(ResidualAnalyzer analyzer) {
        List<MassiveActivation> massive = analyzer.massiveActivations().activations();
        return massive.isEmpty()
                ? "No value dwarfs the others of its point."
                : (massive.size() == 1
                                ? "One value dwarfs the others of its point, "
                                : massive.size() + " values dwarf the others of their points, first ")
                        + massive.get(0) + ".";
    }

    private static String outliers(ResidualAnalyzer analyzer) {
        Map<Integer, Integer> points = new LinkedHashMap<>();
        for (OutlierDimension outlier : analyzer.outlierDimensions().dimensions()) {
            points.merge(outlier.dimension(), 1, Integer::sum);
        }
        ActivationSession session = analyzer.session();
        return points.isEmpty()
                ? "No dimension is unusually large for most tokens."
                : points.size() + " of " + session.width()
                        + (points.size() == 1 ? " dimensions is" : " dimensions are") + " unusually large: "
                        + points.entrySet().stream()
                                .limit(DIMENSIONS)
                                .map(d ->
                                        d.getKey() + " at " + d.getValue() + (d.getValue() == 1 ? " point" : " points"))
                                .collect(Collectors.joining(", "))
                        + (points.size() > DIMENSIONS ? " and " + (points.size() - DIMENSIONS) + " more." : ".");
    }
}
