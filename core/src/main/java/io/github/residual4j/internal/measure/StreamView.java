package io.github.residual4j.internal.measure;

import io.github.residual4j.StreamPoint;
import io.github.residual4j.Token;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.View;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The states a question is asked of.
 *
 * @param points what each state is
 * @param tokens which positions there are
 * @param width how many values a token has at a point
 * @param states {@code [points][rows * width]}, never changed; token t is row {@code firstRow + t}
 * @param firstRow the row of the first token
 * @param dimensions the model's number of each dimension, ascending
 * @param blocks how many blocks the session's points run through
 * @param huggingFace whether the points follow Hugging Face's convention
 * @param rescaled the step that gave each point another scale, if one did, so that differences of points are no updates
 * @param view what it is, in words
 */
@SuppressWarnings("ArrayRecordComponent") // Views are passed on, never compared.
public record StreamView(
        List<StreamPoint> points,
        List<Token> tokens,
        int width,
        float[][] states,
        int firstRow,
        int[] dimensions,
        int blocks,
        boolean huggingFace,
        Optional<String> rescaled,
        View view) {
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
        return points.stream().map(StreamPoint::name).toList();
    }

    List<String> tokenLabels() {
        return tokens.stream().map(Token::label).toList();
    }

    Axis pointAxis() {
        return new Axis("point", pointLabels());
    }

    /** A label for each step from a point to the next. */
    Axis transitionAxis() {
        List<String> names = pointLabels();
        return new Axis(
                "transition",
                IntStream.range(0, names.size() - 1)
                        .mapToObj(p -> names.get(p) + " → " + names.get(p + 1))
                        .toList());
    }

    Axis tokenAxis() {
        return new Axis("token", tokenLabels());
    }

    /** The description after one more step. */
    View after(String step) {
        String before = view.description();
        return new View(before.equals(WHOLE) ? step : before + "; " + step, view.rolesAssumed());
    }
}
