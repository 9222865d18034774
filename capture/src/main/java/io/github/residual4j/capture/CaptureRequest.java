package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.BadRequestException;
import io.github.residual4j.CaptureException;
import java.util.Arrays;
import java.util.List;

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
    private final Gpt2 model;
    private final CaptureInput input;
    private final CaptureSpec spec;

    CaptureRequest(Gpt2 model, CaptureInput input, CaptureSpec spec) {
        this.model = model;
        this.input = input;
        this.spec = spec;
    }

    private CaptureRequest with(CaptureSpec changed) {
        return new CaptureRequest(model, input, changed);
    }

    /**
     * Keeps these hook points. A session always holds a state of the stream; when none is asked for, the first one,
     * {@code embed}, is kept as well.
     *
     * @throws BadRequestException if there is none
     */
    public CaptureRequest points(HookPoint... points) {
        if (points.length == 0) {
            throw new BadRequestException("At least one hook point must be asked for.");
        }
        return with(spec.withPoints(Arrays.asList(points)));
    }

    /**
     * Keeps the points of these blocks only; points that belong to no block are not affected.
     *
     * @param blocks counted from 0
     * @throws BadRequestException if there is none
     */
    public CaptureRequest blocks(int... blocks) {
        if (blocks.length == 0) {
            throw new BadRequestException("At least one block must be asked for.");
        }
        return with(spec.withBlocks(Arrays.stream(blocks).boxed().distinct().toList()));
    }

    /** Keeps these positions only; the session's tokens say which they are. */
    public CaptureRequest positions(Positions positions) {
        return with(spec.withPositions(positions));
    }

    /**
     * Runs no block after this one.
     *
     * @param block counted from 0
     */
    public CaptureRequest stopAfterBlock(int block) {
        return with(spec.withStopAfterBlock(block));
    }

    /**
     * Also keeps the logits of the text's last position, {@code [1, 1, vocabulary]}, for
     * {@link ActivationSession#topTokens(int)}. For those of all kept positions ask for {@link HookPoint#LOGITS}.
     */
    public CaptureRequest lastLogits() {
        return with(spec.withLastLogits());
    }

    /** Puts the model's beginning-of-sequence token before the text; it becomes position 0. */
    public CaptureRequest prependBos() {
        return with(spec.withPrependBos());
    }

    /**
     * Runs the text.
     *
     * @throws BadRequestException if the text is empty or longer than the model's context, a position is beyond it, a
     *     block does not exist, or a point is not computed by such a run
     * @throws CaptureException if the model is closed or ONNX Runtime fails
     */
    public ActivationSession capture() {
        return model.capture(List.of(input), spec).get(0);
    }
}
