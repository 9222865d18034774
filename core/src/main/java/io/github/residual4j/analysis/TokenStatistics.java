package io.github.residual4j.analysis;

import java.util.List;

/**
 * The size and shape of each state: the n values that one token has at one point. NaN and infinities are carried
 * through.
 */
public final class TokenStatistics extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public TokenStatistics(View view, List<Measure> measures) {
        super("token_statistics", "Statistics of each state", view, measures);
    }

    /** {@return √Σx², in the units of the stream; {@code [points, tokens]}, at least 0} */
    public Measure l2() {
        return measure("l2");
    }

    /** {@return √(Σx² / n), in the units of the stream; {@code [points, tokens]}, at least 0} */
    public Measure rms() {
        return measure("rms");
    }

    /** {@return Σx / n, in the units of the stream; {@code [points, tokens]}} */
    public Measure mean() {
        return measure("mean");
    }

    /** {@return Σ(x − mean)² / n, in squared units of the stream; {@code [points, tokens]}, at least 0} */
    public Measure variance() {
        return measure("variance");
    }

    /** {@return the smallest value, in the units of the stream; {@code [points, tokens]}} */
    public Measure min() {
        return measure("min");
    }

    /** {@return the largest value, in the units of the stream; {@code [points, tokens]}} */
    public Measure max() {
        return measure("max");
    }

    /**
     * {@return (Σ(x − mean)⁴ / n) / variance², a pure number; {@code [points, tokens]}, at least 1, and 3 for a normal
     * distribution; NaN where all values are equal} Large values mean a few giant dimensions (Elhage et al.&nbsp;2023,
     * Privileged Bases in the Transformer Residual Stream).
     */
    public Measure kurtosis() {
        return measure("kurtosis");
    }

    /**
     * {@return (√n − Σ|x| / √Σx²) / (√n − 1), from 0 when all magnitudes are equal to 1 when one value alone is not
     * zero; {@code [points, tokens]}, NaN for a zero vector or a single dimension (Hoyer 2004, Non-negative matrix
     * factorization with sparseness constraints, section 3.1)}
     */
    public Measure sparsity() {
        return measure("sparsity");
    }

    /**
     * {@return the norm at a point over the norm at the point before, a pure number; {@code [points-1, tokens]};
     * follows IEEE where the norm before is zero}
     */
    public Measure growth() {
        return measure("growth");
    }
}
