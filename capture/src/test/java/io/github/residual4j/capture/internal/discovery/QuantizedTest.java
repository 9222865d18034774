package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantized files are opened, and give the values that quantization makes, not those of the model before it. */
class QuantizedTest {
    private static final SafetensorsFile EXPECTED =
            SafetensorsFile.open(Agreement.resource("/reference/quantized.safetensors"));

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "dynamic-fused", "qdq", "qlinear", "4-bit"})
    void givesTheValuesOfTheReferenceEvaluator(String name) {
        for (Optimization level : new Optimization[] {Optimization.NONE, Optimization.ALL}) {
            try (ForeignStreamModel model = open(name, level)) {
                Map<HookKey, float[]> values = Agreement.run(model, Agreement.IDS);
                assertThat(values.keySet()).extracting(HookKey::name).contains("logits", "blocks.1.ln2.normalized");
                values.forEach((site, actual) -> {
                    FloatBuffer expected = expected(name, site);
                    if (expected.hasRemaining()) {
                        float[] copy = new float[expected.remaining()];
                        expected.get(copy);
                        boolean told = !model.warnings().isEmpty(); // that other processors give other numbers
                        Agreement.assertClose(site, actual, copy, told ? 5e-2f : 1e-4f, told ? 2e-2f : 1e-3f);
                    }
                });
            }
        }
    }

    private static FloatBuffer expected(String name, HookKey site) {
        int state = Agreement.IDS.length * MicroGraph.WIDTH;
        FloatBuffer points = EXPECTED.floats(name + ".points");
        return switch (site.point()) {
            case EMBED -> points.slice(0, state);
            case RESID_MID -> points.slice((2 * site.block() + 1) * state, state);
            case RESID_POST -> points.slice((2 * site.block() + 2) * state, state);
            case FINAL, LOGITS -> EXPECTED.floats(name + "." + site.name());
            default -> FloatBuffer.allocate(0);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "dynamic-fused"})
    void scalesThatPositionsShareAreTold(String name) {
        try (ForeignStreamModel model = open(name, Optimization.ALL)) {
            assertThat(model.notes()).singleElement().asString().contains("by scales that all positions share");
            assertThat(model.runsTogether(RunPlan.reading(model.tensors().keySet())))
                    .isFalse(); // a text's neighbours would share them
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qdq", "qlinear", "4-bit"})
    void scalesWrittenIntoTheFileKeepPositionsApart(String name) {
        try (ForeignStreamModel model = open(name, Optimization.ALL)) {
            assertThat(model.notes()).isEqualTo(model.warnings()).hasSize(name.equals("qlinear") ? 1 : 0);
            assertThat(model.runsTogether(RunPlan.reading(model.tensors().keySet())))
                    .isTrue();
            assertThat(model.tensors()).containsKey(HookKey.of(HookPoint.ATTENTION_PATTERN, 1));
        }
    }

    /** With signed weights, what the file multiplies in integers; the runtime makes QDQ's products itself, exactly. */
    @ParameterizedTest
    @CsvSource({
        "quantized-qlinear, ALL, true",
        "quantized-qlinear, NONE, true",
        "quantized-qdq, ALL, false",
        "quantized-qdq, NONE, false",
        "quantized-dynamic, ALL, false",
        "quantized-dynamic-fused, NONE, false",
        "quantized-4-bit, ALL, false",
        "micro-opset13, ALL, false",
        "optimized-float16, ALL, false"
    })
    void numbersThatDependOnTheProcessorAreTold(String name, Optimization level, boolean told) {
        try (ForeignStreamModel model = ForeignStreamModel.open(
                Agreement.resource("/exports/" + name + ".onnx"), new RuntimeOptions(Device.cpu(), level))) {
            assertThat(model.warnings()).hasSize(told ? 1 : 0);
            assertThat(model.notes()).containsAll(model.warnings());
        }
    }

    @Test
    void attentionThatLooksAheadIsToldFromSharedScales(@TempDir Path folder) throws IOException {
        Path causal = quantizedNorms(new MicroGraph(Agreement.weights())).write(folder.resolve("causal.onnx"));
        try (ForeignStreamModel model = ForeignStreamModel.open(causal, RuntimeOptions.DEFAULT)) {
            assertThat(model.notes()).hasSize(1);
        }
        MicroGraph ahead = quantizedNorms(new MicroGraph(Agreement.weights()));
        ahead.mask = (g, scores) -> scores;
        Path encoder = ahead.write(folder.resolve("encoder.onnx"));
        assertThatThrownBy(() -> ForeignStreamModel.open(encoder, RuntimeOptions.DEFAULT))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("its attention looks ahead");
    }

    private static MicroGraph quantizedNorms(MicroGraph micro) {
        var norm = micro.norm;
        micro.norm = (g, x) -> {
            List<String> integers = g.ops("DynamicQuantizeLinear", 3, List.of(), norm.apply(g, x));
            return g.op("DequantizeLinear", integers.toArray(String[]::new));
        };
        return micro;
    }

    private static ForeignStreamModel open(String name, Optimization level) {
        return ForeignStreamModel.open(
                Agreement.resource("/exports/quantized-" + name + ".onnx"), new RuntimeOptions(Device.cpu(), level));
    }
}
