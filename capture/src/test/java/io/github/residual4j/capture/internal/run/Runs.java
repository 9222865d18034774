package io.github.residual4j.capture.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs of models for tests, and what came out of them. */
final class Runs {
    private Runs() {}

    /** The micro checkpoint, one of its variants, or the embedded model. */
    static Checkpoint checkpoint(String name) {
        if (name.equals("embedded")) {
            return Checkpoint.embedded();
        }
        String folder = name.equals("micro") ? "/micro" : "/variants/" + name;
        try {
            return Checkpoint.open(Path.of(Objects.requireNonNull(Runs.class.getResource(folder), folder)
                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Some hook points in every block they are in. */
    static List<HookKey> keys(int blocks, HookPoint... points) {
        List<HookKey> keys = new ArrayList<>();
        for (HookPoint point : points) {
            for (int block = 0; block < (point.isInEveryBlock() ? blocks : 1); block++) {
                keys.add(HookKey.of(point, block).kept());
            }
        }
        return keys;
    }

    /** Runs one text and copies all that it read. */
    static Map<HookKey, float[]> run(StreamModel model, RunPlan plan, RunInputs inputs, long... ids) {
        try (RunValues values = model.run(plan, Batch.of(List.of(ids)), inputs, new Cancellation())) {
            return copy(values);
        }
    }

    static Map<HookKey, float[]> run(StreamModel model, RunPlan plan, long... ids) {
        return run(model, plan, RunInputs.scoring(Positions.all()), ids);
    }

    /** All values as they came, of one text. */
    static Map<HookKey, float[]> copy(RunValues values) {
        Map<HookKey, float[]> copies = new LinkedHashMap<>();
        for (HookKey key : values.sites()) {
            FloatBuffer buffer = values.all(key);
            float[] copy = new float[buffer.remaining()];
            buffer.get(copy);
            copies.put(key, copy);
        }
        return copies;
    }

    static FloatTensor tensor(float[] values, int... shape) {
        return FloatTensor.of(values, shape);
    }

    /** To the tolerance between two runs of the same text. */
    static void assertSame(HookKey key, float[] actual, float[] expected) {
        assertThat(actual).as(key.name()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            if (Float.compare(actual[i], expected[i]) != 0) { // minus infinity is the same as minus infinity
                assertThat((double) Math.abs(actual[i] - expected[i]))
                        .as("%s, value %d: %s, expected %s", key, i, actual[i], expected[i])
                        .isLessThanOrEqualTo(1e-5 + 1e-5 * Math.abs(expected[i]));
            }
        }
    }
}
