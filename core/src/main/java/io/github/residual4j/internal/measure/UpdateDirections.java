package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.StreamPath;
import io.github.residual4j.analysis.UpdateGeometry;
import io.github.residual4j.internal.kernel.Parallel;
import java.util.List;

/** How each update lies to the stream it is added to, in double. */
public final class UpdateDirections {
    private final StreamView view;
    private final BlockPoints at;

    private UpdateDirections(StreamView view) {
        this.view = view;
        at = view.blockPoints();
    }

    /** Sums over one token's update u = after − before: u·u, before·u, before·before. */
    private record Update(double square, double along, double beforeSquare) {
        double norm() {
            return Math.sqrt(square);
        }

        /** before·u / ‖before‖. */
        double alongNorm() {
            return beforeSquare == 0 ? 0 : along / Math.sqrt(beforeSquare);
        }

        double acrossNorm() {
            double along2 = alongNorm() * alongNorm();
            return Math.sqrt(along2 > square ? 0 : square - along2);
        }

        /** Between before and before + u: its tangent is across / (‖before‖ + along). */
        double angle() {
            double ahead = Math.sqrt(beforeSquare) + alongNorm();
            boolean gone = beforeSquare == 0 || (ahead == 0 && acrossNorm() == 0);
            return gone ? 90 : Math.toDegrees(StrictMath.atan2(acrossNorm(), ahead));
        }
    }

    private Update update(int before, int after, int token) {
        double square = 0;
        double along = 0;
        double beforeSquare = 0;
        for (int d = 0; d < view.width(); d++) {
            double x = view.value(before, token, d);
            double u = view.value(after, token, d) - x;
            square += u * u;
            along += x * u;
            beforeSquare += x * x;
        }
        return new Update(square, along, beforeSquare);
    }

    public static UpdateGeometry of(StreamView view) {
        return new UpdateDirections(view).geometry();
    }

    public static StreamPath pathOf(StreamView view) {
        return new UpdateDirections(view).path();
    }

    /** What is known of the updates of one kind, attention or MLP, {@code [blocks][tokens]}. */
    private record Updates(double[][] l2, double[][] along, double[][] across, double[][] angle) {
        static Updates of(int blocks, int tokens) {
            return new Updates(
                    new double[blocks][tokens],
                    new double[blocks][tokens],
                    new double[blocks][tokens],
                    new double[blocks][tokens]);
        }

        void put(int block, int token, Update update) {
            l2[block][token] = update.norm();
            along[block][token] = update.alongNorm();
            across[block][token] = update.acrossNorm();
            angle[block][token] = update.angle();
        }
    }

    private UpdateGeometry geometry() {
        int blocks = at.pre().length;
        int tokens = view.tokens().size();
        Updates attentions = Updates.of(blocks, tokens);
        Updates mlps = Updates.of(blocks, tokens);
        double[][] cosine = new double[blocks][tokens];
        Parallel.forEach(blocks, view.size(), b -> {
            for (int t = 0; t < tokens; t++) {
                Update attention = update(at.pre()[b], at.mid()[b], t);
                Update mlp = update(at.mid()[b], at.post()[b], t);
                attentions.put(b, t, attention);
                mlps.put(b, t, mlp);
                cosine[b][t] = Cosine.of(product(b, t), attention.square(), mlp.square());
            }
        });
        Axis b = new Axis("block", at.labels());
        Axis t = view.tokenAxis();
        return new UpdateGeometry(
                view.view(),
                List.of(
                        Measure.of("attention_l2", "", b, t, attentions.l2()),
                        Measure.of("mlp_l2", "", b, t, mlps.l2()),
                        Measure.of("cosine_attention_mlp", "", b, t, cosine),
                        Measure.of("attention_along", "", b, t, attentions.along()),
                        Measure.of("attention_across", "", b, t, attentions.across()),
                        Measure.of("attention_angle", "degrees", b, t, attentions.angle()),
                        Measure.of("mlp_along", "", b, t, mlps.along()),
                        Measure.of("mlp_across", "", b, t, mlps.across()),
                        Measure.of("mlp_angle", "degrees", b, t, mlps.angle())));
    }

    /** The attention output times the MLP output. */
    private double product(int block, int token) {
        double dot = 0;
        for (int d = 0; d < view.width(); d++) {
            double pre = view.value(at.pre()[block], token, d);
            double mid = view.value(at.mid()[block], token, d);
            double post = view.value(at.post()[block], token, d);
            dot += (mid - pre) * (post - mid);
        }
        return dot;
    }

    private StreamPath path() {
        int blocks = at.pre().length;
        int tokens = view.tokens().size();
        double[] length = new double[tokens];
        double[] displacement = new double[tokens];
        double[] straightness = new double[tokens];
        Parallel.forEach(tokens, view.size(), t -> {
            for (int b = 0; b < blocks; b++) {
                length[t] += update(at.pre()[b], at.mid()[b], t).norm()
                        + update(at.mid()[b], at.post()[b], t).norm();
            }
            displacement[t] = update(at.pre()[0], at.post()[blocks - 1], t).norm();
            double ratio = displacement[t] / length[t];
            straightness[t] = ratio > 1 ? 1 : ratio; // a straight line, but for rounding
        });
        Axis axis = view.tokenAxis();
        return new StreamPath(
                view.view(),
                List.of(
                        Measure.of("length", "", axis, length),
                        Measure.of("displacement", "", axis, displacement),
                        Measure.of("straightness", "", axis, straightness)));
    }
}
