package io.github.residual4j.analysis;

import java.util.List;

/**
 * How long the way of each token through the whole stream is, against the straight line from its beginning to its end.
 */
public final class StreamPath extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public StreamPath(View view, List<Measure> measures) {
        super("path", "The path of each token through the stream", view, measures);
    }

    /** {@return Σ‖u‖ over all attention and MLP outputs, in the units of the stream; {@code [tokens]}} */
    public Measure length() {
        return measure("length");
    }

    /** {@return ‖last − embed‖, in the units of the stream; {@code [tokens]}} */
    public Measure displacement() {
        return measure("displacement");
    }

    /**
     * {@return displacement over length, from 0 for a path that comes back to 1 for a straight line; {@code [tokens]};
     * NaN for a path of length 0}
     */
    public Measure straightness() {
        return measure("straightness");
    }
}
