package io.github.residual4j.capture.internal.onnx;

import io.github.residual4j.BadRequestException;
import io.github.residual4j.capture.HookPoint;
import io.github.residual4j.capture.Positions;
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

    /**
     * Runs a batch.
     *
     * @param sites what to compute, each offered and in an existing block
     * @param logits for {@link HookPoint#LOGITS}, the positions of each text whose next token is scored
     * @throws BadRequestException if the graph cannot take a batch of this shape
     */
    Activations run(Set<Site> sites, Batch batch, Positions logits);

    @Override
    void close();
}
