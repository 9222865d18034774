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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Texts that grow together. Keys and values of what was read stay in ONNX Runtime's own memory; a model that cannot
 * keep them reads the whole texts again each time.
 */
public final class Decoder implements AutoCloseable {
    private static final HookKey LOGITS = HookKey.of(HookPoint.LOGITS);

    private final StreamModel model;
    private final EditedRun edits;
    private final Set<HookKey> reads;
    private final Cancellation cancellation;
    private @Nullable KeyValueCache cache;

    /** @param reads what is read of each token beside logits */
    public Decoder(StreamModel model, EditedRun edits, Set<HookKey> reads, Cancellation cancellation) {
        this.model = model;
        this.edits = edits;
        this.reads = new TreeSet<>(reads);
        this.reads.add(LOGITS);
        this.cancellation = cancellation;
    }

    /**
     * Reads what is new of the texts, at least one token of each.
     *
     * @param texts the ids of each whole text
     * @param values is shown what was read, for the time of the call
     * @return the logits after the last token of each text
     */
    public List<float[]> read(List<long[]> texts, Consumer<RunValues> values) {
        RunPlan plan = RunPlan.reading(reads);
        RunInputs inputs = RunInputs.scoring(Positions.last());
        if (model.keepsCache()) {
            plan = plan.givingCache();
            if (cache != null) {
                plan = plan.takingCache();
                inputs = inputs.after(cache);
            }
        }
        Batch batch = unread(texts);
        try (RunValues run = edits.runNext(plan, batch, inputs, cancellation)) {
            KeyValueCache before = cache;
            cache = run.cache().orElse(null);
            if (before != null) {
                before.close();
            }
            values.accept(run);
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

    private Batch unread(List<long[]> texts) {
        List<long[]> unread = new ArrayList<>();
        for (int text = 0; text < texts.size(); text++) {
            long[] ids = texts.get(text);
            int read = cache == null ? 0 : cache.columns().length(text);
            unread.add(Arrays.copyOfRange(ids, read, ids.length));
        }
        return Batch.of(unread);
    }

    /**
     * Goes on with some of the texts only.
     *
     * @param texts their places among those read last
     */
    public void keep(List<Integer> texts) {
        if (cache != null) {
            KeyValueCache all = cache;
            cache = all.keeping(texts);
            all.close();
        }
    }

    /** Whether several texts, of any lengths, can grow together, without a difference to their numbers. */
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
