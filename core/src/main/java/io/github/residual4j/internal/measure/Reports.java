package io.github.residual4j.internal.measure;

import io.github.residual4j.BadRequestException;
import io.github.residual4j.analysis.AnalysisReport;

/** The notebook's analyses together, in one pass. */
public final class Reports {
    private Reports() {}

    /** All of them, or those that a stream without whole blocks allows. */
    public static AnalysisReport of(StreamView view) {
        ConsecutiveCosines cosines = new ConsecutiveCosines(view);
        PointSums sums = new PointSums(view);
        BlockUpdates blocks;
        try {
            blocks = new BlockUpdates(view);
        } catch (BadRequestException e) {
            Pass.run(view, cosines, sums);
            return new AnalysisReport(cosines.result(), sums.result(), e.getMessage());
        }
        Pass.run(view, cosines, sums, blocks);
        return new AnalysisReport(cosines.result(), sums.result(), blocks.magnitudes(), blocks.alignment());
    }
}
