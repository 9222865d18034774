package io.github.residual4j.capture.internal.lens;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.Readout;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Computes logits of states: by a run that begins at the final norm, or from its weights where a file has no such place. */
interface Unembedder {
    /**
     * Gives the logits of some states, {@code [states, vocabulary]}, for the time of a call.
     *
     * @param states {@code [1, states, width]}, at most {@link #most()}
     */
    void logits(FloatTensor states, Consumer<FloatBuffer> reader);

    /** How many states it takes at once. */
    int most();

    /**
     * The way that a model offers.
     *
     * @throws BadRequestException if it has no logits, or neither way is found in its file
     */
    static Unembedder of(StreamModel model, int context, Cancellation cancellation) {
        if (!model.offers().contains(HookPoint.LOGITS)) {
            throw new BadRequestException("This model has no logits, so its states cannot be read through them.");
        }
        if (model.canStartAt(model.blocks()) && model.scoresChosenPositions()) {
            return new ByRun(model, Math.min(context, 512), cancellation);
        }
        Optional<Readout> readout = model.readout();
        return new ByWeights(
                readout.orElseThrow(
                        () -> new BadRequestException(
                                "The final norm and the unembedding of this"
                                        + " model were not found in its file as plain weights, so its states cannot be read through them.")));
    }

    /** A run from the final norm on. */
    record ByRun(StreamModel model, int most, Cancellation cancellation) implements Unembedder {
        private static final HookKey LOGITS = HookKey.of(HookPoint.LOGITS);

        @Override
        public void logits(FloatTensor states, Consumer<FloatBuffer> reader) {
            int count = states.shape()[1];
            RunPlan plan = RunPlan.reading(Set.of(LOGITS)).startingAt(model.blocks());
            RunInputs inputs = RunInputs.scoring(Positions.all()).startingWith(states);
            try (RunValues run = model.run(plan, Batch.of(List.of(new long[count])), inputs, cancellation)) {
                reader.accept(run.all(LOGITS));
            }
        }
    }

    /** The formula, in double precision. */
    record ByWeights(Readout readout) implements Unembedder {
        @Override
        public int most() {
            return 64;
        }

        @Override
        public void logits(FloatTensor states, Consumer<FloatBuffer> reader) {
            int count = states.shape()[1];
            int width = states.shape()[2];
            FloatBuffer values = states.asBuffer();
            int vocabulary = readout.vocabulary();
            float[] logits = new float[count * vocabulary];
            float[] state = new float[width];
            for (int row = 0; row < count; row++) {
                values.get(row * width, state);
                double[] normalized = readout.normalize(state);
                for (int token = 0; token < vocabulary; token++) {
                    logits[row * vocabulary + token] = (float) readout.logit(normalized, token);
                }
            }
            reader.accept(FloatBuffer.wrap(logits));
        }
    }
}
