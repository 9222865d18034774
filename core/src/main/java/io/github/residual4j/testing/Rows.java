package io.github.residual4j.testing;

import io.github.residual4j.error.BadRequestException;
import java.nio.FloatBuffer;

/** Activations row by row, a row being what runs along the last axis; sums are taken in double precision. */
final class Rows {
    private final ActivationSlice activations;
    private final FloatBuffer values;
    private final int width;

    /** @throws BadRequestException if there is no value */
    Rows(ActivationSlice activations) {
        this.activations = activations;
        values = activations.values().asBuffer();
        if (!values.hasRemaining()) {
            throw new BadRequestException(activations + " holds no values, so it has no norm and no cosine.");
        }
        int[] shape = activations.values().shape();
        width = shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    int count() {
        return values.remaining() / width;
    }

    String place(int row) {
        return activations.places().row(row);
    }

    double norm(int row) {
        return Math.sqrt(dot(values, values, row));
    }

    /** As the library's analyses have it: 0 if either row is zero, whatever the other; within [−1, 1] or NaN. */
    double cosine(int row, FloatBuffer others) {
        double square = dot(values, values, row);
        double otherSquare = dot(others, others, row);
        if (square == 0 || otherSquare == 0) {
            return 0;
        }
        double cosine = dot(values, others, row) / Math.sqrt(square) / Math.sqrt(otherSquare);
        return Double.isNaN(cosine) ? cosine : Math.max(-1, Math.min(1, cosine));
    }

    private double dot(FloatBuffer a, FloatBuffer b, int row) {
        double sum = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
            sum += (double) a.get(i) * b.get(i);
        }
        return sum;
    }
}
