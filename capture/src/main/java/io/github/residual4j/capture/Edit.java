package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.internal.edit.Change;
import io.github.residual4j.capture.internal.edit.EditPlace;
import io.github.residual4j.capture.internal.edit.PlacedChange;
import io.github.residual4j.capture.internal.edit.PositionChoice;
import io.github.residual4j.capture.internal.edit.RecordedEdits;
import io.github.residual4j.capture.internal.edit.ValueSource;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.io.NpyFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A change of a run: where, and what becomes of the values there. Everything that is computed from them follows, and
 * nothing else. Immutable; each method that narrows it returns a changed copy.
 *
 * <pre>{@code
 * ActivationSession without = model.request(text)
 *         .edit(Edit.zero(HookPoint.ATTENTION_OUTPUT).blocks(4))
 *         .capture();
 * }</pre>
 *
 * <p>An edit that is not narrowed holds in every block, head and position. What fits no model, such as a block that does
 * not exist, is refused when the request is run.
 */
public final class Edit {
    private final PlacedChange placed;

    private Edit(EditPlace place, Change change) {
        placed = new PlacedChange(place, change);
    }

    private Edit(PlacedChange placed) {
        this.placed = placed;
    }

    static Edit of(PlacedChange placed) {
        return new Edit(placed);
    }

    private static Edit of(Change change, HookPoint... points) {
        BadRequestException.requireGiven(points, "list of hook points");
        for (HookPoint point : points) {
            BadRequestException.requireGiven(point, "hook point");
        }
        if (points.length == 0) {
            throw new BadRequestException("An edit needs at least one hook point.");
        }
        return new Edit(EditPlace.of(List.of(points)), change);
    }

    /**
     * {@return the edit that leaves zeros} Zeroing heads at {@link HookPoint#Z} leaves the output's bias, as other tools
     * do.
     *
     * @param points where
     */
    public static Edit zero(HookPoint... points) {
        return of(new Change.Zero(), points);
    }

    /**
     * {@return the edit that multiplies}
     *
     * @param point where
     * @param factor by what
     * @throws BadRequestException if the factor is not finite
     */
    public static Edit scale(HookPoint point, double factor) {
        return of(new Change.Scale(finite(factor, "factor")), point);
    }

    /**
     * {@return the edit that puts in the values of another session, position by position} This is activation patching.
     *
     * @param point where
     * @param session what holds the values, at least of the positions that are changed
     */
    public static Edit replace(HookPoint point, ActivationSession session) {
        BadRequestException.requireGiven(session, "session");
        return of(new Change.Replace(new ValueSource.OfSession(session)), point);
    }

    /**
     * {@return the edit that puts in given values}
     *
     * @param point where
     * @param values of the point's axes ({@link HookPoint#axes()}), or without that of the tokens to put the same in at
     *     every position; as many tokens as the text has
     */
    public static Edit replace(HookPoint point, FloatTensor values) {
        BadRequestException.requireGiven(values, "array of values");
        return of(new Change.Replace(new ValueSource.Given(values)), point);
    }

    /**
     * {@return as {@link #replace(HookPoint, FloatTensor)}, with the array of a {@code .npy} file}
     *
     * @param point where
     * @param npy what NumPy's {@code save} wrote, float16, float32 or float64
     * @throws BadFileException if it cannot be read
     */
    public static Edit replace(HookPoint point, Path npy) {
        return replace(point, NpyFile.read(BadRequestException.requireGiven(npy, "path")));
    }

    /**
     * {@return the edit that puts in the mean over all positions of all texts of some sessions} With the sessions of
     * many texts this is mean ablation; with one other, resampling in the mean.
     *
     * @param point where
     * @param sessions what to average, each text's every position counting once
     * @throws BadRequestException if there is none
     */
    public static Edit mean(HookPoint point, Collection<ActivationSession> sessions) {
        return of(new Change.Replace(new ValueSource.MeanOf(some(sessions))), point);
    }

    /**
     * {@return the edit that puts in the mean state of a corpus}
     *
     * @param point a point of the stream
     * @param statistics what was gathered, {@link StreamStatistics#withCovarianceOf} that point
     */
    public static Edit mean(HookPoint point, StreamStatistics statistics) {
        BadRequestException.requireGiven(statistics, "statistics");
        return of(new Change.Replace(new ValueSource.MeanInStatistics(statistics)), point);
    }

    /**
     * {@return the edit that puts in, at each position, the mean over some sessions at that position}
     *
     * @param point where
     * @param sessions of texts that have the same length
     * @throws BadRequestException if there is none
     */
    public static Edit meanByPosition(HookPoint point, Collection<ActivationSession> sessions) {
        return of(new Change.Replace(new ValueSource.MeanByPosition(some(sessions))), point);
    }

    private static List<ActivationSession> some(Collection<ActivationSession> sessions) {
        BadRequestException.requireGiven(sessions, "collection of sessions");
        if (sessions.isEmpty()) {
            throw new BadRequestException("A mean needs at least one session.");
        }
        return List.copyOf(sessions);
    }

    /**
     * {@return the edit that adds a multiple of a vector} This is steering.
     *
     * @param point where
     * @param vector as long as the last of the point's axes
     * @param coefficient how much of it
     * @throws BadRequestException if a number is not finite
     */
    public static Edit add(HookPoint point, float[] vector, double coefficient) {
        return of(new Change.Add(finite(vector), finite(coefficient, "coefficient")), point);
    }

    /**
     * {@return as {@link #add(HookPoint, float[], double)}, with the vector of a {@code .npy} file}
     *
     * @param point where
     * @param npy what NumPy's {@code save} wrote, of one axis
     * @param coefficient how much of it
     * @throws BadFileException if it cannot be read or has more axes
     */
    public static Edit add(HookPoint point, Path npy, double coefficient) {
        return add(point, vector(npy), coefficient);
    }

    /**
     * {@return as {@link #add(HookPoint, float[], double)}, but each sum is scaled back to the length that the state had}
     *
     * @param point where
     * @param vector as long as the last of the point's axes
     * @param coefficient how much of it
     */
    public static Edit addKeepingNorm(HookPoint point, float[] vector, double coefficient) {
        return of(new Change.AddKeepingNorm(finite(vector), finite(coefficient, "coefficient")), point);
    }

    /**
     * {@return the edit that takes the part along a direction out of each value: h − (h·v̂)v̂}
     *
     * @param point where
     * @param direction of any length but 0
     * @throws BadRequestException if it is zero or not finite
     */
    public static Edit projectOut(HookPoint point, float[] direction) {
        return of(new Change.ProjectOut(unit(direction)), point);
    }

    /**
     * {@return as {@link #projectOut(HookPoint, float[])}, with the direction of a {@code .npy} file}
     *
     * @param point where
     * @param npy what NumPy's {@code save} wrote, of one axis
     * @throws BadFileException if it cannot be read or has more axes
     */
    public static Edit projectOut(HookPoint point, Path npy) {
        return projectOut(point, vector(npy));
    }

    private static float[] vector(Path npy) {
        FloatTensor array = NpyFile.read(BadRequestException.requireGiven(npy, "path"));
        if (array.shape().length == 0 || array.size() != array.shape()[array.shape().length - 1]) {
            throw new BadFileException(
                    npy, "it holds an array " + Arrays.toString(array.shape()) + "; expected a vector of one axis.");
        }
        return array.toArray();
    }

    /**
     * {@return the edit that keeps a direction out of the whole stream: out of the embedding and of every attention and
     * MLP output} This is directional ablation (Arditi et al. 2024, arXiv 2406.11717).
     *
     * @param direction as wide as the stream, of any length but 0
     * @throws BadRequestException if it is zero or not finite
     */
    public static Edit projectOutEverywhere(float[] direction) {
        return of(
                new Change.ProjectOut(unit(direction)),
                HookPoint.EMBED,
                HookPoint.ATTENTION_OUTPUT,
                HookPoint.MLP_OUTPUT);
    }

    /**
     * {@return the edit that adds Gaussian noise to the token embedding, the same for a seed on every machine} This is
     * the corruption of causal tracing (Meng et al. 2022, arXiv 2202.05262), where sigma is 3.
     *
     * @param deviations its standard deviation, in population standard deviations of all values of the token embedding
     * @param seed which noise
     * @throws BadRequestException if the deviation is negative or not finite
     */
    public static Edit noise(double deviations, long seed) {
        return of(new Change.Noise(positive(deviations), true, seed), HookPoint.TOKEN_EMBED);
    }

    /**
     * {@return as {@link #noise}, with the standard deviation itself}
     *
     * @param sigma its standard deviation
     * @param seed which noise
     */
    public static Edit absoluteNoise(double sigma, long seed) {
        return of(new Change.Noise(positive(sigma), false, seed), HookPoint.TOKEN_EMBED);
    }

    /**
     * {@return the edit that holds attention patterns, or what layer norms divide by, as they were in another session}
     *
     * @param point {@link HookPoint#ATTENTION_PATTERN}, {@link HookPoint#LN1_SCALE}, {@link HookPoint#LN2_SCALE} or
     *     {@link HookPoint#FINAL_SCALE}
     * @param session what holds them, of a text of the same length
     * @throws BadRequestException if the point is another
     */
    public static Edit freeze(HookPoint point, ActivationSession session) {
        List<HookPoint> frozen =
                List.of(HookPoint.ATTENTION_PATTERN, HookPoint.LN1_SCALE, HookPoint.LN2_SCALE, HookPoint.FINAL_SCALE);
        if (!frozen.contains(point)) {
            throw new BadRequestException(
                    "What can be frozen is " + frozen + ", not " + point + "; put other values in by replace.");
        }
        return replace(point, session);
    }

    /**
     * {@return the edit that cuts attention edges: minus infinity before the softmax}
     *
     * @param from the positions that look
     * @param to the positions they no longer look at
     */
    public static Edit knockOut(Positions from, Positions to) {
        return knockOut(
                new PositionChoice.Range(BadRequestException.requireGiven(from, "choice of positions")),
                new PositionChoice.Range(BadRequestException.requireGiven(to, "choice of positions")));
    }

    /**
     * As {@link #knockOut(Positions, Positions)}, for single positions.
     *
     * @param from the positions that look, counted from 0, or from −1 at the end
     * @param to the positions they no longer look at
     * @return the edit
     */
    public static Edit knockOut(int[] from, int[] to) {
        return knockOut(some(from, "position"), some(to, "position"));
    }

    private static Edit knockOut(PositionChoice from, PositionChoice to) {
        EditPlace scores = EditPlace.of(List.of(HookPoint.ATTENTION_SCORES));
        return new Edit(scores.at(from).attending(to), new Change.KnockOut());
    }

    /**
     * {@return the edit that puts in what a function makes of the values} It gets those of one text, of the point's axes
     * ({@link HookPoint#axes()}), and gives the same shape. The run leaves the graph there: each hook point that such an
     * edit names costs a run of its own up to it.
     *
     * @param point where
     * @param function what becomes of the values
     */
    public static Edit function(HookPoint point, UnaryOperator<FloatTensor> function) {
        return of(new Change.Function(BadRequestException.requireGiven(function, "function")), point);
    }

    /**
     * {@return the edits of a session, made again from what it recorded of them}
     *
     * @param session one that was captured with edits
     * @throws BadRequestException if one of them was a function, or the session lacks its values
     */
    public static List<Edit> of(ActivationSession session) {
        BadRequestException.requireGiven(session, "session");
        return RecordedEdits.read(session).stream().map(Edit::new).toList();
    }

    /**
     * {@return this edit in some blocks only}
     *
     * @param blocks counted from 0
     */
    public Edit blocks(int... blocks) {
        return with(placed.place().inBlocks(numbers(blocks, "block")));
    }

    /**
     * {@return this edit in one block only}
     *
     * @param block counted from 0
     */
    public Edit block(int block) {
        return blocks(block);
    }

    /**
     * {@return this edit in some heads only}
     *
     * @param heads counted from 0
     */
    public Edit heads(int... heads) {
        return with(placed.place().inHeads(numbers(heads, "head")));
    }

    /**
     * {@return this edit in some places along the last axis only}
     *
     * @param neurons neurons of MLPs, or dimensions of the stream or of a head, counted from 0
     */
    public Edit neurons(int... neurons) {
        return with(placed.place().inDimensions(numbers(neurons, "neuron")));
    }

    /**
     * {@return this edit at some positions only; of attention patterns, where they are looked from}
     *
     * @param positions counted from 0, or from −1 at the end
     */
    public Edit positions(int... positions) {
        return with(placed.place().at(some(positions, "position")));
    }

    /**
     * {@return this edit at some positions only; of attention patterns, where they are looked from}
     *
     * @param positions which ones
     */
    public Edit positions(Positions positions) {
        BadRequestException.requireGiven(positions, "choice of positions");
        return with(placed.place().at(new PositionChoice.Range(positions)));
    }

    private Edit with(EditPlace place) {
        return new Edit(place, placed.change());
    }

    PlacedChange placed() {
        return placed;
    }

    private static PositionChoice some(int[] positions, String what) {
        numbers(positions, what);
        return PositionChoice.of(positions);
    }

    private static List<Integer> numbers(int[] numbers, String what) {
        BadRequestException.requireGiven(numbers, "list of " + what + "s");
        if (numbers.length == 0) {
            throw new BadRequestException("At least one " + what + " must be named.");
        }
        return Arrays.stream(numbers).boxed().toList();
    }

    private static double finite(double number, String what) {
        if (!Double.isFinite(number)) {
            throw new BadRequestException("The " + what + " is " + number + "; it must be finite.");
        }
        return number;
    }

    private static double positive(double sigma) {
        if (finite(sigma, "standard deviation") < 0) {
            throw new BadRequestException("A standard deviation is not negative, as " + sigma + " is.");
        }
        return sigma;
    }

    private static List<Float> finite(float[] vector) {
        BadRequestException.requireGiven(vector, "vector");
        List<Float> values = new ArrayList<>(vector.length);
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new BadRequestException("Value " + i + " of the vector is " + vector[i] + "; it must be finite.");
            }
            values.add(vector[i]);
        }
        return values;
    }

    private static List<Float> unit(float[] direction) {
        List<Float> values = finite(direction);
        double square = 0;
        for (float value : values) {
            square += (double) value * value;
        }
        if (square == 0) {
            throw new BadRequestException("The direction is zero; a direction needs a length.");
        }
        double length = Math.sqrt(square);
        return values.stream().map(value -> (float) (value / length)).toList();
    }

    /** {@return the edit in words, such as {@code zero at blocks.4.attn_out}} */
    @Override
    public String toString() {
        return placed.toString();
    }
}
