package io.github.residual4j.capture.internal.generate;

import io.github.residual4j.capture.internal.edit.EditedRun;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.KeyValueCache;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Texts of one length that grow together. Keys and values of what was read stay in ONNX Runtime's own memory; a model that cannot keep them
 * reads the whole texts again each time.
 */
public final class Decoder implements AutoCloseable {
    private static final HookKey LOGITS = HookKey.of(HookPoint.LOGITS);

    private final StreamModel model;
    private final EditedRun edits;
    private final Set<HookKey> reads;
    private final Cancellation cancellation;
    private @Nullable KeyValueCache cache;
    private int read; // how many tokens of each text went through the model

    /** @param reads what is read of each token beside logits */
    public Decoder(StreamModel model, EditedRun edits, Set<HookKey> reads, Cancellation cancellation) {
        this.model = model;
        this.edits = edits;
        this.reads = new TreeSet<>(reads);
        this.reads.add(LOGITS);
        this.cancellation = cancellation;
    }

    /**
     * Reads what is new of the texts.
     *
     * @param texts the ids of each whole text, as many as of the others
     * @param values is shown what was read, for the time of the call, and the texts' first position in it
     * @return the logits after the last token of each text
     */
    public List<float[]> read(List<long[]> texts, BiConsumer<RunValues, Integer> values) {
        boolean keeps = model.keepsCache();
        int first = keeps ? read : 0;
        int length = texts.get(0).length;
        RunPlan plan = RunPlan.reading(reads);
        RunInputs inputs = RunInputs.scoring(Positions.last());
        if (keeps) {
            plan = plan.givingCache();
            if (cache != null) {
                plan = plan.takingCache();
                inputs = inputs.after(cache);
            }
        }
        Batch batch = Batch.of(texts.stream()
                .map(ids -> Arrays.copyOfRange(ids, first, length))
                .toList());
        try (RunValues run = edits.runNext(plan, batch, inputs, cancellation)) {
            KeyValueCache before = cache;
            cache = run.cache().orElse(null);
            if (before != null) {
                before.close();
            }
            read = length;
            values.accept(run, first);
            List<float[]> logits = new ArrayList<>();
            for (int text = 0; text < texts.size(); text++) {
                FloatBuffer row = run.rows(LOGITS, text, Positions.last());
                float[] copy = new float[row.remaining()];
                row.get(copy);
                logits.add(copy);
            }
            return logits;
        }
    }

    /** Whether several texts can grow together, without a difference to their numbers. */
    public boolean readsTogether() {
        RunPlan plan = RunPlan.reading(reads);
        return model.runsTogether(model.keepsCache() ? plan.givingCache() : plan);
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }
}
