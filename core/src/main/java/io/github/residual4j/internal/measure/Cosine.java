package io.github.residual4j.internal.measure;

/** Cosine similarity from sums. */
final class Cosine {
    private Cosine() {}

    /**
     * x·y / (‖x‖ ‖y‖), kept in [−1, 1] against rounding; 0 if either vector is zero, whatever the other.
     *
     * @param dot x·y
     * @param squareX ‖x‖²
     * @param squareY ‖y‖²
     */
    static double of(double dot, double squareX, double squareY) {
        if (squareX == 0 || squareY == 0) {
            return 0;
        }
        return kept(dot / Math.sqrt(squareX * squareY)); // of floats, so that neither end of double is near
    }

    /** A cosine, or a mean of cosines, kept in [−1, 1] against rounding; NaN stays NaN. */
    static double kept(double cosine) {
        if (cosine > 1) {
            return 1;
        }
        return cosine < -1 ? -1 : cosine;
    }
}
