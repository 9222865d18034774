package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The states a question is asked of. Immutable; labels are made once, when first asked for. */
public final class StreamView {
    private final List<StreamPoint> points;
    private final List<Token> tokens;
    private final int width;
    private final float[][] states;
    private final int firstRow;
    private final int[] dimensions;
    private final int blocks;
    private final Optional<String> whyNoBlocks;
    private final Optional<String> rescaled;
    private final View view;
    private @Nullable Axis pointAxis;
    private @Nullable Axis transitionAxis;
    private @Nullable Axis tokenAxis;
    private @Nullable BlockPoints blockPoints;

    /**
     * @param points what each state is
     * @param tokens which positions there are
     * @param width how many values a token has at a point
     * @param states {@code [points][rows * width]}, never changed; token t is row {@code firstRow + t}
     * @param firstRow the row of the first token
     * @param dimensions the model's number of each dimension, ascending
     * @param blocks how many blocks the session's points run through
     * @param whyNoBlocks why nothing can be said about blocks, if the points' names tell that
     * @param rescaled the step that gave each point another scale, if one did, so that differences of points are no updates
     * @param view what it is, in words
     */
    public StreamView(
            List<StreamPoint> points,
            List<Token> tokens,
            int width,
            float[][] states,
            int firstRow,
            int[] dimensions,
            int blocks,
            Optional<String> whyNoBlocks,
            Optional<String> rescaled,
            View view) {
        this.points = points;
        this.tokens = tokens;
        this.width = width;
        this.states = states;
        this.firstRow = firstRow;
        this.dimensions = dimensions;
        this.blocks = blocks;
        this.whyNoBlocks = whyNoBlocks;
        this.rescaled = rescaled;
        this.view = view;
    }

    /** What a whole session is described as. */
    public static final String WHOLE = "whole session";

    /** Where a token's values begin. */
    public int offset(int token) {
        return (firstRow + token) * width;
    }

    /** One value. */
    float value(int point, int token, int dimension) {
        return states[point][offset(token) + dimension];
    }

    /** How many values there are in all. */
    public long size() {
        return (long) points.size() * tokens.size() * width;
    }

    /** The points' names. */
    public List<String> pointLabels() {
        return pointAxis().labels();
    }

    List<String> tokenLabels() {
        return tokenAxis().labels();
    }

    Axis pointAxis() {
        Axis axis = pointAxis;
        if (axis == null) {
            axis = new Axis("point", points.stream().map(StreamPoint::name).toList());
            pointAxis = axis;
        }
        return axis;
    }

    /** A label for each step from a point to the next. */
    Axis transitionAxis() {
        Axis axis = transitionAxis;
        if (axis == null) {
            List<String> names = pointLabels();
            axis = new Axis(
                    "transition",
                    IntStream.range(0, names.size() - 1)
                            .mapToObj(p -> names.get(p) + " → " + names.get(p + 1))
                            .toList());
            transitionAxis = axis;
        }
        return axis;
    }

    Axis tokenAxis() {
        Axis axis = tokenAxis;
        if (axis == null) {
            axis = new Axis("token", tokens.stream().map(Token::label).toList());
            tokenAxis = axis;
        }
        return axis;
    }

    /**
     * Where the states before, inside and after each block are.
     *
     * @throws BadRequestException if a state is missing, naming it
     */
    BlockPoints blockPoints() {
        BlockPoints found = blockPoints;
        if (found == null) {
            found = BlockPoints.of(this);
            blockPoints = found;
        }
        return found;
    }

    /** Why the states before, inside and after each block are not all there, if they are not. */
    public Optional<String> whyNoBlockPoints() {
        try {
            blockPoints();
            return Optional.empty();
        } catch (BadRequestException e) {
            return Optional.of(e.getMessage());
        }
    }

    public List<StreamPoint> points() {
        return points;
    }

    public List<Token> tokens() {
        return tokens;
    }

    public int width() {
        return width;
    }

    public float[][] states() {
        return states;
    }

    public int firstRow() {
        return firstRow;
    }

    public int[] dimensions() {
        return dimensions;
    }

    public int blocks() {
        return blocks;
    }

    public Optional<String> whyNoBlocks() {
        return whyNoBlocks;
    }

    public Optional<String> rescaled() {
        return rescaled;
    }

    public View view() {
        return view;
    }

    /** The description after one more step. */
    View after(String step) {
        String before = view.description();
        return new View(before.equals(WHOLE) ? step : before + "; " + step, view.rolesAssumed());
    }
}
