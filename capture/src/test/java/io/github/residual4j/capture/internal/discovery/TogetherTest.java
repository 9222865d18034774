package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.BufferPool;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunOutputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several texts in one run of somebody else's file, and how the outputs come to us. */
class TogetherTest {
    private static final List<long[]> TEXTS =
            List.of(new long[] {60, 1, 2}, Agreement.IDS, new long[] {7}, new long[] {5, 5, 5, 5, 9});

    @ParameterizedTest
    @ValueSource(strings = {"micro-opset11", "micro-opset13", "micro-hidden-states", "micro-with-past", "head-mask"})
    void textsThatRunTogetherComeOutAsAlone(String name) {
        try (ForeignStreamModel model = open(name)) {
            Set<HookKey> sites = model.tensors().keySet();
            assertThat(model.runsTogether(RunPlan.reading(sites))).isTrue();
            try (RunValues together = Agreement.run(model, sites, Batch.of(TEXTS), Positions.all())) {
                for (int text = 0; text < TEXTS.size(); text++) {
                    long[] ids = TEXTS.get(text);
                    for (Map.Entry<HookKey, float[]> alone :
                            Agreement.run(model, ids).entrySet()) {
                        Agreement.assertClose(
                                alone.getKey(),
                                Agreement.values(together, alone.getKey(), text, ids.length),
                                alone.getValue(),
                                1e-5f,
                                1e-5f);
                    }
                }
            }
        }
    }

    @Test
    void eachTextsOwnLastPositionIsScored() {
        HookKey logits = HookKey.of(HookPoint.LOGITS);
        try (ForeignStreamModel model = open("micro-opset13");
                RunValues together = Agreement.run(model, Set.of(logits), Batch.of(TEXTS), Positions.last())) {
            for (int text = 0; text < TEXTS.size(); text++) {
                long[] ids = TEXTS.get(text);
                float[] all = Agreement.run(model, ids).get(logits);
                float[] last = new float[61];
                System.arraycopy(all, (ids.length - 1) * 61, last, 0, 61);
                Agreement.assertClose(logits, Agreement.values(together, logits, text, 1), last, 1e-5f, 1e-5f);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamo-opset23", "fixed-length"})
    void filesThatTakeOneTextRunOne(String name) {
        try (ForeignStreamModel model = open(name)) {
            assertThat(model.runsTogether(RunPlan.reading(model.tensors().keySet())))
                    .isFalse();
        }
    }

    @Test
    void aGraphThatMixesItsTextsRunsOne(@TempDir Path folder) throws IOException {
        MicroGraph mixing = new MicroGraph(Agreement.weights());
        mixing.embed = (g, parts) -> {
            String ofAllTexts = g.op("ReduceMax", MicroGraph.integers("keepdims", 1), parts.get(0), g.longs(0));
            return g.op("Add", g.op("Add", parts.get(0), ofAllTexts), parts.get(1));
        };
        try (ForeignStreamModel model =
                ForeignStreamModel.open(mixing.write(folder.resolve("m.onnx")), RuntimeOptions.DEFAULT)) {
            assertThat(model.runsTogether(RunPlan.reading(model.tensors().keySet())))
                    .isFalse();
        }
    }

    @Test
    void aGraphThatTakesOneTextThoughItSaysMoreRunsOne(@TempDir Path folder) throws IOException {
        MicroGraph one = new MicroGraph(Agreement.weights());
        one.ids = (g, none) -> g.op("Reshape", g.input("a", DataType.INT64, "b", "s"), g.longs(1, -1));
        try (ForeignStreamModel model =
                ForeignStreamModel.open(one.write(folder.resolve("m.onnx")), RuntimeOptions.DEFAULT)) {
            assertThat(model.runsTogether(RunPlan.reading(model.tensors().keySet())))
                    .isFalse();
            Agreement.assertMicro(Agreement.run(model, Agreement.IDS), 1e-4f, 1e-3f);
        }
    }

    @Test
    void logitsOfTheLastPositionAloneAreNotOfSeveralTexts(@TempDir Path folder) throws IOException {
        MicroGraph last = new MicroGraph(Agreement.weights());
        last.scored = (g, normed) -> g.op("Slice", normed, g.longs(-1), g.longs(Long.MAX_VALUE), g.longs(1));
        try (ForeignStreamModel model =
                ForeignStreamModel.open(last.write(folder.resolve("m.onnx")), RuntimeOptions.DEFAULT)) {
            assertThat(model.runsTogether(RunPlan.reading(Set.of(HookKey.of(HookPoint.LOGITS)))))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "micro-opset11, true",
        "micro-opset13, true",
        "micro-with-past, true",
        "head-mask, true",
        "dynamo-opset23, true",
        "fixed-length, true",
        "optimized-float16, false"
    })
    void outputsAreWrittenStraightIntoLentMemory(String name, boolean straight) {
        ForeignModel model = ForeignModel.read(Agreement.resource("/exports/" + name + ".onnx"));
        Set<String> tensors = Set.copyOf(model.points().values());
        BufferPool pool = new BufferPool(1 << 20);
        try (ForeignSession session = new ForeignSession(model, tensors, RuntimeOptions.DEFAULT)) {
            List<FloatBuffer> values = new ArrayList<>();
            try (RunOutputs outputs = session.run(
                    Batch.of(List.of(Agreement.IDS)),
                    RunInputs.scoring(Positions.last()),
                    new long[0],
                    pool,
                    new Cancellation())) {
                tensors.forEach(tensor -> values.add(outputs.values(tensor)));
                // The pool lends whole pages; what the runtime makes by itself is as long as its values.
                boolean lent = values.stream().allMatch(found -> found.isDirect() && found.capacity() % 1024 == 0);
                assertThat(lent).isEqualTo(straight); // float16 has to be widened
            }
        }
    }

    private static ForeignStreamModel open(String name) {
        return ForeignStreamModel.open(Agreement.resource("/exports/" + name + ".onnx"), RuntimeOptions.DEFAULT);
    }
}
