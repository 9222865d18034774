package io.github.residual4j.capture.internal.graph;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Takes down the operators of an ONNX graph one by one, and writes those that its outputs need, fused where that is
 * possible.
 */
final class GraphWriter {
    /** The domain of ONNX Runtime's own, fused operators. */
    static final String MICROSOFT = "com.microsoft";

    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    private final String prefix;
    private final List<Operator> operators = new ArrayList<>();
    private final List<Fusion> fusions = new ArrayList<>();
    private final Map<String, long[]> weightShapes = new LinkedHashMap<>();
    private final Map<String, Value> weights = new LinkedHashMap<>();
    private final Map<Value, TensorProto.Builder> constants = new LinkedHashMap<>();
    private final Map<String, Value> constantsByContent = new LinkedHashMap<>();
    private final Map<Value, ValueInfoProto> inputs = new LinkedHashMap<>();
    private final Set<Value> outputs = new LinkedHashSet<>();
    private int unnamed;
    private int edits;

    GraphWriter() {
        this("");
    }

    /** @param prefix what names that are not given begin with */
    GraphWriter(String prefix) {
        this.prefix = prefix;
    }

    /** Declares an input. */
    Value input(String name, TensorProto.DataType type) {
        Value input = new Value(name);
        inputs.put(input, typed(name, type));
        return input;
    }

    /** Declares a float32 weight that is handed over when the session is made. */
    Value weight(String name, long... shape) {
        weightShapes.put(name, shape);
        return weights.computeIfAbsent(name, Value::new);
    }

    /** All weights declared, with their shapes. */
    Map<String, long[]> weights() {
        return weightShapes;
    }

    /** A small int64 tensor of one axis. */
    Value longs(long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(raw::putLong);
        return constant("longs" + Arrays.toString(values), TensorProto.DataType.INT64, values.length, raw.flip());
    }

    /** A float32 tensor of one value. */
    Value number(float value) {
        ByteBuffer raw =
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
        return constant("number[" + value + "]", TensorProto.DataType.FLOAT, 1, raw.flip());
    }

    private Value constant(String content, TensorProto.DataType type, int length, ByteBuffer raw) {
        return constantsByContent.computeIfAbsent(prefix + content, name -> {
            Value constant = new Value(name);
            constants.put(
                    constant,
                    TensorProto.newBuilder()
                            .setName(name)
                            .setDataType(type.getNumber())
                            .addDims(length)
                            .setRawData(ByteString.copyFrom(raw)));
            return constant;
        });
    }

    /** Adds an operator of ONNX with one result. */
    Value add(String type, List<Value> operands, AttributeProto... attributes) {
        return add("", type, 1, operands, attributes).get(0);
    }

    /** Adds an operator of ONNX with several results. */
    List<Value> addMany(String type, int results, List<Value> operands, AttributeProto... attributes) {
        return add("", type, results, operands, attributes);
    }

    /** Adds an operator of {@link #MICROSOFT} with one result. */
    Value addFused(String type, List<Value> operands, AttributeProto... attributes) {
        return add(MICROSOFT, type, 1, operands, attributes).get(0);
    }

    private List<Value> add(String domain, String type, int count, List<Value> operands, AttributeProto... attributes) {
        List<Value> results = IntStream.range(0, count)
                .mapToObj(i -> new Value(prefix + type + "_" + unnamed++))
                .toList();
        operators.add(new Operator(domain, type, operands, results, List.of(attributes)));
        return results;
    }

    /** Notes that a value on the way was changed by a caller, so that nothing around it may be fused. */
    void edited() {
        edits++;
    }

    /** Begins a stretch of operators that may be fused; handed to {@link #close}. */
    Opened open() {
        return new Opened(operators.size(), edits);
    }

    /** Where a stretch of operators began, and how many edits there were before. */
    record Opened(int operators, int edits) {}

    /**
     * Ends a stretch of operators.
     *
     * @param fused computes what of it others may take: its results
     */
    void close(Opened opened, Operator fused) {
        if (edits == opened.edits) {
            fusions.add(new Fusion(opened.operators, operators.size(), fused));
        }
    }

    /** All that was taken down, to be put into another graph. */
    Fragment fragment() {
        return new Fragment(
                operators.stream().map(Operator::toProto).toList(),
                constants.values().stream().map(TensorProto.Builder::build).toList(),
                List.copyOf(inputs.values()));
    }

    /** Makes a value an output, under its name. */
    void output(Value value) {
        outputs.add(value);
    }

    /** Writes a model that computes the outputs and nothing else. */
    BuiltGraph build() {
        Set<Value> needed = new HashSet<>();
        List<Operator> kept = needed(Fusion.choose(operators, fusions, outputs), needed);
        GraphProto.Builder graph = GraphProto.newBuilder().setName("gpt2");
        kept.forEach(operator -> graph.addNode(operator.toProto()));
        Set<String> fed = new LinkedHashSet<>();
        inputs.forEach((input, type) -> {
            if (needed.contains(input)) {
                graph.addInput(type);
                fed.add(input.name());
            }
        });
        outputs.forEach(output -> graph.addOutput(typed(output.name(), TensorProto.DataType.FLOAT)));
        Set<String> used = new LinkedHashSet<>();
        weights.forEach((name, value) -> {
            if (needed.contains(value)) {
                graph.addInitializer(external(name, weightShapes.get(name)));
                used.add(name);
            }
        });
        constants.forEach((value, constant) -> {
            if (needed.contains(value)) {
                graph.addInitializer(constant);
            }
        });
        OnnxMl.ModelProto model = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("residual4j")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder()
                        .setDomain(MICROSOFT)
                        .setVersion(1))
                .setGraph(graph)
                .build();
        return new BuiltGraph(model, used, fed);
    }

    /**
     * Those operators that the outputs need, in their order.
     *
     * @param values takes in all values that are needed
     */
    private List<Operator> needed(List<Operator> all, Set<Value> values) {
        values.addAll(outputs);
        List<Operator> kept = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Operator operator = all.get(i);
            if (operator.results().stream().anyMatch(values::contains)) {
                values.addAll(operator.operands());
                values.remove(Value.NONE);
                kept.add(0, operator);
            }
        }
        return kept;
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

    /** An input or output of any shape. */
    static ValueInfoProto typed(String name, TensorProto.DataType type) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.getNumber())))
                .build();
    }
}
