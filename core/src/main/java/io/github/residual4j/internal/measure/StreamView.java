package io.github.residual4j.internal.measure;

import io.github.residual4j.StreamPoint;
import io.github.residual4j.Token;
import io.github.residual4j.analysis.View;
import java.util.List;

/**
 * The states a question is asked of.
 *
 * @param points what each state is
 * @param tokens which positions there are
 * @param width how many values a token has at a point
 * @param states {@code [points][rows * width]}, never changed; token t is row {@code firstRow + t}
 * @param firstRow the row of the first token
 * @param huggingFace whether the points follow Hugging Face's convention
 * @param blocks how many blocks the session's points run through
 * @param view what it is, in words
 */
@SuppressWarnings("ArrayRecordComponent") // Views are passed on, never compared.
public record StreamView(
        List<StreamPoint> points,
        List<Token> tokens,
        int width,
        float[][] states,
        int firstRow,
        boolean huggingFace,
        int blocks,
        View view) {
    /** Where a token's values begin. */
    int offset(int token) {
        return (firstRow + token) * width;
    }

    /** How many values there are in all. */
    long size() {
        return (long) points.size() * tokens.size() * width;
    }

    List<String> pointLabels() {
        return points.stream().map(StreamPoint::name).toList();
    }

    List<String> tokenLabels() {
        return tokens.stream().map(Token::label).toList();
    }
}
