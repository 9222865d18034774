package io.github.residual4j.testing;

import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.DriftFinding;
import io.github.residual4j.analysis.DriftThresholds;
import io.github.residual4j.analysis.StreamDrift;
import io.github.residual4j.error.BadRequestException;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/** What can be asserted of statistics over many sessions. */
public class StreamStatisticsAssert extends AbstractAssert<StreamStatisticsAssert, StreamStatistics> {
    private static final int SHOWN = 8;

    /** @param actual the statistics */
    public StreamStatisticsAssert(StreamStatistics actual) {
        super(actual, StreamStatisticsAssert.class);
    }

    /**
     * Asserts that statistics lie close to those of a baseline, by {@link DriftThresholds#DEFAULT}.
     *
     * @param baseline statistics of the same points that keep the same things, such as of a run that was looked at
     * @return these assertions
     * @throws BadRequestException if they cannot be compared
     */
    public StreamStatisticsAssert hasNotDriftedFrom(StreamStatistics baseline) {
        return hasNotDriftedFrom(baseline, DriftThresholds.DEFAULT);
    }

    /**
     * Asserts that statistics lie close to those of a baseline.
     *
     * @param baseline statistics of the same points that keep the same things
     * @param thresholds how far they may lie apart
     * @return these assertions
     * @throws BadRequestException if they cannot be compared
     */
    public StreamStatisticsAssert hasNotDriftedFrom(StreamStatistics baseline, DriftThresholds thresholds) {
        isNotNull();
        StreamDrift drift = actual.driftFrom(baseline, thresholds);
        List<DriftFinding> findings = drift.findings();
        if (!findings.isEmpty()) {
            StringBuilder message =
                    new StringBuilder("Expecting " + drift.view().description()
                            + " not to have drifted, but in " + findings.size()
                            + (findings.size() == 1 ? " way they have:" : " ways they have:"));
            findings.stream()
                    .limit(SHOWN)
                    .forEach(finding -> message.append("\n  ").append(finding));
            if (findings.size() > SHOWN) {
                message.append("\n  and ").append(findings.size() - SHOWN).append(" more");
            }
            throw failure("%s", message);
        }
        return this;
    }
}
