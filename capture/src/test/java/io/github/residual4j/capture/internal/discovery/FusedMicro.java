package io.github.residual4j.capture.internal.discovery;

import static io.github.residual4j.capture.internal.discovery.MicroGraph.integers;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/**
 * The micro model in the operators ONNX Runtime's optimizer fuses it to: embedding and norm, residual addition and
 * norm, and attention with a stacked cache are one operator each, ids, positions and mask are int32, and no sum is given
 * out that is not read.
 */
final class FusedMicro {
    private static final AttributeProto EPSILON = MicroGraph.real("epsilon", 1e-5f);

    private FusedMicro() {}

    static ModelProto write() {
        MicroGraph g = new MicroGraph(Agreement.weights());
        String ids = g.input("x0", DataType.INT32, "b", "s");
        String positions = g.input("x1", DataType.INT32, "b", "s");
        String mask = g.input("x2", DataType.INT32, "b", "t");
        String[] past = new String[MicroGraph.BLOCKS];
        for (int i = 0; i < past.length; i++) {
            past[i] = g.input(
                    "c" + i, DataType.FLOAT, 2, "b", MicroGraph.HEADS, "p", MicroGraph.WIDTH / MicroGraph.HEADS);
        }
        List<String> embedded = g.ops(
                "EmbedLayerNormalization",
                3,
                List.of(EPSILON),
                ids,
                "",
                g.weight("wte.weight"),
                g.weight("wpe.weight"),
                "",
                g.weight("h.0.ln_1.weight"),
                g.weight("h.0.ln_1.bias"),
                "",
                positions);
        String normed = embedded.get(0);
        String stream = embedded.get(2);
        for (int block = 0; block < MicroGraph.BLOCKS; block++) {
            String h = "h." + block + ".";
            List<String> attention = g.ops(
                    "Attention",
                    2,
                    List.of(integers("num_heads", MicroGraph.HEADS), integers("unidirectional", 1)),
                    normed,
                    g.weight(h + "attn.c_attn.weight"),
                    g.weight(h + "attn.c_attn.bias"),
                    mask,
                    past[block]);
            g.graph.getNodeBuilder(g.graph.getNodeCount() - 1).setDomain("com.microsoft");
            String projected = g.op("MatMul", attention.get(0), g.weight(h + "attn.c_proj.weight"));
            List<String> mid = skip(g, projected, stream, h + "ln_2", h + "attn.c_proj.bias", 4);
            String inner = g.op("MatMul", mid.get(0), g.weight(h + "mlp.c_fc.weight"));
            inner = g.op("FastGelu", inner, g.weight(h + "mlp.c_fc.bias"));
            g.graph.getNodeBuilder(g.graph.getNodeCount() - 1).setDomain("com.microsoft");
            String back = g.op("MatMul", inner, g.weight(h + "mlp.c_proj.weight"));
            boolean last = block == MicroGraph.BLOCKS - 1;
            List<String> post = skip(
                    g,
                    back,
                    mid.get(3),
                    last ? "ln_f" : "h." + (block + 1) + ".ln_1",
                    h + "mlp.c_proj.bias",
                    last ? 1 : 4);
            normed = post.get(0);
            stream = last ? "" : post.get(3);
        }
        String unembedding = g.op("Transpose", MicroGraph.ints("perm", 1, 0), g.weight("wte.weight"));
        String logits = g.op("MatMul", normed, unembedding);
        GraphProto.Builder graph = g.graph.addOutput(ValueInfoProto.newBuilder().setName(logits));
        return ModelProto.newBuilder()
                .setIrVersion(6)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(11))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain("com.microsoft")
                        .setVersion(1))
                .setGraph(graph)
                .build();
    }

    private static List<String> skip(MicroGraph g, String x, String stream, String norm, String bias, int outputs) {
        return g.ops(
                "SkipLayerNormalization",
                outputs,
                List.of(EPSILON),
                x,
                stream,
                g.weight(norm + ".weight"),
                g.weight(norm + ".bias"),
                g.weight(bias));
    }
}
