package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.SessionComparison;
import io.github.residual4j.analysis.SessionComparison.Difference;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Token;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Holds two views of the same shape against each other. */
public final class Comparison {
    private Comparison() {}

    /** Finds {@link SessionComparison} of views of the same positions. */
    public static SessionComparison of(StreamView a, StreamView b, double atol, double rtol) {
        requireSame(
                "positions",
                a.tokens().stream().map(Token::position).toList(),
                b.tokens().stream().map(Token::position).toList(),
                " Texts of different lengths are aligned from their ends, or by pairs of positions.");
        return ofRows(a, b, "", atol, rtol);
    }

    /** Finds {@link SessionComparison} of the tokens at pairs of positions, which count from the end where negative. */
    public static SessionComparison ofPairs(StreamView a, StreamView b, int[][] pairs, double atol, double rtol) {
        for (int[] pair : pairs) {
            if (pair == null || pair.length != 2) {
                throw new BadRequestException("A pair is two positions, of the first and of the second session, not "
                        + Arrays.toString(pair) + ".");
            }
        }
        if (pairs.length == 0) {
            throw new BadRequestException("At least one pair of positions must be named.");
        }
        StreamView ofA = Narrowing.toPairedPositions(
                a, Arrays.stream(pairs).mapToInt(pair -> pair[0]).toArray());
        StreamView ofB = Narrowing.toPairedPositions(
                b, Arrays.stream(pairs).mapToInt(pair -> pair[1]).toArray());
        return ofRows(ofA, ofB, "against positions " + Narrowing.ranges(ofB.tokens()) + "; ", atol, rtol);
    }

    /** The positions of the last tokens of both, as many as the shorter has. */
    public static int[][] pairsFromTheEnd(StreamView a, StreamView b) {
        int count = Math.min(a.tokens().size(), b.tokens().size());
        int[][] pairs = new int[count][];
        for (int i = 0; i < count; i++) {
            pairs[i] = new int[] {
                a.tokens().get(a.tokens().size() - count + i).position(),
                b.tokens().get(b.tokens().size() - count + i).position()
            };
        }
        return pairs;
    }

    private static SessionComparison ofRows(StreamView a, StreamView b, String step, double atol, double rtol) {
        if (!(atol >= 0 && rtol >= 0)) {
            throw new BadRequestException("Tolerances cannot be negative: atol " + atol + ", rtol " + rtol + ".");
        }
        requireSame("points", a.pointLabels(), b.pointLabels(), "");
        requireSame(
                "dimensions",
                Arrays.stream(a.dimensions()).boxed().toList(),
                Arrays.stream(b.dimensions()).boxed().toList(),
                "");
        int points = a.points().size();
        double[][] m = new double[4][points];
        Optional<Difference> first = Optional.empty();
        for (int p = 0; p < points; p++) {
            double dot = 0;
            double squareA = 0;
            double squareB = 0;
            for (int t = 0; t < a.tokens().size(); t++) {
                for (int d = 0; d < a.width(); d++) {
                    float x = a.value(p, t, d);
                    float y = b.value(p, t, d);
                    dot += (double) x * y;
                    squareA += (double) x * x;
                    squareB += (double) y * y;
                    double difference = Float.compare(x, y) == 0 ? 0 : Math.abs((double) x - y);
                    m[0][p] = Math.max(m[0][p], difference);
                    m[1][p] = Math.max(m[1][p], difference == 0 ? 0 : difference / Math.abs(y));
                    boolean agree =
                            difference == 0 || (Double.isFinite(difference) && difference <= atol + rtol * Math.abs(y));
                    if (!agree) {
                        m[3][p]++;
                        if (first.isEmpty()) {
                            first = Optional.of(new Difference(
                                    a.points().get(p).name(),
                                    t,
                                    a.tokens().get(t).label(),
                                    a.dimensions()[d],
                                    x,
                                    y));
                        }
                    }
                }
            }
            m[2][p] = Cosine.of(dot, squareA, squareB);
        }
        View view = a.after(step + "atol " + atol + ", rtol " + rtol);
        return new SessionComparison(
                view,
                List.of(
                        Measure.of("max_absolute", "", a.pointAxis(), m[0]),
                        Measure.of("max_relative", "", a.pointAxis(), m[1]),
                        Measure.of("cosine", "", a.pointAxis(), m[2]),
                        Measure.of("beyond_tolerance", "", a.pointAxis(), m[3]).ofWholeNumbers()),
                first);
    }

    private static void requireSame(String what, List<?> a, List<?> b, String advice) {
        for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
            if (i >= a.size() || i >= b.size() || !a.get(i).equals(b.get(i))) {
                throw new BadRequestException("Only sessions of the same " + what + " can be compared; the first has "
                        + a.size() + " and the second " + b.size() + ", and they differ at number " + i + ": "
                        + (i < a.size() ? a.get(i) : "none") + " against " + (i < b.size() ? b.get(i) : "none") + "."
                        + advice);
            }
        }
    }
}
