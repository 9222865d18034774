package io.github.residual4j.internal.measure;

import java.util.Arrays;
import java.util.Locale;

/** Views whose states were moved or scaled. Sums are in double; the states are stored as float32 again. */
public final class Rescaling {
    private Rescaling() {}

    /** Subtracts from each dimension of each point its mean over the tokens. */
    public static StreamView centered(StreamView view) {
        float[][] states = new float[view.points().size()][];
        for (int p = 0; p < states.length; p++) {
            double[] one = new double[view.width()];
            Arrays.fill(one, 1);
            states[p] = moved(view, p, means(view, p), one);
        }
        return view.withStates(states, "centered");
    }

    /**
     * Centers each dimension of each point and divides it by its population standard deviation over the tokens; a
     * dimension that does not vary becomes zero.
     */
    public static StreamView standardized(StreamView view) {
        int tokens = view.tokens().size();
        float[][] states = new float[view.points().size()][];
        for (int p = 0; p < states.length; p++) {
            double[] mean = means(view, p);
            double[] deviation = new double[view.width()];
            for (int t = 0; t < tokens; t++) {
                for (int d = 0; d < deviation.length; d++) {
                    double from = view.value(p, t, d) - mean[d];
                    deviation[d] += from * from / tokens;
                }
            }
            for (int d = 0; d < deviation.length; d++) {
                deviation[d] = deviation[d] == 0 ? 1 : Math.sqrt(deviation[d]);
            }
            states[p] = moved(view, p, mean, deviation);
        }
        return view.withRescaledStates(states, "standardized", "standardized");
    }

    /** The mean of each dimension of a point over the tokens. */
    static double[] means(StreamView view, int point) {
        double[] mean = new double[view.width()];
        int tokens = view.tokens().size();
        float[] states = view.states()[point];
        for (int t = 0; t < tokens; t++) {
            int at = view.offset(t);
            for (int d = 0; d < mean.length; d++) {
                mean[d] += states[at + d];
            }
        }
        for (int d = 0; d < mean.length; d++) {
            mean[d] /= tokens;
        }
        return mean;
    }

    private static float[] moved(StreamView view, int point, double[] mean, double[] divisor) {
        int width = view.width();
        float[] state = new float[view.tokens().size() * width];
        for (int t = 0; t < view.tokens().size(); t++) {
            for (int d = 0; d < width; d++) {
                state[t * width + d] = (float) ((view.value(point, t, d) - mean[d]) / divisor[d]);
            }
        }
        return state;
    }

    /** Gives each vector zero mean and unit variance as a layer norm does, with its epsilon, without gain and bias. */
    public static StreamView layerNormalized(StreamView view, double epsilon) {
        int tokens = view.tokens().size();
        int width = view.width();
        float[][] states = new float[view.points().size()][tokens * width];
        for (int p = 0; p < states.length; p++) {
            for (int t = 0; t < tokens; t++) {
                double mean = 0;
                for (int d = 0; d < width; d++) {
                    mean += view.value(p, t, d);
                }
                mean /= width;
                double variance = 0;
                for (int d = 0; d < width; d++) {
                    double deviation = view.value(p, t, d) - mean;
                    variance += deviation * deviation;
                }
                variance /= width;
                double divisor = variance + epsilon == 0 ? 1 : Math.sqrt(variance + epsilon);
                for (int d = 0; d < width; d++) {
                    states[p][t * width + d] = (float) ((view.value(p, t, d) - mean) / divisor);
                }
            }
        }
        String step = String.format(Locale.ROOT, "layer-normalized with epsilon %s", epsilon);
        return view.withRescaledStates(states, "layer-normalized", step);
    }
}
