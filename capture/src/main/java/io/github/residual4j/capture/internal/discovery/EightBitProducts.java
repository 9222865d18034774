package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Set;

/**
 * Whether a file multiplies 8-bit integers by signed weights. On x86 processors without VNNI instructions ONNX Runtime adds
 * up pairs of products of unsigned by signed numbers in 16 bits, where they saturate, unless it is told to keep weights
 * unsigned.
 */
final class EightBitProducts {
    private static final Set<String> OPERATORS = Set.of(
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "DynamicQuantizeMatMul",
            "DynamicQuantizeLSTM",
            "QAttention",
            "QGemm",
            "QLinearMatMul",
            "QLinearConv",
            "ConvInteger");
    private static final Set<String> FLOAT_PRODUCTS = Set.of("MatMul", "Gemm", "Conv");

    private EightBitProducts() {}

    /** Whether the file itself has such products, so that they are computed at every optimization level. */
    static boolean areWritten(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> OPERATORS.contains(node.getOpType()))
                .anyMatch(node -> node.getInputList().stream().anyMatch(name -> isSigned(graph, name)));
    }

    /** Whether ONNX Runtime may make such products of float products between values that were quantized. */
    static boolean mayBeMade(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> FLOAT_PRODUCTS.contains(node.getOpType()))
                .anyMatch(node -> node.getInputList().stream()
                        .filter(name -> !name.isEmpty())
                        .map(graph::producer)
                        .anyMatch(maker -> maker != null && dequantizesSigned(graph, maker)));
    }

    private static boolean dequantizesSigned(Graph graph, NodeProto maker) {
        return maker.getOpType().equals("DequantizeLinear") && isSigned(graph, Nodes.input(maker, 0));
    }

    private static boolean isSigned(Graph graph, String tensor) {
        return graph.initializer(tensor)
                .filter(constant -> constant.getDataType() == TensorProto.DataType.INT8.getNumber())
                .isPresent();
    }
}
