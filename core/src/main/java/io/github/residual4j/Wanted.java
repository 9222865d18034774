package io.github.residual4j;

import io.github.residual4j.error.BadRequestException;
import java.util.List;

/**
 * What {@link StreamStatistics} keep beyond moments and quantiles.
 *
 * @param covarianceOf the points whose covariance is kept
 * @param similarity whether what CKA needs is kept
 * @param dimensions whether moments of each dimension are kept
 * @param sampled how many tokens' states are kept at most, for quantiles of each dimension; 0 for none
 * @param cosines whether cosines between all points are kept
 */
record Wanted(List<String> covarianceOf, boolean similarity, boolean dimensions, int sampled, boolean cosines) {
    static final Wanted LEAST = new Wanted(List.of(), false, false, 0, false);

    /** So many states are still one array for each point. */
    static final int MOST_SAMPLED = 10_000;

    Wanted withCovarianceOf(List<String> names) {
        return new Wanted(List.copyOf(names), similarity, dimensions, sampled, cosines);
    }

    Wanted withSimilarity() {
        return new Wanted(covarianceOf, true, dimensions, sampled, cosines);
    }

    Wanted withDimensions() {
        return new Wanted(covarianceOf, similarity, true, sampled, cosines);
    }

    Wanted withDimensionQuantiles(int tokens) {
        if (tokens < 1 || tokens > MOST_SAMPLED) {
            throw new BadRequestException(
                    "Quantiles of dimensions are taken from 1 to " + MOST_SAMPLED + " tokens, not " + tokens + ".");
        }
        return new Wanted(covarianceOf, similarity, true, tokens, cosines);
    }

    Wanted withCosines() {
        return new Wanted(covarianceOf, similarity, dimensions, sampled, true);
    }

    /** @throws BadRequestException if a point whose covariance is wanted is not among those there are */
    void requirePoints(List<String> names) {
        for (String name : covarianceOf) {
            if (!names.contains(name)) {
                throw new BadRequestException("The covariance of \"" + name
                        + "\" was asked for, which is not among the points " + names + ".");
            }
        }
    }
}
