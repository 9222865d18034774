package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What to run and what to keep of it. Immutable: each method returns a changed copy, so a request can be kept and
 * varied. Just what is asked for is computed.
 *
 * <pre>{@code
 * model.request("Paris is the capital of")
 *         .points(HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN)
 *         .positions(Positions.last())
 *         .stopAfterBlock(5)
 *         .capture();
 * }</pre>
 *
 * <p>When nothing is said, the whole residual stream and the state after the final layer norm are kept at all
 * positions, without logits.
 */
public final class CaptureRequest {
    private final LanguageModel model;
    private final Optional<CaptureInput> input;
    private final CaptureSpec spec;
    private final BatchLimits limits;
    private final Consumer<CaptureProgress> progress;

    private CaptureRequest(
            LanguageModel model,
            Optional<CaptureInput> input,
            CaptureSpec spec,
            BatchLimits limits,
            Consumer<CaptureProgress> progress) {
        this.model = model;
        this.input = input;
        this.spec = spec;
        this.limits = limits;
        this.progress = progress;
    }

    static CaptureRequest of(LanguageModel model, Optional<CaptureInput> input) {
        return new CaptureRequest(model, input, CaptureSpec.DEFAULT, BatchLimits.DEFAULT, done -> {});
    }

    private CaptureRequest with(CaptureSpec changed) {
        return new CaptureRequest(model, input, changed, limits, progress);
    }

    /**
     * Keeps these hook points. A session always holds a state of the stream; when none is asked for, the first one,
     * {@code embed}, is kept as well.
     *
     * @param points what to keep
     * @return a request with that changed
     * @throws BadRequestException if there is none
     */
    public CaptureRequest points(HookPoint... points) {
        BadRequestException.requireGiven(points, "list of hook points");
        for (HookPoint point : points) {
            BadRequestException.requireGiven(point, "hook point");
        }
        if (points.length == 0) {
            throw new BadRequestException("At least one hook point must be asked for.");
        }
        return with(spec.withPoints(Arrays.asList(points)));
    }

    /**
     * Keeps every hook point that the model offers, and logits of the last position alone where it gives no others.
     *
     * @return a request with that changed
     */
    public CaptureRequest allPoints() {
        Set<HookPoint> offered = model.description().offers();
        if (!offered.contains(HookPoint.LOGITS) || model.scoresEveryPosition()) {
            return with(spec.withPoints(offered));
        }
        offered.remove(HookPoint.LOGITS);
        return with(spec.withPoints(offered)).lastLogits();
    }

    /**
     * Keeps the points of these blocks only; points that belong to no block are not affected.
     *
     * @param blocks counted from 0
     * @return a request with that changed
     * @throws BadRequestException if there is none
     */
    public CaptureRequest blocks(int... blocks) {
        BadRequestException.requireGiven(blocks, "list of blocks");
        if (blocks.length == 0) {
            throw new BadRequestException("At least one block must be asked for.");
        }
        return with(spec.withBlocks(Arrays.stream(blocks).boxed().distinct().toList()));
    }

    /**
     * Keeps these points beside what {@link #points} and {@link #blocks} say, each in its block alone.
     *
     * @param keys what to keep, such as {@code HookKey.parse("blocks.3.mlp.post")}
     * @return a request with that changed
     */
    public CaptureRequest also(HookKey... keys) {
        BadRequestException.requireGiven(keys, "list of hook keys");
        for (HookKey key : keys) {
            BadRequestException.requireGiven(key, "hook key");
        }
        return with(spec.withAlso(Arrays.asList(keys)));
    }

    /**
     * Keeps these positions only; the session's tokens say which they are.
     *
     * @param positions which ones
     * @return a request with that changed
     */
    public CaptureRequest positions(Positions positions) {
        BadRequestException.requireGiven(positions, "choice of positions");
        return with(spec.withPositions(positions));
    }

    /**
     * Runs no block after this one.
     *
     * @param block counted from 0
     * @return a request with that changed
     */
    public CaptureRequest stopAfterBlock(int block) {
        return with(spec.withStopAfterBlock(block));
    }

    /**
     * Also keeps the logits of the text's last position, {@code [1, 1, vocabulary]}, for {@link
     * ActivationSession#topTokens(int)}. For those of all kept positions ask for {@link HookPoint#LOGITS}.
     *
     * @return a request with that changed
     */
    public CaptureRequest lastLogits() {
        return with(spec.withLastLogits());
    }

    /**
     * Puts the model's beginning-of-sequence token before the text; it becomes position 0.
     *
     * @return a request with that changed
     */
    public CaptureRequest prependBos() {
        return with(spec.withPrependBos());
    }

    /**
     * Changes the run. Several edits of a request are done in the order they were given, each to what those before it
     * left. The session records them; see {@link Edit#of(ActivationSession)}.
     *
     * @param edit where, and what becomes of the values there
     * @return a request with that changed
     */
    public CaptureRequest edit(Edit edit) {
        BadRequestException.requireGiven(edit, "edit");
        return with(spec.withEdit(edit.placed()));
    }

    /**
     * Limits what {@link #captureAll} runs at once; without it, 16 texts and 1,024 tokens.
     *
     * @param texts at most this many texts
     * @param tokens at most this many tokens, the filling of shorter texts included; a single text may have more
     * @return a request with that changed
     * @throws BadRequestException if either is below 1
     */
    public CaptureRequest batch(int texts, int tokens) {
        return new CaptureRequest(model, input, spec, limits.withSize(texts, tokens), progress);
    }

    /**
     * Lets {@link #captureAll} run several batches at the same time, in threads of their own; without it, one, in the
     * thread that takes the sessions. Each run uses as many threads as the model's device has: many short texts go
     * fastest through a model opened with {@code Device.cpu(1)} and one batch more than there are cores.
     *
     * @param batches how many run at the same time, each of which holds its values in memory
     * @return a request with that changed
     * @throws BadRequestException if it is below 1
     */
    public CaptureRequest atOnce(int batches) {
        return new CaptureRequest(model, input, spec, limits.withAtOnce(batches), progress);
    }

    /**
     * Calls back after each batch of {@link #captureAll}, in the thread that takes the sessions.
     *
     * @param callback is told how far the capture has come
     * @return a request with that changed
     */
    public CaptureRequest onProgress(Consumer<CaptureProgress> callback) {
        BadRequestException.requireGiven(callback, "callback");
        return new CaptureRequest(model, input, spec, limits, callback);
    }

    /**
     * Runs the text. Interrupting the thread ends the run within one operator of the graph; a graph that is
     * being loaded, as the first request of a kind does, is loaded first.
     *
     * @return the session
     * @throws BadRequestException if the request was made without a text, the text is empty or longer than the model's
     *     context, a position is beyond it, a block does not exist, or a point is not computed by such a run
     * @throws CaptureException if the model is closed, ONNX Runtime fails, or the thread is interrupted, whose
     *     interrupt flag stays
     */
    public ActivationSession capture() {
        CaptureInput text = input.orElseThrow(() -> new BadRequestException(
                "This request was made without a text; make it by request(text), or give texts to captureAll."));
        return model.run(List.of(model.prepare(text, spec)), spec, new Cancellation())
                .get(0);
    }

    /**
     * Runs many texts, batched by length, and gives their sessions in the order of the texts. Their numbers do not
     * depend on how they are batched.
     *
     * <p>Texts are read and run as sessions are taken, a few batches ahead, so neither need fit in memory together.
     * Closing the stream, from any thread, or interrupting the thread that takes sessions cancels the rest, the batch
     * that runs included. A text that cannot be run is reported when it is its turn, by its place in the stream counted
     * from 0.
     *
     * @param texts the texts
     * @return the sessions, run as they are taken; to be closed when not taken to the end
     * @throws CaptureException from the stream's terminal operation, if the model is closed, the capture is cancelled,
     *     or ONNX Runtime fails
     */
    public Stream<ActivationSession> captureAll(Stream<String> texts) {
        BadRequestException.requireGiven(texts, "stream of texts");
        return CaptureStream.of(model, texts.map(CaptureInput.OfText::new), spec, limits, progress);
    }

    /**
     * As {@link #captureAll}, for texts given by their tokens' ids.
     *
     * @param texts the ids of each text
     * @return the sessions, run as they are taken; to be closed when not taken to the end
     */
    public Stream<ActivationSession> captureAllIds(Stream<long[]> texts) {
        BadRequestException.requireGiven(texts, "stream of texts");
        return CaptureStream.of(model, texts.map(CaptureInput.OfIds::new), spec, limits, progress);
    }
}
