package io.github.residual4j.capture.internal.graph;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the nodes of an ONNX graph and writes those that the outputs need. */
final class GraphNodes {
    /** The domain of ONNX Runtime's own, fused operators. */
    static final String MICROSOFT = "com.microsoft";

    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    private final List<NodeProto> nodes = new ArrayList<>();
    private final Map<String, long[]> weights = new LinkedHashMap<>();
    private final Map<String, TensorProto> constants = new LinkedHashMap<>();
    private final List<ValueInfoProto> inputs = new ArrayList<>();

    /** Declares an int64 input whose axes have names in place of lengths. */
    String input(String name, String... axes) {
        inputs.add(value(name, TensorProto.DataType.INT64, List.of(axes)));
        return name;
    }

    /** Declares a float32 weight that is handed over when the session is made. */
    String weight(String name, long... shape) {
        weights.put(name, shape);
        return name;
    }

    /** The weights declared, with their shapes. */
    Map<String, long[]> weights() {
        return weights;
    }

    /** A small int64 tensor, of one axis. */
    String longs(long... values) {
        String name = "longs" + Arrays.toString(values);
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(raw::putLong);
        constants.put(name, constant(name, TensorProto.DataType.INT64, values.length, raw.flip()));
        return name;
    }

    /** A float32 tensor of one value. */
    String number(float value) {
        String name = "number[" + value + "]";
        ByteBuffer raw =
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
        constants.put(name, constant(name, TensorProto.DataType.FLOAT, 1, raw.flip()));
        return name;
    }

    private static TensorProto constant(String name, TensorProto.DataType type, int length, ByteBuffer raw) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addDims(length)
                .setRawData(ByteString.copyFrom(raw))
                .build();
    }

    /** Adds an operator of ONNX with one output and returns the output's name. */
    String add(String operator, String output, List<String> operands, AttributeProto... attributes) {
        add("", operator, List.of(output), operands, attributes);
        return output;
    }

    /** Adds an operator of {@link #MICROSOFT} with one output and returns the output's name. */
    String addFused(String operator, String output, List<String> operands, AttributeProto... attributes) {
        add(MICROSOFT, operator, List.of(output), operands, attributes);
        return output;
    }

    /** Adds an operator of {@link #MICROSOFT} with several outputs; an empty name leaves one out. */
    void addFusedMany(String operator, List<String> outputs, List<String> operands, AttributeProto... attributes) {
        add(MICROSOFT, operator, outputs, operands, attributes);
    }

    /** Adds an operator of ONNX with several outputs. */
    void addMany(String operator, List<String> outputs, List<String> operands, AttributeProto... attributes) {
        add("", operator, outputs, operands, attributes);
    }

    private void add(
            String domain, String operator, List<String> outputs, List<String> operands, AttributeProto... attributes) {
        nodes.add(NodeProto.newBuilder()
                .setName(outputs.get(0))
                .setDomain(domain)
                .setOpType(operator)
                .addAllInput(operands)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes))
                .build());
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto real(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    /** A tensor of one value as an attribute. */
    static AttributeProto tensor(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .addDims(1)
                        .addFloatData(value))
                .build();
    }

    /** Writes a model that computes the outputs and nothing else. */
    BuiltGraph build(List<String> outputs) {
        Set<String> needed = new HashSet<>(outputs);
        List<NodeProto> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            NodeProto node = nodes.get(i);
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                needed.addAll(node.getInputList());
                kept.add(0, node);
            }
        }
        GraphProto.Builder graph = GraphProto.newBuilder().setName("gpt2").addAllNode(kept);
        inputs.stream().filter(input -> needed.contains(input.getName())).forEach(graph::addInput);
        outputs.forEach(output -> graph.addOutput(value(output, TensorProto.DataType.FLOAT, List.of())));
        Map<String, long[]> used = new LinkedHashMap<>(weights);
        used.keySet().retainAll(needed);
        used.forEach((name, shape) -> graph.addInitializer(external(name, shape)));
        constants.values().stream().filter(c -> needed.contains(c.getName())).forEach(graph::addInitializer);
        OnnxMl.ModelProto model = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("residual4j")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder()
                        .setDomain(MICROSOFT)
                        .setVersion(1))
                .setGraph(graph)
                .build();
        return new BuiltGraph(model, used.keySet());
    }

    private static TensorProto external(String name, long[] shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("memory"));
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor.build();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, List<String> axes) {
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
        if (!axes.isEmpty()) {
            OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
            axes.forEach(axis ->
                    shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam(axis)));
            tensor.setShape(shape);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
