package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes files that multiply 8-bit integers by signed weights. */
final class SignedWeights {
    private static final Set<String> PRODUCTS = Set.of("MatMulInteger", "DynamicQuantizeMatMul");

    private SignedWeights() {}

    /** A copy of a quantized export of which weights and their zero points are 128 less, so that it computes the same. */
    static Path write(String export, Path folder) throws IOException {
        ModelProto.Builder model = read(export);
        GraphProto.Builder graph = model.getGraphBuilder();
        Set<String> weights = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            if (PRODUCTS.contains(node.getOpType())) {
                weights.add(node.getInput(1));
                weights.add(node.getInput(3));
            }
        }
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            if (weights.contains(tensor.getName())) {
                makeSigned(tensor);
            }
        }
        return Files.write(folder.resolve(export + ".onnx"), model.build().toByteArray());
    }

    /** A copy of the export with quantization written around its operators, without the zero points of its weights. */
    static Path writeWithoutZeroPoints(Path folder) throws IOException {
        ModelProto.Builder model = read("qdq");
        Set<String> weights = model.getGraph().getInitializerList().stream()
                .map(TensorProto::getName)
                .collect(Collectors.toSet());
        for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            if (node.getOpType().equals("DequantizeLinear") && weights.contains(node.getInput(0))) {
                List<String> inputs = List.copyOf(node.getInputList());
                node.clearInput().addAllInput(inputs.subList(0, 2));
            }
        }
        return Files.write(folder.resolve("qdq.onnx"), model.build().toByteArray());
    }

    private static ModelProto.Builder read(String export) throws IOException {
        Path file = Agreement.resource("/exports/quantized-" + export + ".onnx");
        return ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    }

    private static void makeSigned(TensorProto.Builder tensor) {
        tensor.setDataType(DataType.INT8_VALUE);
        for (int i = 0; i < tensor.getInt32DataCount(); i++) {
            tensor.setInt32Data(i, tensor.getInt32Data(i) - 128);
        }
        byte[] raw = tensor.getRawData().toByteArray();
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) ((raw[i] & 0xff) - 128);
        }
        if (raw.length > 0) {
            tensor.setRawData(ByteString.copyFrom(raw));
        }
    }

    /**
     * Quantizes x to integers of a type, multiplies them by 127 times the identity matrix as signed integers, and makes
     * numbers of the products again.
     *
     * @param on an operator that the integers are put through, or ""
     */
    static String identity(MicroGraph g, String x, int width, DataType type, String on) {
        return identity(g, x, width, type, on, integers(g, DataType.INT8, new byte[1]));
    }

    /** The same without a zero point of the matrix. */
    static String identityWithoutZeroPoint(MicroGraph g, String x, int width, DataType type) {
        return identity(g, x, width, type, "", "");
    }

    private static String identity(MicroGraph g, String x, int width, DataType type, String on, String zeroPoint) {
        byte[] identity = new byte[width * width];
        for (int i = 0; i < width; i++) {
            identity[i * width + i] = 127;
        }
        String zero = integers(g, type, new byte[] {(byte) (type == DataType.INT8 ? 0 : 128)});
        String quantized = g.op("QuantizeLinear", x, g.real(0.05f), zero);
        String factors = on.isEmpty() ? quantized : g.op(on, quantized);
        String products =
                g.op("MatMulInteger", factors, integers(g, DataType.INT8, identity, width, width), zero, zeroPoint);
        return g.op(
                "Mul", g.op("Cast", MicroGraph.integers("to", DataType.FLOAT_VALUE), products), g.real(0.05f / 127));
    }

    private static String integers(MicroGraph g, DataType type, byte[] values, long... dims) {
        String name = "q" + g.graph.getInitializerCount();
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(values));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        g.graph.addInitializer(tensor);
        return name;
    }
}
