package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.residual4j.capture.runtime.Optimization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The products of unsigned by signed 8-bit integers that a file's graph comes to. On x86 processors without VNNI
 * instructions ONNX Runtime adds them up in pairs, in 16 bits, where they saturate. Products of two signed or of two
 * unsigned factors are exact on every processor (MLAS, {@code MlasGemmQuantGetDispatch} and {@code platform.cpp}). So the
 * runtime can be asked for unsigned weights ({@code Avx2WeightS8ToU8Transformer}), on every x86 processor with AVX2; it
 * rewrites constant weights only, at the level EXTENDED and above. It must not be asked where a first factor is signed as
 * well, for it cannot compute such a product with unsigned weights, nor where signed weights come without a zero point:
 * then ONNX Runtime 1.28.0 ends the process.
 *
 * @param written whether the file has such products itself, so that they are computed at every optimization level
 * @param made whether the runtime makes such products, at the level EXTENDED and above, of products of numbers that were
 *     quantized
 * @param canBeUnsigned whether the runtime can make all their weights unsigned
 */
record EightBitProducts(boolean written, boolean made, boolean canBeUnsigned) {
    /** Which inputs tell the type of the first factor, are the second, and are the second's zero point. */
    private record Factors(int first, int second, int zeroPoint) {}

    private static final Factors EACH_WITH_ITS_SCALE = new Factors(2, 3, 5);

    private static final Map<String, Factors> INTEGER_PRODUCTS = Map.of(
            "MatMulInteger", new Factors(0, 1, 3),
            "MatMulIntegerToFloat", new Factors(0, 1, 5),
            "DynamicQuantizeMatMul", new Factors(0, 1, 3),
            "QAttention", new Factors(0, 1, 7),
            "QGemm", EACH_WITH_ITS_SCALE,
            "QLinearConv", EACH_WITH_ITS_SCALE,
            "QLinearMatMul", EACH_WITH_ITS_SCALE);
    private static final Set<String> FLOAT_PRODUCTS = Set.of("MatMul", "Gemm", "Conv");

    /** Operators whose output is of the type of their first input. */
    private static final Set<String> KEEPS_TYPE = Set.of(
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Flatten",
            "Transpose",
            "Identity",
            "Gather",
            "Slice",
            "Split",
            "Concat",
            "Expand");

    static EightBitProducts of(Graph graph) {
        List<NodeProto> bySigned = graph.nodes().stream()
                .filter(node -> INTEGER_PRODUCTS.containsKey(node.getOpType()) && isSigned(graph, second(node)))
                .toList();
        List<NodeProto> unsignedBySigned =
                bySigned.stream().filter(node -> !isSigned(graph, first(node))).toList();
        boolean canBeUnsigned = bySigned.equals(unsignedBySigned)
                && bySigned.stream()
                        .allMatch(node -> graph.isConstant(second(node)) && graph.isConstant(zeroPoint(node)))
                && dequantizedSigned(graph)
                        .filter(node -> graph.isConstant(Nodes.input(node, 0)))
                        .allMatch(node -> graph.isConstant(Nodes.input(node, 2)));
        return new EightBitProducts(!unsignedBySigned.isEmpty(), areMade(graph), canBeUnsigned);
    }

    private static String first(NodeProto product) {
        return Nodes.input(product, INTEGER_PRODUCTS.get(product.getOpType()).first());
    }

    private static String second(NodeProto product) {
        return Nodes.input(product, INTEGER_PRODUCTS.get(product.getOpType()).second());
    }

    private static String zeroPoint(NodeProto product) {
        return Nodes.input(product, INTEGER_PRODUCTS.get(product.getOpType()).zeroPoint());
    }

    private static Stream<NodeProto> dequantizedSigned(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.getOpType().equals("DequantizeLinear") && isSigned(graph, Nodes.input(node, 0)));
    }

    private static boolean areMade(Graph graph) {
        Set<NodeProto> signed = dequantizedSigned(graph).collect(Collectors.toSet());
        return graph.nodes().stream()
                .filter(node -> FLOAT_PRODUCTS.contains(node.getOpType()))
                .anyMatch(node -> signed.contains(graph.producer(Nodes.input(node, 1))));
    }

    private static boolean isSigned(Graph graph, String tensor) {
        return type(graph, tensor) == DataType.INT8.getNumber();
    }

    /** The type of the elements of a tensor of integers, as far as it can be told. */
    private static int type(Graph graph, String tensor) {
        if (graph.initializer(tensor).isPresent()) {
            return graph.initializer(tensor).get().getDataType();
        }
        NodeProto maker = graph.producer(tensor);
        if (maker == null) {
            return DataType.UNDEFINED.getNumber();
        }
        if (KEEPS_TYPE.contains(maker.getOpType())) {
            return type(graph, Nodes.input(maker, 0));
        }
        return switch (maker.getOpType()) {
            case "QuantizeLinear" ->
                Nodes.input(maker, 2).isEmpty()
                        ? Nodes.attribute(maker, "output_dtype")
                                .map(AttributeProto::getI)
                                .map(Long::intValue)
                                .orElse(DataType.UINT8.getNumber())
                        : type(graph, Nodes.input(maker, 2));
            case "DynamicQuantizeLinear" -> DataType.UINT8.getNumber();
            case "QLinearMatMul", "QLinearConv" -> type(graph, Nodes.input(maker, 7));
            default -> DataType.UNDEFINED.getNumber();
        };
    }

    private static boolean rewrites(Optimization level) {
        return level.compareTo(Optimization.EXTENDED) >= 0;
    }

    /** Whether the runtime is to be asked for unsigned weights. */
    boolean needUnsignedWeights(Optimization level) {
        return rewrites(level) && (written || made) && canBeUnsigned;
    }

    /** Whether they are other ones on some processors, though the runtime is asked for unsigned weights where it can. */
    boolean dependOnProcessor(Optimization level) {
        return rewrites(level) ? (written || made) && !canBeUnsigned : written;
    }
}
