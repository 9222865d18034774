package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.CheckpointModel;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file's stream is changed as the checkpoint's is from which it was exported. */
class SplicedFilesTest {
    private static final List<HookKey> STREAM = List.of(
            HookKey.of(HookPoint.EMBED),
            HookKey.of(HookPoint.RESID_MID, 0),
            HookKey.of(HookPoint.RESID_POST, 0),
            HookKey.of(HookPoint.RESID_MID, 1),
            HookKey.of(HookPoint.RESID_POST, 1),
            HookKey.of(HookPoint.FINAL));

    @TempDir
    private Path folder;

    private final CheckpointModel checkpoint =
            CheckpointModel.of(Checkpoint.open(Agreement.weights().getParent()), RuntimeOptions.DEFAULT);

    private Path file(String name) throws IOException {
        return name.equals("fused")
                ? Files.write(folder.resolve("fused.onnx"), FusedMicro.write().toByteArray())
                : Agreement.resource("/exports/" + name + ".onnx");
    }

    private static Map<HookKey, float[]> run(StreamModel model, RunPlan plan, RunInputs inputs) {
        Map<HookKey, float[]> values = new LinkedHashMap<>();
        try (RunValues run = model.run(plan, Batch.of(List.of(Agreement.IDS)), inputs, new Cancellation())) {
            for (HookKey key : run.sites()) {
                FloatBuffer all = run.all(key);
                float[] copy = new float[all.remaining()];
                all.get(copy);
                values.put(key, copy);
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "micro-opset11",
                "micro-opset13",
                "micro-hidden-states",
                "micro-with-past",
                "dynamo-opset23",
                "fixed-length",
                "fused"
            })
    void editsOfTheStreamAreThoseOfTheCheckpoint(String name) throws IOException {
        float[] gate = new float[Agreement.IDS.length];
        gate[2] = 1;
        gate[7] = 3;
        FloatTensor add = FloatTensor.of(gate, 1, gate.length, 1);
        Map<String, FloatTensor> values = Map.of("scale", FloatTensor.of(new float[] {0.5f}, 1), "add", add);
        try (ForeignStreamModel model = ForeignStreamModel.open(file(name), RuntimeOptions.DEFAULT)) {
            for (HookKey key : STREAM.subList(0, 5)) {
                assertThat(model.canEdit(key)).as("%s of %s", key, name).isTrue();
                RunPlan plan = RunPlan.reading(STREAM).editing(new EditShape.ScaleAdd(key));
                RunInputs inputs = RunInputs.scoring(Positions.all()).editing(List.of(values));
                Map<HookKey, float[]> expected = run(checkpoint, plan, inputs);
                run(model, plan, inputs)
                        .forEach((read, actual) ->
                                Agreement.assertClose(read, actual, expected.get(read), 1e-4f, 1e-3f));
            }
        }
    }

    @Test
    void whatAttentionAndMlpAddCanBeSilenced() throws IOException {
        FloatTensor zero = FloatTensor.of(new float[] {0}, 1);
        Map<String, FloatTensor> silence = Map.of("scale", zero, "add", zero);
        try (ForeignStreamModel model = ForeignStreamModel.open(file("micro-opset13"), RuntimeOptions.DEFAULT)) {
            for (HookPoint point : List.of(HookPoint.ATTENTION_OUTPUT, HookPoint.MLP_OUTPUT)) {
                RunPlan plan = RunPlan.reading(STREAM).editing(new EditShape.ScaleAdd(HookKey.of(point, 0)));
                RunInputs inputs = RunInputs.scoring(Positions.all()).editing(List.of(silence));
                Map<HookKey, float[]> expected = run(checkpoint, plan, inputs);
                run(model, plan, inputs)
                        .forEach((read, actual) ->
                                Agreement.assertClose(read, actual, expected.get(read), 1e-4f, 1e-3f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"micro-opset13", "dynamo-opset23", "fused"})
    void aFileMayBeBegunAtABlock(String name) throws IOException {
        try (ForeignStreamModel model = ForeignStreamModel.open(file(name), RuntimeOptions.DEFAULT)) {
            RunInputs inputs = RunInputs.scoring(Positions.all());
            Map<HookKey, float[]> whole = run(model, RunPlan.reading(STREAM), inputs);
            for (int block = 0; block <= 2; block++) {
                assertThat(model.canStartAt(block)).isTrue();
                float[] states =
                        whole.get(HookKey.of(HookPoint.RESID_PRE, block).kept());
                RunPlan plan =
                        RunPlan.reading(List.of(HookKey.of(HookPoint.FINAL))).startingAt(block);
                RunInputs start = inputs.startingWith(
                        FloatTensor.of(states, 1, Agreement.IDS.length, states.length / Agreement.IDS.length));
                run(model, plan, start)
                        .forEach((read, actual) -> Agreement.assertClose(read, actual, whole.get(read), 1e-5f, 1e-5f));
            }
        }
    }

    @Test
    void whatAFileDoesNotAllowIsRefused() throws IOException {
        try (ForeignStreamModel model = ForeignStreamModel.open(file("optimized-float16"), RuntimeOptions.DEFAULT)) {
            HookKey embed = HookKey.of(HookPoint.EMBED);
            RunInputs inputs = RunInputs.scoring(Positions.all());
            RunPlan edited = RunPlan.reading(List.of(embed)).editing(new EditShape.ScaleAdd(embed));
            assertThatThrownBy(() -> run(model, edited, inputs))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage("embed cannot be changed in optimized-float16.onnx.");
        }
        try (ForeignStreamModel model = ForeignStreamModel.open(file("micro-opset13"), RuntimeOptions.DEFAULT)) {
            RunPlan cached = RunPlan.reading(STREAM).givingCache();
            assertThatThrownBy(() -> run(model, cached, RunInputs.scoring(Positions.all())))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage("micro-opset13.onnx gives out no cache of keys and values that it takes.");
        }
    }
}
