package io.github.residual4j.capture.internal.run;

import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a run computed, in memory that is lent until {@link #close()}.
 *
 * <p>Values come as the model's tensors, over the whole batch of B texts filled up to T tokens: states and heads
 * {@code [B, T, …]}, patterns and scores {@code [B, H, T, S]} of S attended columns, logits
 * {@code [R, V]} with {@link ScoredRows} among the rows.
 */
public final class RunValues implements AutoCloseable {
    private final Batch batch;
    private final Columns columns;
    private final ScoredRows logits;
    private final Map<HookKey, FloatBuffer> values;
    private final Optional<KeyValueCache> cache;
    private final Runnable release;

    /**
     * @param columns what the columns of keys and values hold, those of a cache before and of the batch
     * @param cache the keys and values of all positions, if they were asked for
     * @param release takes back the memory of the values
     */
    public RunValues(
            Batch batch,
            Columns columns,
            ScoredRows logits,
            Map<HookKey, FloatBuffer> values,
            Optional<KeyValueCache> cache,
            Runnable release) {
        this.batch = batch;
        this.columns = columns;
        this.logits = logits;
        this.values = values;
        this.cache = cache;
        this.release = release;
    }

    /**
     * Which rows of the logits are whose.
     *
     * @param positions the positions of each text whose next token was scored
     * @param first for each text, the row of the first of them
     * @param vocabulary the length of a row
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
    public record ScoredRows(Positions positions, int[] first, int vocabulary) {
        private FloatBuffer of(FloatBuffer all, int text, int length) {
            return all.slice(first[text] * vocabulary, positions.count(length) * vocabulary);
        }
    }

    /** The keys and values of all positions, if they were asked for, to be closed by whoever takes them. */
    public Optional<KeyValueCache> cache() {
        return cache;
    }

    /** The same without the sites that are not among some; closing either closes both. */
    public RunValues only(Set<HookKey> sites) {
        Map<HookKey, FloatBuffer> some = new LinkedHashMap<>(values);
        some.keySet().retainAll(sites);
        return new RunValues(batch, columns, logits, some, cache, release);
    }

    /** How many positions of a text came before those that were run. */
    public int before(int text) {
        return columns.length(text) - batch.length(text);
    }

    /** The sites that were computed. */
    public Set<HookKey> sites() {
        return values.keySet();
    }

    /** All values of a site, over the whole batch. */
    public FloatBuffer all(HookKey site) {
        return values.get(site).duplicate();
    }

    /**
     * The rows of one text at consecutive positions, {@code [positions, …]}; for logits those scored within them.
     *
     * @param site any but an attention pattern
     * @param positions which positions; ignored for logits, whose positions were chosen when the model was run
     */
    public FloatBuffer rows(HookKey site, int text, Positions positions) {
        FloatBuffer all = values.get(site);
        if (site.point() == HookPoint.LOGITS) {
            return logits.of(all, text, batch.length(text));
        }
        int row = all.remaining() / (batch.size() * batch.length());
        int length = batch.length(text);
        int first = text * batch.length() + positions.first(length);
        return all.slice(first * row, positions.count(length) * row);
    }

    /**
     * One head's attention pattern or scores from one position to all positions of the text, {@code [S]}.
     *
     * @param heads how many heads the pattern has
     */
    public FloatBuffer patternRow(HookKey site, int text, int heads, int head, int position) {
        FloatBuffer all = values.get(site);
        long row = ((long) text * heads + head) * batch.length() + position;
        FloatBuffer byColumn = all.slice(Math.toIntExact(row * columns.count()), columns.count());
        if (columns.areInOrder(text)) {
            return byColumn.slice(0, columns.length(text));
        }
        FloatBuffer byPosition = FloatBuffer.allocate(columns.length(text));
        for (int column = 0; column < columns.count(); column++) {
            if (columns.holds(text, column)) {
                byPosition.put(columns.position(text, column), byColumn.get(column));
            }
        }
        return byPosition;
    }

    @Override
    public void close() {
        release.run();
    }
}
