package io.github.residual4j.capture.internal.discovery;

import static io.github.residual4j.capture.internal.discovery.MicroGraph.integers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream is found however the graph around the norms is written. */
class GraphFormsTest {
    @TempDir
    Path folder;

    private Map<HookKey, float[]> assertFound(MicroGraph micro) throws IOException {
        return assertFound(micro.model());
    }

    private Map<HookKey, float[]> assertFound(ModelProto model) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), model.toByteArray());
        Map<HookKey, float[]> values = Agreement.run(file, Optimization.ALL);
        Agreement.assertMicro(values, 1e-4f, 1e-3f);
        return values;
    }

    private static MicroGraph micro() {
        return new MicroGraph(Agreement.weights());
    }

    @Test
    void everythingThatIsATensorOfItsOwnIsOffered() throws IOException {
        assertThat(assertFound(micro()).keySet().stream().map(HookKey::point).distinct())
                .containsExactlyInAnyOrder(
                        HookPoint.EMBED,
                        HookPoint.RESID_MID,
                        HookPoint.RESID_POST,
                        HookPoint.LN1_NORMALIZED,
                        HookPoint.LN2_NORMALIZED,
                        HookPoint.ATTENTION_OUTPUT,
                        HookPoint.MLP_OUTPUT,
                        HookPoint.ATTENTION_PATTERN,
                        HookPoint.FINAL,
                        HookPoint.LOGITS);
    }

    @Test
    void biasAddedAfterTheStream() throws IOException {
        MicroGraph micro = micro();
        micro.sum = (g, x, added, bias) -> g.op("Add", bias, g.op("Add", added, x));
        assertThat(assertFound(micro)).doesNotContainKey(HookKey.of(HookPoint.MLP_OUTPUT, 0));
    }

    @Test
    void sumOfThree() throws IOException {
        MicroGraph micro = micro();
        micro.sum = (g, x, added, bias) -> g.op("Sum", bias, x, added);
        assertFound(micro);
    }

    @Test
    void streamFlattenedBetweenBlocks() throws IOException {
        MicroGraph micro = micro();
        micro.sum = (g, x, added, bias) -> {
            String flat = g.op("Add", g.op("Reshape", x, g.longs(-1, 16)), g.op("Reshape", added, g.longs(-1, 16)));
            return g.op("Reshape", g.op("Add", flat, bias), g.longs(1, -1, 16));
        };
        assertFound(micro);
    }

    @Test
    void positionsSlicedFromTheirTable() throws IOException {
        MicroGraph micro = micro();
        micro.embed = (g, parts) -> {
            String length = g.op("Slice", g.op("Shape", parts.get(0)), g.longs(1), g.longs(2));
            return g.op("Add", g.op("Slice", g.weight("wpe.weight"), g.longs(0), length, g.longs(0)), parts.get(0));
        };
        assertFound(micro);
    }

    @Test
    void aGraphWithoutPositionsIsToldAsSuch() throws IOException {
        MicroGraph micro = micro();
        micro.embed = (g, parts) -> parts.get(0);
        try (ForeignStreamModel model =
                ForeignStreamModel.open(micro.write(folder.resolve("model.onnx")), RuntimeOptions.DEFAULT)) {
            assertThat(model.kind()).isEqualTo("decoder with layer norms, no positions and attention and MLP in turn");
            assertThat(model.context()).isEmpty();
        }
    }

    @Test
    void positionsThatBeginFurtherOnLeaveShorterTexts() throws IOException {
        MicroGraph micro = micro(); // as OPT does
        micro.positions = (g, ids) -> {
            String counted = g.op("CumSum", g.input("mask", DataType.INT64, "b", "s"), g.integer(1));
            return g.op("Add", g.op("Sub", counted, g.integer(1)), g.integer(2));
        };
        try (ForeignStreamModel model =
                ForeignStreamModel.open(micro.write(folder.resolve("model.onnx")), RuntimeOptions.DEFAULT)) {
            assertThat(model.context()).hasValue(30);
            assertThat(Agreement.run(model, new long[30])).hasSize(17);
        }
    }

    @Test
    void modelWithoutHead() throws IOException {
        MicroGraph micro = micro();
        micro.logits = false;
        assertThat(assertFound(micro)).doesNotContainKey(HookKey.of(HookPoint.LOGITS));
    }

    @Test
    void logitsOfTheLastPositionOnly() throws IOException {
        MicroGraph micro = micro();
        micro.scored = (g, x) -> g.op("Slice", x, g.longs(-1), g.longs(Integer.MAX_VALUE), g.longs(1));
        Path file = micro.write(folder.resolve("model.onnx"));
        HookKey logits = HookKey.of(HookPoint.LOGITS);
        Batch batch = Batch.of(List.of(Agreement.IDS));
        try (ForeignStreamModel model = ForeignStreamModel.open(file, RuntimeOptions.DEFAULT)) {
            try (RunValues last = Agreement.run(model, Set.of(logits), batch, Positions.last())) {
                float[] expected = new float[61];
                Agreement.MICRO.floats("logits_last").get(expected);
                float[] actual = new float[61];
                last.rows(logits, 0, Positions.last()).get(actual);
                Agreement.assertClose(logits, actual, expected, 1e-4f, 1e-3f);
            }
            assertThatThrownBy(() -> Agreement.run(model, Set.of(logits), batch, Positions.all()))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("logits for the last position only");
        }
    }

    @Test
    void fusedEmbeddingAndSkipNormsThatKeepTheirSumsToThemselves() throws IOException {
        ModelProto fused = FusedMicro.write();
        Path file = Files.write(folder.resolve("model.onnx"), fused.toByteArray());
        for (Optimization level : Optimization.values()) {
            Agreement.assertMicro(Agreement.run(file, level), 1e-4f, 1e-3f);
        }
    }

    @Test
    void nodesInAnyOrder() throws IOException {
        ModelProto.Builder model = micro().model().toBuilder();
        List<NodeProto> nodes = new ArrayList<>(model.getGraph().getNodeList());
        Collections.shuffle(nodes, new Random(7));
        model.getGraphBuilder().clearNode().addAllNode(nodes);
        assertFound(model.build());
    }

    @Test
    void weightsThatAreInputsToo() throws IOException {
        ModelProto.Builder model = micro().model().toBuilder().setIrVersion(3);
        GraphProto.Builder graph = model.getGraphBuilder();
        for (TensorProto weight : List.copyOf(graph.getInitializerList())) {
            ValueInfoProto.Builder input = graph.addInputBuilder().setName(weight.getName());
            input.getTypeBuilder().getTensorTypeBuilder().setElemType(weight.getDataType());
            weight.getDimsList()
                    .forEach(d -> input.getTypeBuilder()
                            .getTensorTypeBuilder()
                            .getShapeBuilder()
                            .addDimBuilder()
                            .setDimValue(d));
        }
        assertFound(model.build());
    }

    @Test
    void weightsAsPackedFloats() throws IOException {
        ModelProto.Builder model = micro().model().toBuilder();
        for (TensorProto.Builder weight : model.getGraphBuilder().getInitializerBuilderList()) {
            var values = weight.getRawData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            while (values.hasRemaining()) {
                weight.addFloatData(values.get());
            }
            weight.clearRawData();
        }
        assertFound(model.build());
    }

    @Test
    void dropoutLeftInTrainingMode() throws IOException {
        MicroGraph micro = micro();
        micro.sum = (g, x, added, bias) -> {
            String half = g.real(0.5f);
            String training = g.op("Cast", integers("to", DataType.BOOL_VALUE), g.integer(1));
            return g.op("Add", x, g.op("Dropout", g.op("Add", added, bias), half, training));
        };
        Path file = micro.write(folder.resolve("model.onnx"));
        for (Optimization level : Optimization.values()) {
            Agreement.assertMicro(Agreement.run(file, level), 1e-4f, 1e-3f);
        }
    }

    @Test
    void normsInFunctionsThatCallFunctions() throws IOException {
        MicroGraph micro = micro();
        micro.norm = (g, x) -> {
            String normed = g.op("Outer", x, g.floats(16, 1), g.floats(16, 0));
            g.graph
                    .getNodeBuilder(g.graph.getNodeCount() - 1)
                    .setDomain("mine")
                    .addAttribute(MicroGraph.real("eps", 1e-5f));
            return normed;
        };
        OperatorSetIdProto mine =
                OperatorSetIdProto.newBuilder().setDomain("mine").setVersion(1).build();
        OperatorSetIdProto onnx = OperatorSetIdProto.newBuilder().setVersion(20).build();
        AttributeProto epsilon = AttributeProto.newBuilder()
                .setName("epsilon")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setRefAttrName("eps")
                .build();
        FunctionProto inner = function(
                "Inner",
                List.of("a", "w", "b"),
                List.of("y"),
                List.of(
                        node("Identity", "", List.of("a"), List.of("same")),
                        node("LayerNormalization", "", List.of("same", "w", "b"), List.of("y")).toBuilder()
                                .addAttribute(epsilon)
                                .build()),
                onnx);
        FunctionProto outer = function(
                "Outer",
                List.of("x", "w", "b"),
                List.of("out"),
                List.of(
                        node("Inner", "mine", List.of("x", "w", "b"), List.of("same")).toBuilder()
                                .addAttribute(epsilon.toBuilder().setName("eps"))
                                .build(),
                        node("Identity", "", List.of("same"), List.of("out"))),
                onnx,
                mine);
        assertFound(micro.model().toBuilder()
                .addOpsetImport(mine)
                .addFunctions(outer)
                .addFunctions(inner)
                .build());
    }

    private static FunctionProto function(
            String name,
            List<String> inputs,
            List<String> outputs,
            List<NodeProto> nodes,
            OperatorSetIdProto... opsets) {
        return FunctionProto.newBuilder()
                .setDomain("mine")
                .setName(name)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAttribute("eps")
                .addAllNode(nodes)
                .addAllOpsetImport(List.of(opsets))
                .build();
    }

    private static NodeProto node(String type, String domain, List<String> inputs, List<String> outputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .setDomain(domain)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .build();
    }

    @Test
    void decoderInTheNoBranchOfAnInput() throws IOException {
        ModelProto whole = micro().model();
        GraphProto graph = whole.getGraph();
        GraphProto branch = GraphProto.newBuilder()
                .setName("no")
                .addAllNode(graph.getNodeList())
                .addAllOutput(graph.getOutputList())
                .build();
        String output = graph.getOutput(0).getName();
        GraphProto.Builder merged = GraphProto.newBuilder()
                .setName("merged")
                .addAllInput(graph.getInputList())
                .addAllInitializer(graph.getInitializerList())
                .addOutput(ValueInfoProto.newBuilder().setName("given"));
        MicroGraph flag = micro();
        flag.input("use it", DataType.BOOL, 1);
        merged.addInput(flag.graph.getInput(0));
        merged.addNode(node("If", "", List.of("use it"), List.of("given")).toBuilder()
                .addAttribute(branch("then_branch", branch))
                .addAttribute(branch("else_branch", branch)));
        assertThat(output).isNotEqualTo("given");
        assertFound(whole.toBuilder().setGraph(merged).build());
    }

    private static AttributeProto branch(String name, GraphProto graph) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(graph)
                .build();
    }
}
