package io.github.residual4j.capture.internal.discovery;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Columns;
import io.github.residual4j.capture.internal.run.KeyValueCache;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunOutputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RunValues.ScoredRows;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names what a run gave by hook points.
 *
 * @param points the tensors that hold them
 * @param vocabulary how many logits a row has
 * @param cache how keys and values are given out, if they are
 */
record FoundValues(Map<HookKey, String> points, int vocabulary, Optional<FoundCache> cache) {
    /**
     * The values of a run, which close its outputs.
     *
     * @throws CaptureException if an output has another size than the batch asks for
     * @throws BadRequestException if logits of positions were asked for that the file does not give
     */
    RunValues of(RunPlan plan, Batch batch, RunInputs inputs, RunOutputs outputs) {
        int[] firstRows = new int[0];
        Map<HookKey, FloatBuffer> values = new LinkedHashMap<>();
        for (HookKey site : plan.reads()) {
            FloatBuffer found = outputs.values(points.get(site));
            boolean scores = site.point() == HookPoint.LOGITS;
            int unit = scores ? vocabulary : batch.size() * batch.length();
            if (found.remaining() == 0 || found.remaining() % unit != 0) {
                throw new CaptureException(site + " came out as " + Counted.of(found.remaining(), "value")
                        + ", too few or too many for " + Counted.of(batch.size(), "text") + " of "
                        + Counted.of(batch.length(), "token") + ".");
            }
            if (scores) {
                firstRows = firstRows(batch, inputs.logits(), found.remaining() / unit / batch.size());
            }
            values.put(site, found);
        }
        Columns columns = inputs.columnsBefore(batch).and(batch);
        Optional<KeyValueCache> present = plan.givesCache()
                ? Optional.of(
                        KeyValueCache.of(outputs.takeLeft(), cache.orElseThrow().columnAxes(), columns))
                : Optional.empty();
        ScoredRows rows = new ScoredRows(inputs.logits(), firstRows, vocabulary);
        return new RunValues(batch, columns, rows, values, present, outputs::close);
    }

    /**
     * Where each text's scored positions begin among the rows of the logits.
     *
     * @param rows how many rows a text has: all positions', or those of the last ones alone
     */
    private static int[] firstRows(Batch batch, Positions logits, int rows) {
        int[] first = new int[batch.size()];
        for (int text = 0; text < first.length; text++) {
            int row = logits.first(batch.length(text)) - (batch.length() - rows);
            if (row < 0) {
                throw new BadRequestException("This model gives logits for the last " + (rows == 1 ? "" : rows + " ")
                        + "position only, and those of positions " + logits + " were asked for.");
            }
            first[text] = text * rows + row;
        }
        return first;
    }
}
