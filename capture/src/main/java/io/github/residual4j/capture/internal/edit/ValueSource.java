package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Where values come from that are put in at hook points. */
public sealed interface ValueSource {
    /**
     * The values for a hook point.
     *
     * @throws BadRequestException if there are none
     */
    PointValues of(HookKey key);

    /** Those of another session, position by position. */
    record OfSession(ActivationSession session) implements ValueSource {
        @Override
        public PointValues of(HookKey key) {
            PointValues values = PointValues.of(key.point(), held(session, key));
            return new PointValues(
                    values.tensor(),
                    session.tokens().stream().map(Token::position).toList());
        }

        @Override
        public String toString() {
            return "those of " + words(session);
        }
    }

    /** The mean over all positions of all texts of some sessions, in double precision. */
    record MeanOf(List<ActivationSession> sessions) implements ValueSource {
        @Override
        public PointValues of(HookKey key) {
            refusePatterns(key);
            double[] sums = new double[0];
            int[] shape = {};
            long rows = 0;
            for (ActivationSession session : sessions) {
                FloatTensor values = held(session, key);
                shape = values.shape(); // [1, tokens, …]
                int row = values.size() / shape[1];
                sums = sums.length == 0 ? new double[row] : sums;
                requireSame(key, sums.length, row);
                float[] all = values.toArray();
                for (int i = 0; i < all.length; i++) {
                    sums[i % row] += all[i];
                }
                rows += shape[1];
            }
            return PointValues.everywhere(mean(sums, rows, Arrays.copyOfRange(shape, 2, shape.length)));
        }

        @Override
        public String toString() {
            return "the mean over " + (sessions.size() == 1 ? words(sessions.get(0)) : sessions.size() + " sessions");
        }
    }

    /** The mean over sessions of equal length at each position, in double precision. */
    record MeanByPosition(List<ActivationSession> sessions) implements ValueSource {
        @Override
        public PointValues of(HookKey key) {
            double[] sums = new double[0];
            int[] shape = {};
            for (ActivationSession session : sessions) {
                FloatTensor values = held(session, key);
                shape = values.shape();
                sums = sums.length == 0 ? new double[values.size()] : sums;
                requireSame(key, sums.length, values.size());
                float[] all = values.toArray();
                for (int i = 0; i < all.length; i++) {
                    sums[i] += all[i];
                }
            }
            PointValues mean = PointValues.of(key.point(), mean(sums, sessions.size(), shape));
            return new PointValues(
                    mean.tensor(),
                    sessions.get(0).tokens().stream().map(Token::position).toList());
        }

        @Override
        public String toString() {
            return "the mean by position over " + Counted.of(sessions.size(), "session");
        }
    }

    /** The means of a stream's points over a corpus. */
    record MeanInStatistics(StreamStatistics statistics) implements ValueSource {
        @Override
        public PointValues of(HookKey key) {
            double[] mean = statistics.mean(key.name());
            return PointValues.everywhere(mean(mean, 1, new int[] {mean.length}));
        }

        @Override
        public String toString() {
            return "the mean over " + Counted.of(statistics.tokens(), "token");
        }
    }

    /** An array, {@code [tokens, …]} or the same for every position. */
    record Given(FloatTensor array) implements ValueSource {
        @Override
        public PointValues of(HookKey key) {
            return PointValues.of(key.point(), array);
        }

        @Override
        public String toString() {
            return "an array " + Arrays.toString(array.shape());
        }
    }

    /** Values of several hook points, each with its own. */
    record Each(Map<HookKey, PointValues> values) implements ValueSource {
        /** Copies what it is given. */
        public Each {
            values = Map.copyOf(values);
        }

        @Override
        public PointValues of(HookKey key) {
            PointValues found = values.get(key);
            if (found == null) {
                throw new BadRequestException("No values are recorded for " + key + ".");
            }
            return found;
        }

        @Override
        public String toString() {
            return "recorded values";
        }
    }

    private static FloatTensor held(ActivationSession session, HookKey key) {
        return session.activation(key)
                .orElseThrow(() -> new BadRequestException("The session of " + words(session) + " holds no " + key
                        + "; capture it with HookPoint." + key.point().name() + "."));
    }

    private static String words(ActivationSession session) {
        return session.text()
                .map(text -> '"' + text + '"')
                .orElse("a session of " + Counted.of(session.tokens().size(), "token"));
    }

    private static void refusePatterns(HookKey key) {
        if (PointValues.isPattern(key.point())) {
            throw new BadRequestException(
                    "The rows of " + key + " are of different lengths, so they have no mean; take one by position.");
        }
    }

    private static void requireSame(HookKey key, int expected, int actual) {
        if (expected != actual) {
            throw new BadRequestException("The sessions' values of " + key + " differ in size, " + expected + " and "
                    + actual + ", so they have no mean; take sessions of one model"
                    + " and, for a mean by position, texts of equal length.");
        }
    }

    private static FloatTensor mean(double[] sums, double count, int[] shape) {
        float[] means = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            means[i] = (float) (sums[i] / count);
        }
        return FloatTensor.of(means, shape);
    }
}
