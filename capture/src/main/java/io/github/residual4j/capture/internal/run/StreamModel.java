package io.github.residual4j.capture.internal.run;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.Set;

/**
 * A model that can be run for values of its hook points: a graph built from a checkpoint, or a foreign graph in which
 * the stream was found. Safe to share between threads; not to be closed while it runs.
 */
public interface StreamModel extends AutoCloseable {
    /** The hook points it can give. */
    Set<HookPoint> offers();

    /** How many transformer blocks it has. */
    int blocks();

    /** Whether several texts can be run as one batch for these sites, without a difference to their numbers. */
    boolean runsTogether(Set<HookKey> sites);

    /**
     * Runs a batch.
     *
     * @param sites what to compute, each offered and in an existing block
     * @param batch one text, or several where {@link #runsTogether} says so
     * @param logits for {@link HookPoint#LOGITS}, the positions of each text whose next token is scored
     * @throws BadRequestException if the graph cannot take a batch of this shape
     * @throws CaptureException if it fails, is cancelled, or its thread is interrupted
     */
    RunValues run(Set<HookKey> sites, Batch batch, Positions logits, Cancellation cancellation);

    @Override
    void close();
}
