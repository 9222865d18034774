package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import io.github.residual4j.capture.internal.edit.EditedRun;
import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.generate.Decoder;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.Feed;
import io.github.residual4j.capture.internal.run.KeyValueCache;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a file takes and gives out keys and values, and whether it goes on from them. */
class CacheTest {
    @TempDir
    private Path folder;

    @Test
    void pairsAreFoundWhateverTheirNames() throws IOException {
        Path file = saved(withPresents("k0", "k1"));
        assertThat(ForeignModel.read(file).cache(Reading.USUAL).orElseThrow().presents())
                .containsExactlyInAnyOrderEntriesOf(Map.of("c0", "k0", "c1", "k1"));
        try (ForeignStreamModel model = ForeignStreamModel.open(file, RuntimeOptions.DEFAULT)) {
            assertThat(model.keepsCache()).isTrue();
        }
    }

    @Test
    void whatIsTakenAndNotGivenOutIsNoCache() throws IOException {
        try (ForeignStreamModel model =
                ForeignStreamModel.open(saved(withPresents("k0", "")), RuntimeOptions.DEFAULT)) {
            assertThat(model.keepsCache()).isFalse();
            assertThat(model.notes()).anyMatch(note -> note.contains("read anew at each step"));
        }
    }

    /** Keys and values that are not what goes on from: the file gives out twice as much. */
    @Test
    void aCacheThatSaysSomethingElseIsNotUsed() throws IOException {
        ModelProto.Builder model = withPresents("k0", "inner").toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Concat")
                .addInput("inner")
                .addInput("inner")
                .addOutput("k1")
                .addAttribute(MicroGraph.ints("axis", 3).toBuilder()
                        .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.INT)
                        .clearInts()
                        .setI(3)));
        graph.removeOutput(graph.getOutputCount() - 1);
        graph.addOutput(ValueInfoProto.newBuilder().setName("k1"));
        try (ForeignStreamModel opened = ForeignStreamModel.open(saved(model.build()), RuntimeOptions.DEFAULT)) {
            assertThat(opened.keepsCache()).isFalse();
        }
    }

    /** What fills a shorter text up could not be hidden from it. */
    @Test
    void withoutAMaskTextsGoOnAlone() throws IOException {
        RunPlan plan = RunPlan.reading(Set.of(HookKey.of(HookPoint.LOGITS))).givingCache();
        ModelProto.Builder model = withPresents("k0", "k1").toBuilder();
        try (ForeignStreamModel masked = ForeignStreamModel.open(saved(model.build()), RuntimeOptions.DEFAULT)) {
            assertThat(masked.runsTogether(plan)).isTrue();
        }
        for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            if (node.getOpType().equals("Attention")) {
                node.setInput(3, "");
            }
        }
        try (ForeignStreamModel unmasked = ForeignStreamModel.open(saved(model.build()), RuntimeOptions.DEFAULT)) {
            assertThat(unmasked.keepsCache()).isTrue();
            assertThat(unmasked.runsTogether(plan)).isFalse();
        }
    }

    /** The fused micro model, which gives out keys and values under these names, but for those that are empty. */
    private static ModelProto withPresents(String... names) {
        ModelProto.Builder model = FusedMicro.write().toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        int block = 0;
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            if (node.getOpType().equals("Attention")) {
                String name = names[block++];
                if (!name.isEmpty()) {
                    node.setOutput(1, name);
                    graph.addOutput(ValueInfoProto.newBuilder().setName(name));
                }
            }
        }
        return model.build();
    }

    private Path saved(ModelProto model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }

    @ParameterizedTest
    @CsvSource({"caches/stacked, present_0", "caches/merged, present.1.key"})
    void keysAndValuesAreFreedAtEachStepAndAtTheEnd(String name, String present) {
        List<OnnxTensor> seen = new ArrayList<>();
        try (ForeignStreamModel model =
                ForeignStreamModel.open(Agreement.resource("/" + name + ".onnx"), RuntimeOptions.DEFAULT)) {
            ModelSizes sizes = new ModelSizes(2, 16, OptionalInt.of(2), OptionalInt.empty(), 61, OptionalDouble::empty);
            EditedRun plain = EditedRun.of(model, sizes, List.of());
            try (Decoder decoder = new Decoder(model, plain, Set.of(), new Cancellation())) {
                for (int length = 4; length < 9; length++) {
                    decoder.read(List.of(LongStream.range(0, length).toArray()), values -> {
                        KeyValueCache cache = values.cache().orElseThrow();
                        Feed lent = new Feed();
                        lent.lend("", cache, present);
                        seen.add(lent.tensors().get(""));
                    });
                    assertThat(seen.get(seen.size() - 1).isClosed()).isFalse();
                    assertThat(seen.subList(0, seen.size() - 1)).allMatch(OnnxTensor::isClosed);
                }
            }
        }
        assertThat(seen).hasSize(5).allMatch(OnnxTensor::isClosed);
    }
}
