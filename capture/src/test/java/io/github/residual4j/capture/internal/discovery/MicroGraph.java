package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Writes the micro model as an ONNX graph in one of many ways that exporters take. Tensors are called t0, t1, … so that
 * nothing can be told from their names. The parts that vary are fields to be set before {@link #write(Path)}.
 */
final class MicroGraph {
    static final int BLOCKS = 2;
    static final int HEADS = 2;
    static final int WIDTH = 16;

    /** A layer norm without weight and bias: from x to the normalized x. */
    BiFunction<MicroGraph, String, String> norm =
            (g, x) -> g.op("LayerNormalization", x, g.floats(WIDTH, 1), g.floats(WIDTH, 0));

    /** The token ids as {@code [1, tokens]}, from an input the graph adds. */
    BiFunction<MicroGraph, String, String> ids = (g, none) -> g.input("t_in", DataType.INT64, "b", "s");

    /** Positions as {@code [1, tokens]} or {@code [tokens]}, from the ids. */
    BiFunction<MicroGraph, String, String> positions = (g, ids) -> {
        String length = g.op("Gather", g.op("Shape", ids), g.integer(1));
        return g.op("Range", g.integer(0), length, g.integer(1));
    };

    /** Masks the scores {@code [1, heads, tokens, tokens]}. */
    BiFunction<MicroGraph, String, String> mask = MicroGraph::causal;

    /** Weighs the pattern {@code [1, heads, tokens, tokens]} of a block. */
    Pattern pattern = (g, h, pattern) -> pattern;

    /** Weighs what the patterns select, {@code [1, heads, tokens, width of a head]}. */
    BiFunction<MicroGraph, String, String> selected = (g, z) -> z;

    /** Adds a block's output to the stream. */
    Sum sum = (g, x, added, bias) -> g.op("Add", x, g.op("Add", added, bias));

    /** What the first block reads, from tokens and positions looked up. */
    BiFunction<MicroGraph, List<String>, String> embed = (g, parts) -> g.op("Add", parts.get(0), parts.get(1));

    /** Puts keys or values {@code [1, heads, tokens, width of a head]} after those of a cache. */
    Cache cache = (g, name, states) -> states;

    /** Selects the positions whose next token is scored. */
    BiFunction<MicroGraph, String, String> scored = (g, normed) -> normed;

    int opset = 20;
    boolean logits = true;

    final GraphProto.Builder graph = GraphProto.newBuilder().setName("micro");
    private final SafetensorsFile weights;
    private int tensors;

    MicroGraph(Path weights) {
        this.weights = SafetensorsFile.open(weights);
    }

    /** Adds {@code added + bias} to the stream x. */
    interface Sum {
        String of(MicroGraph graph, String x, String added, String bias);
    }

    /** Changes the attention pattern of the block with a name. */
    interface Pattern {
        String of(MicroGraph graph, String block, String pattern);
    }

    /** Puts a block's keys or values after those of a cache with a name. */
    interface Cache {
        String of(MicroGraph graph, String name, String states);
    }

    Path write(Path file) throws IOException {
        Files.write(file, model().toByteArray());
        return file;
    }

    ModelProto model() {
        String tokens = ids.apply(this, "");
        String x = embed.apply(
                this,
                List.of(
                        op("Gather", weight("wte.weight"), tokens),
                        op("Gather", weight("wpe.weight"), positions.apply(this, tokens))));
        for (int block = 0; block < BLOCKS; block++) {
            String h = "h." + block + ".";
            x = sum.of(this, x, attention(normed(x, h + "ln_1"), h), weight(h + "attn.c_proj.bias"));
            String inner = linear(normed(x, h + "ln_2"), h + "mlp.c_fc");
            inner = op("Mul", op("Mul", inner, real(0.5f)), op("Add", gate(inner), real(1)));
            x = sum.of(this, x, op("MatMul", inner, weight(h + "mlp.c_proj.weight")), weight(h + "mlp.c_proj.bias"));
        }
        String last = normed(x, "ln_f");
        if (logits) {
            String unembedding = op("Transpose", ints("perm", 1, 0), weight("wte.weight"));
            last = op("MatMul", scored.apply(this, last), unembedding);
        }
        graph.addOutput(ValueInfoProto.newBuilder().setName(last));
        return ModelProto.newBuilder()
                .setIrVersion(9)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain("com.microsoft")
                        .setVersion(1))
                .setGraph(graph)
                .build();
    }

    /** tanh(√(2/π) · (x + 0.044715·x³)). */
    private String gate(String x) {
        String cubic = op("Add", x, op("Mul", op("Pow", x, real(3)), real(0.044715f)));
        return op("Tanh", op("Mul", cubic, real(0.7978846f)));
    }

    private String normed(String x, String name) {
        String scaled = op("Mul", norm.apply(this, x), weight(name + ".weight"));
        return op("Add", scaled, weight(name + ".bias"));
    }

    private String linear(String x, String name) {
        return op("Add", op("MatMul", x, weight(name + ".weight")), weight(name + ".bias"));
    }

    private String attention(String x, String h) {
        List<String> parts =
                ops("Split", 3, List.of(integers("axis", 2), integers("num_outputs", 3)), linear(x, h + "attn.c_attn"));
        String q = heads(parts.get(0));
        String k = op("Transpose", ints("perm", 0, 1, 3, 2), cache.of(this, "k" + h, heads(parts.get(1))));
        String scores = op("Div", op("MatMul", q, k), real((float) Math.sqrt(WIDTH / HEADS)));
        String softmax = op("Softmax", integers("axis", -1), mask.apply(this, scores));
        String weighed = pattern.of(this, h, softmax);
        String z = op(
                "Transpose",
                ints("perm", 0, 2, 1, 3),
                selected.apply(this, op("MatMul", weighed, cache.of(this, "v" + h, heads(parts.get(2))))));
        z = op("Reshape", z, longs(0, 0, WIDTH));
        return op("MatMul", z, weight(h + "attn.c_proj.weight"));
    }

    private String heads(String x) {
        return op("Transpose", ints("perm", 0, 2, 1, 3), op("Reshape", x, longs(0, 0, HEADS, WIDTH / HEADS)));
    }

    /** Adds −10000 to the scores of later positions. */
    String causal(String scores) {
        String last = op("Slice", op("Shape", scores), longs(2), longs(4));
        float[] later = new float[32 * 32];
        for (int i = 0; i < later.length; i++) {
            later[i] = i % 32 > i / 32 ? -10_000 : 0;
        }
        return op("Add", scores, op("Slice", tensor(later, 32, 32), longs(0, 0), last));
    }

    // The pieces of a graph.

    String input(String name, DataType type, Object... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dim : dims) {
            if (dim instanceof Integer length) {
                shape.addDimBuilder().setDimValue(length);
            } else {
                shape.addDimBuilder().setDimParam((String) dim);
            }
        }
        graph.addInput(ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape))));
        return name;
    }

    String op(String type, String... inputs) {
        return ops(type, 1, List.of(), inputs).get(0);
    }

    String op(String type, AttributeProto attribute, String... inputs) {
        return ops(type, 1, List.of(attribute), inputs).get(0);
    }

    List<String> ops(String type, int outputs, List<AttributeProto> attributes, String... inputs) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(type)
                .setDomain(isMicrosoft(type) ? "com.microsoft" : "")
                .addAllAttribute(attributes)
                .addAllInput(Arrays.asList(inputs));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add("t" + tensors++);
        }
        graph.addNode(node.addAllOutput(names));
        return names;
    }

    private static boolean isMicrosoft(String type) {
        return type.startsWith("Skip") || type.startsWith("Embed");
    }

    String weight(String name) {
        String tensor = name.hashCode() + "w"; // one initializer each, under a name that says nothing
        if (graph.getInitializerList().stream().noneMatch(t -> t.getName().equals(tensor))) {
            FloatBuffer values = weights.floats(name);
            float[] copy = new float[values.remaining()];
            values.get(copy);
            int rows = name.startsWith("wte")
                    ? 61
                    : name.startsWith("wpe")
                            ? 32
                            : name.endsWith("bias") || name.contains("ln_") ? 0 : name.contains("mlp.c_proj") ? 64 : 16;
            long[] dims = rows == 0 ? new long[] {copy.length} : new long[] {rows, copy.length / rows};
            graph.addInitializer(TensorProto.newBuilder()
                    .setName(tensor)
                    .setDataType(DataType.FLOAT_VALUE)
                    .addAllDims(Arrays.stream(dims).boxed().toList())
                    .setRawData(raw(copy)));
        }
        return tensor;
    }

    String floats(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return tensor(values, count);
    }

    String real(float value) {
        return tensor(new float[] {value});
    }

    String tensor(float[] values, long... dims) {
        return constant(
                TensorProto.newBuilder().setDataType(DataType.FLOAT_VALUE).setRawData(raw(values)), dims);
    }

    String integer(long value) {
        return constant(
                TensorProto.newBuilder().setDataType(DataType.INT64_VALUE).addInt64Data(value));
    }

    String longs(long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(DataType.INT64_VALUE);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        return constant(tensor, values.length);
    }

    private String constant(TensorProto.Builder tensor, long... dims) {
        String name = "t" + tensors++;
        Arrays.stream(dims).forEach(tensor::addDims);
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput(name)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(tensor)));
        return name;
    }

    private static ByteString raw(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return ByteString.copyFrom(bytes);
    }

    static AttributeProto integers(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto ints(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }
}
