package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelOptions;
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
                assertExpected(name, model);
                assertThat(model.warnings()).isEmpty(); // so on every processor
            }
        }
    }

    private static void assertExpected(String name, ForeignStreamModel model) {
        Map<HookKey, float[]> values = Agreement.run(model, Agreement.IDS);
        assertThat(values.keySet()).extracting(HookKey::name).contains("logits", "blocks.1.ln2.normalized");
        values.forEach((site, actual) -> {
            FloatBuffer expected = expected(name, site);
            if (expected.hasRemaining()) {
                float[] copy = new float[expected.remaining()];
                expected.get(copy);
                Agreement.assertClose(site, actual, copy, 1e-4f, 1e-3f);
            }
        });
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
            assertThat(model.notes()).hasSize(2).anyMatch(note -> note.contains("by scales that all positions share"));
            assertThat(model.runsTogether(RunPlan.reading(model.tensors().keySet())))
                    .isFalse(); // a text's neighbours would share them
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qdq", "qlinear", "4-bit"})
    void scalesWrittenIntoTheFileKeepPositionsApart(String name) {
        try (ForeignStreamModel model = open(name, Optimization.ALL)) {
            assertThat(model.notes()).singleElement().asString().contains("no cache of keys and values");
            assertThat(model.runsTogether(RunPlan.reading(model.tensors().keySet())))
                    .isTrue();
            assertThat(model.tensors()).containsKey(HookKey.of(HookPoint.ATTENTION_PATTERN, 1));
        }
    }

    /** Their products are of unsigned by signed integers, and still exact where processors would let them saturate. */
    @ParameterizedTest
    @CsvSource({"dynamic, EXTENDED", "dynamic, ALL", "dynamic-fused, EXTENDED", "dynamic-fused, ALL"})
    void signedWeightsGiveTheSameValues(String name, Optimization level, @TempDir Path folder) throws IOException {
        Path signed = SignedWeights.write(name, folder);
        try (ForeignStreamModel model = ForeignStreamModel.open(signed, new RuntimeOptions(Device.cpu(), level))) {
            assertExpected(name, model);
            assertThat(model.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"dynamic, NONE", "dynamic, BASIC", "dynamic-fused, NONE"})
    void numbersThatDependOnTheProcessorAreTold(String name, Optimization level, @TempDir Path folder)
            throws IOException {
        Path signed = SignedWeights.write(name, folder);
        try (LanguageModel model =
                LanguageModel.load(signed, ModelOptions.defaults().optimizedTo(level))) {
            String warning =
                    model.capture(Agreement.IDS).provenance().warnings().get(0);
            assertThat(warning)
                    .startsWith("Its numbers depend on the processor")
                    .endsWith("; not so from the optimization level extended on.");
            assertThat(model.description().notes()).contains(warning);
            assertThat(model.description().toString()).contains(warning);
        }
    }

    /** If the runtime were asked for unsigned weights, it could not multiply signed factors by them. */
    @ParameterizedTest
    @CsvSource({"INT8, INT8, false", "UINT8, UINT8, false", "UINT8, INT8, true"})
    void productsOfBothKindsAreToldWhereOneOfThemSaturates(
            DataType ofNorms, DataType ofSelected, boolean told, @TempDir Path folder) throws IOException {
        MicroGraph micro = new MicroGraph(Agreement.weights());
        var norm = micro.norm;
        micro.norm = (g, x) -> SignedWeights.identity(g, norm.apply(g, x), MicroGraph.WIDTH, ofNorms, "");
        micro.selected = (g, z) -> SignedWeights.identity(g, z, MicroGraph.WIDTH / MicroGraph.HEADS, ofSelected, "");
        Path file = micro.write(folder.resolve("model.onnx"));
        for (Optimization level : new Optimization[] {Optimization.EXTENDED, Optimization.ALL}) {
            try (ForeignStreamModel model = ForeignStreamModel.open(file, new RuntimeOptions(Device.cpu(), level))) {
                assertThat(model.warnings()).hasSize(told ? 1 : 0);
                assertThat(model.notes()).hasSize(1 + model.warnings().size()).containsAll(model.warnings());
            }
        }
    }

    /** Asked for unsigned weights, ONNX Runtime 1.28.0 would end the process with such files. */
    @Test
    void signedWeightsWithoutAZeroPointAreToldAndRun(@TempDir Path folder) throws IOException {
        MicroGraph micro = new MicroGraph(Agreement.weights());
        var norm = micro.norm;
        micro.norm =
                (g, x) -> SignedWeights.identityWithoutZeroPoint(g, norm.apply(g, x), MicroGraph.WIDTH, DataType.UINT8);
        for (Path file :
                List.of(micro.write(folder.resolve("model.onnx")), SignedWeights.writeWithoutZeroPoints(folder))) {
            try (ForeignStreamModel model = ForeignStreamModel.open(file, RuntimeOptions.DEFAULT)) {
                assertThat(model.warnings()).singleElement().asString().endsWith("states are off by percents.");
            }
        }
    }

    /** That the factors behind an operator are signed is not seen; where the runtime says so, it is asked again. */
    @Test
    void aFileIsOpenedThoughUnsignedWeightsDoNotFitIt(@TempDir Path folder) throws IOException {
        MicroGraph micro = new MicroGraph(Agreement.weights());
        var norm = micro.norm;
        micro.norm = (g, x) -> SignedWeights.identity(g, norm.apply(g, x), MicroGraph.WIDTH, DataType.INT8, "Neg");
        Path file = micro.write(folder.resolve("model.onnx"));
        try (ForeignStreamModel model = ForeignStreamModel.open(file, RuntimeOptions.DEFAULT)) {
            assertThat(model.tensors()).containsKey(HookKey.of(HookPoint.RESID_MID, 1));
        }
    }

    @Test
    void attentionThatLooksAheadIsToldFromSharedScales(@TempDir Path folder) throws IOException {
        Path causal = quantizedNorms(new MicroGraph(Agreement.weights())).write(folder.resolve("causal.onnx"));
        try (ForeignStreamModel model = ForeignStreamModel.open(causal, RuntimeOptions.DEFAULT)) {
            assertThat(model.notes()).hasSize(2).anyMatch(note -> note.contains("by scales that all positions share"));
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
