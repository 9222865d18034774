package io.github.residual4j;

import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.analysis.CosineBetweenLayers;
import io.github.residual4j.analysis.PointStatistics;
import java.util.List;
import java.util.stream.IntStream;

/** Asks questions of a session's residual stream. Immutable; each question returns a value that stands on its own. */
public final class ResidualAnalyzer {
    private final ActivationSession session;

    private ResidualAnalyzer(ActivationSession session) {
        this.session = session;
    }

    /** An analyzer of a whole session. */
    public static ResidualAnalyzer of(ActivationSession session) {
        return new ResidualAnalyzer(session);
    }

    /** The session being analyzed. */
    public ActivationSession session() {
        return session;
    }

    /** How far each step of the stream turns it: cosine between consecutive points. */
    public CosineBetweenLayers cosineBetweenLayers() {
        int points = session.points().size();
        double[][] values = new double[points - 1][session.tokens().size()];
        for (int p = 0; p < values.length; p++) {
            for (int t = 0; t < values[p].length; t++) {
                values[p][t] = cosine(session.vector(p, t), session.vector(p + 1, t));
            }
        }
        List<String> transitions = IntStream.range(0, points - 1)
                .mapToObj(
                        p -> session.points().get(p) + " → " + session.points().get(p + 1))
                .toList();
        return new CosineBetweenLayers(transitions, tokenLabels(), values);
    }

    /** Mean, deviation and range of each point. */
    public PointStatistics statistics() {
        int points = session.points().size();
        double[][] s = new double[5][points];
        for (int p = 0; p < points; p++) {
            float[] x = session.states()[p];
            double sum = 0;
            double abs = 0;
            s[2][p] = Double.POSITIVE_INFINITY;
            s[3][p] = Double.NEGATIVE_INFINITY;
            for (float v : x) {
                sum += v;
                abs += Math.abs(v);
                s[2][p] = Math.min(s[2][p], v);
                s[3][p] = Math.max(s[3][p], v);
            }
            double mean = sum / x.length;
            double squares = 0;
            for (float v : x) {
                squares += (v - mean) * (v - mean);
            }
            s[0][p] = mean;
            s[1][p] = Math.sqrt(squares / x.length);
            s[4][p] = abs / x.length;
        }
        return new PointStatistics(
                session.points().stream().map(StreamPoint::name).toList(), s[0], s[1], s[2], s[3], s[4]);
    }

    /** L2 norms of the stream and of what each block's attention and MLP add to it. */
    public BlockMagnitudes magnitudes() {
        int blocks = session.blockCount();
        double[][] m = new double[3][blocks];
        for (int b = 0; b < blocks; b++) {
            for (int t = 0; t < session.tokens().size(); t++) {
                float[] pre = session.vector(2 * b, t);
                float[] mid = session.vector(2 * b + 1, t);
                float[] post = session.vector(2 * b + 2, t);
                m[0][b] += norm(pre) / session.tokens().size();
                m[1][b] += norm(minus(mid, pre)) / session.tokens().size();
                m[2][b] += norm(minus(post, mid)) / session.tokens().size();
            }
        }
        return new BlockMagnitudes(blockLabels(), m[0], m[1], m[2]);
    }

    /** Whether each block's attention and MLP write along the stream or against it. */
    public BlockAlignment alignment() {
        int blocks = session.blockCount();
        int tokens = session.tokens().size();
        double[][] attention = new double[blocks][tokens];
        double[][] mlp = new double[blocks][tokens];
        for (int b = 0; b < blocks; b++) {
            for (int t = 0; t < tokens; t++) {
                float[] pre = session.vector(2 * b, t);
                float[] mid = session.vector(2 * b + 1, t);
                float[] post = session.vector(2 * b + 2, t);
                attention[b][t] = cosine(pre, minus(mid, pre));
                mlp[b][t] = cosine(pre, minus(post, mid));
            }
        }
        return new BlockAlignment(blockLabels(), tokenLabels(), attention, mlp);
    }

    private List<String> tokenLabels() {
        return session.tokens().stream().map(Token::label).toList();
    }

    private List<String> blockLabels() {
        return IntStream.range(0, session.blockCount()).mapToObj(b -> "L" + b).toList();
    }

    private static float[] minus(float[] a, float[] b) {
        float[] d = new float[a.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = a[i] - b[i];
        }
        return d;
    }

    private static double norm(float[] a) {
        double sum = 0;
        for (float v : a) {
            sum += (double) v * v;
        }
        return Math.sqrt(sum);
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        double norms = norm(a) * norm(b);
        return norms == 0 ? 0 : dot / norms;
    }
}
