package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.error.BadRequestException;

/** The notebook's analyses together. */
public final class Reports {

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
}
