package io.github.residual4j.capture.internal.discovery;

import static io.github.residual4j.capture.internal.discovery.MicroGraph.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.ResidualException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds no residual stream of a pre-norm decoder is refused with the reason. */
class RefusalTest {
    @TempDir
    Path folder;

    private void assertRefused(Consumer<MicroGraph> form, String... reasons) throws IOException {
        MicroGraph micro = micro();
        form.accept(micro);
        assertRefused(micro.model().toByteArray(), reasons);
    }

    private void assertRefused(byte[] content, String... reasons) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), content);
        assertThatThrownBy(() -> ForeignStreamModel.open(file, RuntimeOptions.DEFAULT))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContainingAll(reasons);
    }

    private static MicroGraph micro() {
        return new MicroGraph(Agreement.weights());
    }

    private static String normed(MicroGraph g, String x) {
        return g.op("LayerNormalization", x, g.floats(16, 1), g.floats(16, 0));
    }

    @Test
    void postNorm() throws IOException {
        assertRefused(
                micro -> {
                    micro.norm = (g, x) -> x;
                    micro.embed = (g, parts) -> normed(g, g.op("Add", parts.get(0), parts.get(1)));
                    micro.sum = (g, x, added, bias) -> normed(g, g.op("Add", g.op("Add", added, bias), x));
                },
                "post-norm, as BERT is");
    }

    @Test
    void secondAttention() throws IOException {
        assertRefused(
                micro -> {
                    String encoder = micro.input("encoded", DataType.FLOAT, "b", "s", 16);
                    int[] count = {0};
                    micro.sum = (g, x, added, bias) -> {
                        String state = g.op("Add", x, g.op("Add", added, bias));
                        if (count[0]++ % 2 == 1) {
                            return state;
                        }
                        String keys = g.op("Transpose", ints("perm", 0, 2, 1), encoder);
                        String scores = g.op("Softmax", g.op("MatMul", normed(g, state), keys));
                        return g.op("Add", state, g.op("MatMul", scores, encoder));
                    };
                },
                "a second attention belongs to a decoder that reads an encoder");
    }

    @Test
    void partThatEndsInsideABlock() throws IOException {
        int[] count = {0};
        assertRefused(
                micro -> micro.sum =
                        (g, x, added, bias) -> count[0]++ < 3 ? g.op("Add", x, g.op("Add", added, bias)) : x,
                "only part of a model and ends inside a block");
    }

    @Test
    void partWithoutEmbedding() throws IOException {
        assertRefused(
                micro -> micro.embed = (g, parts) -> g.input("hidden", DataType.FLOAT, "b", "s", 16),
                "\"hidden\" float32 [b, s, 16]",
                "not token ids that are looked up");
    }

    @Test
    void stateThatIsNotTheOneBeforePlusSomething() throws IOException {
        assertRefused(
                micro -> micro.sum = (g, x, added, bias) -> g.op("Mul", x, g.op("Add", added, bias)),
                "is not the state before it plus what a block adds");
    }

    @Test
    void attentionThatLooksAhead() throws IOException {
        assertRefused(micro -> micro.mask = (g, scores) -> scores, "its attention looks ahead");
    }

    @Test
    void statesThatAreIntegers() throws IOException {
        assertRefused(
                micro -> micro.sum = (g, x, added, bias) -> {
                    String state = g.op("QLinearAdd", x, g.real(1), "", added, g.real(1), "", g.real(1), "");
                    g.graph.getNodeBuilder(g.graph.getNodeCount() - 1).setDomain("com.microsoft");
                    return state;
                },
                "computes its states as integers (QLinearAdd)");
    }

    @Test
    void lengthThatIsFixedButNotDeclared() throws IOException {
        assertRefused(
                micro -> micro.embed =
                        (g, parts) -> g.op("Add", g.op("Reshape", parts.get(0), g.longs(1, 11, 16)), parts.get(1)),
                "cannot be run on a text of 2 or 3 tokens",
                "traced for one");
    }

    @Test
    void decoderInsideABeamSearch() throws IOException {
        GraphProto decoder = micro().model().getGraph();
        MicroGraph outer = micro();
        String ids = outer.input("input_ids", DataType.INT32, "b", "s");
        String found = outer.op(
                "BeamSearch",
                AttributeProto.newBuilder()
                        .setName("decoder")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(decoder)
                        .build(),
                ids);
        outer.graph.getNodeBuilder(0).setDomain("com.microsoft").setName("search");
        outer.graph.addOutputBuilder().setName(found);
        ModelProto model = micro().model().toBuilder().setGraph(outer.graph).build();
        assertRefused(
                model.toByteArray(),
                "inside the graph of a BeamSearch \"search\" node",
                "export the decoder by itself");
    }

    @Test
    void imageModel() throws IOException {
        MicroGraph g = micro();
        String image = g.input("image", DataType.FLOAT, 1, 3, 8, 8);
        g.graph.addOutputBuilder().setName(g.op("Conv", image, g.tensor(new float[27], 1, 3, 3, 3)));
        assertRefused(micro().model().toBuilder().setGraph(g.graph).build().toByteArray(), "it has no layer norms");
    }

    @Test
    void whatIsNoModel() throws IOException {
        assertRefused(new byte[0], "is empty");
        assertRefused("not a model at all".getBytes(StandardCharsets.UTF_8), "not an ONNX model");
        assertRefused(new byte[5000], "not an ONNX model");
        assertThatThrownBy(() -> ForeignModel.read(folder.resolve("none.onnx"))).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> ForeignModel.read(folder)).hasMessageContaining("is not a file");
    }

    @Test
    void graphThatCannotBeComputed() throws IOException {
        ModelProto.Builder model = micro().model().toBuilder();
        NodeProto first = model.getGraph().getNode(3);
        model.getGraphBuilder().addNode(first);
        assertRefused(model.build().toByteArray(), "is made twice");
        model = micro().model().toBuilder();
        model.getGraphBuilder().getNodeBuilder(40).setInput(0, "nowhere");
        assertRefused(model.build().toByteArray(), "\"nowhere\", which nothing makes");
        model = micro().model().toBuilder();
        String own = model.getGraph().getNode(40).getOutput(0);
        model.getGraphBuilder().getNodeBuilder(40).setInput(0, own);
        assertRefused(model.build().toByteArray(), "made from its own output");
    }

    @Test
    void fileCutOffAnywhere() throws IOException {
        byte[] whole = micro().model().toByteArray();
        for (int length = 1; length < whole.length; length += 97) {
            assertRefused(Arrays.copyOf(whole, length), ": ");
        }
    }

    @Test
    void damagedBytesAreRefusedOrRead() throws IOException {
        byte[] whole = micro().model().toByteArray();
        Random random = new Random(11);
        for (int trial = 0; trial < 300; trial++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            readOrRefuse(damaged);
        }
    }

    @Test
    void damagedGraphsAreRefusedOrRead() throws IOException {
        ModelProto whole = micro().model();
        Random random = new Random(12);
        for (int trial = 0; trial < 300; trial++) {
            ModelProto.Builder model = whole.toBuilder();
            GraphProto.Builder graph = model.getGraphBuilder();
            NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
            NodeProto other = whole.getGraph().getNode(random.nextInt(graph.getNodeCount()));
            switch (random.nextInt(6)) {
                case 0 -> node.clearInput();
                case 1 -> node.clearOutput();
                case 2 -> node.clearAttribute().setOpType(other.getOpType());
                case 3 -> node.clearInput().addAllInput(other.getInputList());
                case 4 ->
                    graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()))
                            .clearDims()
                            .addDims(random.nextLong());
                default -> graph.removeNode(random.nextInt(graph.getNodeCount()));
            }
            readOrRefuse(model.build().toByteArray());
        }
    }

    /** Anything but the library's own exception fails the test. */
    private void readOrRefuse(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), content);
        try {
            assertThat(ForeignModel.read(file).stream().blocks()).isPositive();
        } catch (ResidualException e) {
            assertThat(e).hasMessageStartingWith(file.toString());
        }
    }
}
