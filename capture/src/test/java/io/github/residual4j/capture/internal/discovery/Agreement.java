package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares what a file gives with the micro model's values from NumPy float64, and one run with another. */
final class Agreement {
    static final long[] IDS = {3, 14, 15, 9, 26, 5, 35, 8, 9, 60, 0};
    static final SafetensorsFile MICRO = SafetensorsFile.open(resource("/reference/micro.safetensors"));

    private static final int VALUES = IDS.length * MicroGraph.WIDTH;

    private Agreement() {}

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Agreement.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path weights() {
        return resource("/micro/model.safetensors");
    }

    /** Reads hook points of a batch. */
    static RunValues run(ForeignStreamModel model, Collection<HookKey> keys, Batch batch, Positions logits) {
        return model.run(RunPlan.reading(keys), batch, RunInputs.scoring(logits), new Cancellation());
    }

    /** Everything a file offers for the micro text, at an optimization level. */
    static Map<HookKey, float[]> run(Path file, Optimization optimization) {
        try (ForeignStreamModel model = ForeignStreamModel.open(file, new RuntimeOptions(Device.cpu(), optimization))) {
            return run(model, IDS);
        }
    }

    static Map<HookKey, float[]> run(ForeignStreamModel model, long... ids) {
        Map<HookKey, float[]> values = new LinkedHashMap<>();
        try (RunValues activations = run(model, model.tensors().keySet(), Batch.of(List.of(ids)), Positions.all())) {
            for (HookKey site : activations.sites()) {
                values.put(site, values(activations, site, 0, ids.length));
            }
        }
        return values;
    }

    /** One text's values of a site, patterns as {@code [heads, tokens, tokens]}. */
    static float[] values(RunValues activations, HookKey site, int text, int tokens) {
        if (site.point() != HookPoint.ATTENTION_PATTERN) {
            FloatBuffer rows = activations.rows(site, text, Positions.all());
            float[] copy = new float[rows.remaining()];
            rows.get(copy);
            return copy;
        }
        float[] pattern = new float[MicroGraph.HEADS * tokens * tokens];
        for (int row = 0; row < MicroGraph.HEADS * tokens; row++) {
            activations
                    .patternRow(site, text, MicroGraph.HEADS, row / tokens, row % tokens)
                    .get(pattern, row * tokens, tokens);
        }
        return pattern;
    }

    /** Asserts that all values found are the micro model's. */
    static void assertMicro(Map<HookKey, float[]> values, float absolute, float relative) {
        assertThat(values.keySet().stream().map(HookKey::name))
                .contains(
                        "embed",
                        "blocks.0.resid_mid",
                        "blocks.0.resid_post",
                        "blocks.1.resid_mid",
                        "blocks.1.resid_post",
                        "final");
        values.forEach((site, actual) -> assertClose(site, actual, expected(site), absolute, relative));
    }

    private static float[] expected(HookKey site) {
        FloatBuffer all = switch (site.point()) {
            case EMBED -> MICRO.floats("points").slice(0, VALUES);
            case RESID_MID -> MICRO.floats("points").slice((2 * site.block() + 1) * VALUES, VALUES);
            case RESID_POST -> MICRO.floats("points").slice((2 * site.block() + 2) * VALUES, VALUES);
            case ATTENTION_PATTERN -> {
                int size = MicroGraph.HEADS * IDS.length * IDS.length;
                yield MICRO.floats("patterns").slice(site.block() * size, size);
            }
            default -> MICRO.floats(site.name());
        };
        float[] values = new float[all.remaining()];
        all.get(values);
        return values;
    }

    static void assertClose(HookKey site, float[] actual, float[] expected, float absolute, float relative) {
        assertThat(actual).as("%s", site).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("%s, value %d: %s, expected %s", site, i, actual[i], expected[i])
                    .isLessThanOrEqualTo(absolute + relative * Math.abs(expected[i]));
        }
    }
}
