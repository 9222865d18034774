package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Several analyses together. */
public final class Reports {
    private static final int COMPONENTS = 3;
    private static final int TOP_DIMENSIONS = 3;

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
     * All that the session allows.
     *
     * @param patterns the session's attention patterns, if it holds them
     * @param keys all positions of the session
     */
    public static AnalysisReport full(StreamView view, Optional<FloatTensor> patterns, List<Token> keys) {
        AnalysisReport report = notebook(view);
        int last = view.points().size() - 1;
        List<AnalysisResult> further = new ArrayList<>();
        further.add(TokenMoments.of(view));
        further.add(PointCosines.averaged(view));
        if (view.points().stream().anyMatch(p -> p.role() == StreamPoint.Role.EMBED)) {
            further.add(PointCosines.withEnds(view));
        }
        further.add(PointCosines.betweenTokens(view, last));
        further.add(PointCosines.anisotropy(view));
        if (report.whyNoBlocks().isEmpty()) {
            further.add(UpdateDirections.of(view));
            further.add(UpdateDirections.pathOf(view));
        }
        further.add(Outliers.massive(view, Outliers.MASSIVE_MAGNITUDE, Outliers.MASSIVE_RATIO));
        further.add(Outliers.dimensions(view, Outliers.OUTLIER_DEVIATIONS));
        further.add(Outliers.topShare(view, Math.min(TOP_DIMENSIONS, view.width())));
        further.add(Components.of(view, COMPONENTS));
        further.add(Geometry.spectra(view));
        further.add(Geometry.similarity(view));
        patterns.ifPresent(present -> further.add(AttentionHeads.of(present, keys, view)));
        return report.with(further);
    }
}
