package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Several analyses together. */
public final class Reports {
    private static final int COMPONENTS = 3;
    private static final int TOP_DIMENSIONS = 3;
    /** Multiplications from which on a question waits to be asked by itself; some ten seconds on two cores. */
    private static final double MOST_WORK = 1e11;

    private Reports() {}

    /** The notebook's four in one pass, or those that a stream without whole blocks allows. */
    public static AnalysisReport notebook(StreamView view) {
        ConsecutiveCosines cosines = new ConsecutiveCosines(view);
        PointSums sums = new PointSums(view);
        BlockUpdates blocks;
        try {
            blocks = new BlockUpdates(view);
        } catch (BadRequestException e) {
            TokenSweep.run(view, cosines, sums);
            return AnalysisReport.withoutBlocks(cosines.result(), sums.result(), e.getMessage());
        }
        TokenSweep.run(view, cosines, sums, blocks);
        return AnalysisReport.of(cosines.result(), sums.result(), blocks.magnitudes(), blocks.alignment());
    }

    /**
     * All that the session allows, but for what grows with the square of the tokens or takes long for the view's size.
     *
     * @param patterns the session's attention patterns, if it holds them
     * @param keys all positions of the session
     */
    public static AnalysisReport full(StreamView view, Optional<FloatTensor> patterns, List<Token> keys) {
        AnalysisReport report = notebook(view);
        List<AnalysisResult> further = new ArrayList<>();
        further.add(TokenMoments.of(view));
        further.add(PointCosines.averaged(view));
        if (view.points().stream().anyMatch(p -> p.role() == StreamPoint.Role.EMBED)) {
            further.add(PointCosines.withEnds(view));
        }
        further.add(PointCosines.anisotropy(view));
        if (report.whyNoBlocks().isEmpty()) {
            further.add(UpdateDirections.of(view));
            further.add(UpdateDirections.pathOf(view));
        }
        further.add(Outliers.massive(view, Outliers.MASSIVE_MAGNITUDE, Outliers.MASSIVE_RATIO));
        further.add(Outliers.dimensions(view, Outliers.OUTLIER_DEVIATIONS));
        further.add(Outliers.topShare(view, Math.min(TOP_DIMENSIONS, view.width())));
        Map<String, String> leftOut = new LinkedHashMap<>();
        leftOut.put(
                "cosine_between_tokens",
                "grows with the square of the tokens; ResidualAnalyzer.cosineBetweenTokens(point) gives it");
        double points = view.points().size();
        double tokens = view.tokens().size();
        double width = view.width();
        addUnlessLong(
                points * tokens * width * Math.min(points * tokens, width),
                "principal_components",
                "principalComponents(" + COMPONENTS + ")",
                () -> Components.of(view, COMPONENTS),
                further,
                leftOut);
        addUnlessLong(
                4 * points * tokens * width * Math.min(tokens, width),
                "spectra",
                "spectra()",
                () -> Geometry.spectra(view),
                further,
                leftOut);
        addUnlessLong(
                points * tokens * tokens * width / 2,
                "cka",
                "similarity()",
                () -> Geometry.similarity(view),
                further,
                leftOut);
        patterns.ifPresent(present -> further.add(AttentionHeads.of(present, keys, view)));
        return report.with(further).leavingOut(leftOut);
    }

    private static void addUnlessLong(
            double multiplications,
            String key,
            String call,
            Supplier<AnalysisResult> question,
            List<AnalysisResult> further,
            Map<String, String> leftOut) {
        if (multiplications <= MOST_WORK) {
            further.add(question.get());
        } else {
            leftOut.put(key, "takes long for a session of this size; ResidualAnalyzer." + call + " gives it");
        }
    }
}
