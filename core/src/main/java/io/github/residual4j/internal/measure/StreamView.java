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
    /** What a whole session is described as. */
    private static final String WHOLE = "whole session";

    private final List<StreamPoint> points;
    private final List<Token> tokens;
    private final float[][] states; // [points][rows * width], never changed; token t is row firstRow + t
    private final int firstRow;
    private final int[] dimensions; // the model's number of each dimension, ascending
    private final int blocks; // how many the session's points run through
    private final Optional<String> whyNoBlocks; // if the points' names tell that
    private final Optional<String> rescaled; // the step that gave each point another scale, if one did
    private final View view;
    private @Nullable Axis pointAxis;
    private @Nullable Axis transitionAxis;
    private @Nullable Axis tokenAxis;
    private @Nullable BlockPoints blockPoints;

    private StreamView(
            List<StreamPoint> points,
            List<Token> tokens,
            float[][] states,
            int firstRow,
            int[] dimensions,
            int blocks,
            Optional<String> whyNoBlocks,
            Optional<String> rescaled,
            View view) {
        this.points = points;
        this.tokens = tokens;
        this.states = states;
        this.firstRow = firstRow;
        this.dimensions = dimensions;
        this.blocks = blocks;
        this.whyNoBlocks = whyNoBlocks;
        this.rescaled = rescaled;
        this.view = view;
    }

    /**
     * A view of all that a session holds.
     *
     * @param points what each state is
     * @param rolesAssumed whether that was taken from their order alone
     * @param tokens which positions there are
     * @param states {@code [points][tokens * width]}, never changed
     * @param blocks how many blocks the points run through
     * @param whyNoBlocks why nothing can be said about blocks, if the points' names tell that
     */
    public static StreamView ofWhole(
            List<StreamPoint> points,
            boolean rolesAssumed,
            List<Token> tokens,
            float[][] states,
            int blocks,
            Optional<String> whyNoBlocks) {
        int width = states[0].length / tokens.size();
        int[] dimensions = IntStream.range(0, width).toArray();
        View whole = new View(WHOLE, rolesAssumed);
        return new StreamView(points, tokens, states, 0, dimensions, blocks, whyNoBlocks, Optional.empty(), whole);
    }

    /** The rows of some tokens that follow each other, the first of which is this view's at an index. */
    StreamView withTokens(List<Token> kept, int firstIndex, String step) {
        return with(step, points, kept, states, firstRow + firstIndex, dimensions, rescaled);
    }

    /** Some tokens, whose rows were copied, {@code [points][tokens * width]}. */
    StreamView withTokens(List<Token> kept, float[][] copied, String step) {
        return with(step, points, kept, copied, 0, dimensions, rescaled);
    }

    /** The points at some indices. */
    StreamView withPoints(int[] kept, String step) {
        List<StreamPoint> fewer = IntStream.of(kept).mapToObj(points::get).toList();
        float[][] theirs = IntStream.of(kept).mapToObj(p -> states[p]).toArray(float[][]::new);
        return with(step, fewer, tokens, theirs, firstRow, dimensions, rescaled);
    }

    /** Some dimensions, as the model numbers them, whose values were copied, {@code [points][tokens * width]}. */
    StreamView withDimensions(int[] kept, float[][] copied, String step) {
        return with(step, points, tokens, copied, 0, kept, rescaled);
    }

    /** Other values in the same places, {@code [points][tokens * width]}, whose differences are still updates. */
    StreamView withStates(float[][] moved, String step) {
        return with(step, points, tokens, moved, 0, dimensions, rescaled);
    }

    /** Other values in the same places, which gave each point another scale, so that differences are no updates. */
    StreamView withRescaledStates(float[][] scaled, String scale, String step) {
        return with(step, points, tokens, scaled, 0, dimensions, Optional.of(scale));
    }

    private StreamView with(
            String step,
            List<StreamPoint> newPoints,
            List<Token> newTokens,
            float[][] newStates,
            int newFirstRow,
            int[] newDimensions,
            Optional<String> newRescaled) {
        return new StreamView(
                newPoints,
                newTokens,
                newStates,
                newFirstRow,
                newDimensions,
                blocks,
                whyNoBlocks,
                newRescaled,
                after(step));
    }

    /** Where a token's values begin. */
    public int offset(int token) {
        return (firstRow + token) * width();
    }

    /** One value. */
    float value(int point, int token, int dimension) {
        return states[point][offset(token) + dimension];
    }

    /** How many values there are in all. */
    public long size() {
        return (long) points.size() * tokens.size() * width();
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

    /** How many values a token has at a point. */
    public int width() {
        return dimensions.length;
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
