package io.github.residual4j;

import io.github.residual4j.internal.running.KeptCovariances;
import io.github.residual4j.internal.running.KeptDimensions;
import io.github.residual4j.internal.running.PointTotals;
import io.github.residual4j.internal.running.RunningCosines;
import io.github.residual4j.internal.running.RunningHsic;
import java.util.List;
import java.util.Optional;

/** What {@link StreamStatistics} keep once they are filled, in the order of {@link StatisticsFile}. */
record KeptStatistics(
        List<String> points,
        int width,
        boolean rolesAssumed,
        long sessions,
        long tokens,
        List<PointTotals> totals,
        KeptCovariances covariances,
        Optional<RunningHsic> hsic,
        Optional<KeptDimensions> dimensions,
        Optional<RunningCosines> cosines) {}
