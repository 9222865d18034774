package io.github.residual4j.capture.internal.run;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CancelledException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A model that can be run for values of its hook points: a graph built from a checkpoint, or a foreign graph in which
 * the stream was found. Safe to share between threads; not to be closed while it runs.
 */
public interface StreamModel extends AutoCloseable {
    /** The hook points it can give. */
    Set<HookPoint> offers();

    /** Whether the value of a hook point can be changed on its way. */
    boolean canEdit(HookKey key);

    /** Whether a run may begin with what a block reads or, by the number of blocks, with what the final norm reads. */
    boolean canStartAt(int block);

    /** Whether keys and values can go in and out. */
    boolean keepsCache();

    /** Whether it scores any positions that are asked for and no others. */
    boolean scoresChosenPositions();

    /** The final norm and the unembedding, where both are known as plain weights; reads them. */
    Optional<Readout> readout();

    /** How the heads of a block write to the stream, where that is known as plain weights. */
    Optional<OutputProjection> outputProjection(int block);

    /** How the neurons of a block's MLP write to the stream, where that is known as plain weights. */
    Optional<OutputProjection> neuronProjection(int block);

    /** The population standard deviation of all values of the token embedding, where that is known; reads it. */
    OptionalDouble embeddingDeviation();

    /** What to know before any number of it is used, a sentence each; mostly none. */
    List<String> warnings();

    /**
     * Whether activations are rounded by scales that all positions of a run share, so that a position's states depend a
     * little on the tokens after it.
     */
    boolean sharesScales();

    /** How many transformer blocks it has. */
    int blocks();

    /** Whether several texts can be run as one batch by a plan, without a difference to their numbers. */
    boolean runsTogether(RunPlan plan);

    /**
     * Runs a batch.
     *
     * @param plan what to do; what it reads is offered and in an existing block
     * @param batch one text, or several where {@link #runsTogether} says so; after a cache, the tokens that follow
     * @param inputs the numbers that go into it beside the tokens
     * @throws BadRequestException if the graph cannot do it, or cannot take a batch of this shape
     * @throws CancelledException if it is cancelled, or its thread is interrupted
     * @throws CaptureException if it fails
     */
    RunValues run(RunPlan plan, Batch batch, RunInputs inputs, Cancellation cancellation);

    @Override
    void close();
}
