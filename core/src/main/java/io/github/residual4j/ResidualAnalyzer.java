package io.github.residual4j;

import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.analysis.CosineBetweenLayers;
import io.github.residual4j.analysis.PointStatistics;
import io.github.residual4j.analysis.View;
import io.github.residual4j.internal.measure.BlockUpdates;
import io.github.residual4j.internal.measure.ConsecutiveCosines;
import io.github.residual4j.internal.measure.PointSums;
import io.github.residual4j.internal.measure.Reports;
import io.github.residual4j.internal.measure.StreamView;

/**
 * Asks questions of a session's residual stream. Immutable; each question returns a value that stands on its own.
 *
 * <p>With {@code --add-modules jdk.incubator.vector} on the java command, large streams are measured with SIMD; without
 * it everything works the same, slower. The system property {@code residual4j.kernels} ({@code auto}, {@code vector},
 * {@code scalar}) forces either.
 */
public final class ResidualAnalyzer {
    private final ActivationSession session;
    private final StreamView view;

    private ResidualAnalyzer(ActivationSession session, StreamView view) {
        this.session = session;
        this.view = view;
    }

    /** An analyzer of a whole session. */
    public static ResidualAnalyzer of(ActivationSession session) {
        return new ResidualAnalyzer(
                session,
                new StreamView(
                        session.points(),
                        session.tokens(),
                        session.width(),
                        session.states(),
                        0,
                        session.isHuggingFaceHiddenStates(),
                        session.blockCount(),
                        new View("whole session", session.namesAssumed())));
    }

    /** The session being analyzed. */
    public ActivationSession session() {
        return session;
    }

    /** How far each step of the stream turns it: cosine between consecutive points. */
    public CosineBetweenLayers cosineBetweenLayers() {
        return ConsecutiveCosines.of(view);
    }

    /** Mean, deviation and range of each point. */
    public PointStatistics statistics() {
        return PointSums.of(view);
    }

    /**
     * L2 norms of the stream and of what each block's attention and MLP add to it.
     *
     * @throws BadRequestException if the session lacks a state that some block needs, naming it
     */
    public BlockMagnitudes magnitudes() {
        return BlockUpdates.magnitudesOf(view);
    }

    /**
     * Whether each block's attention and MLP write along the stream or against it.
     *
     * @throws BadRequestException if the session lacks a state that some block needs, naming it
     */
    public BlockAlignment alignment() {
        return BlockUpdates.alignmentOf(view);
    }

    /** The four analyses above together, in one pass over the states. */
    public AnalysisReport report() {
        return Reports.of(view);
    }
}
