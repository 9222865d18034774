package io.github.residual4j.capture.internal.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/**
 * Operators to be put into a graph that somebody else wrote.
 *
 * @param nodes the operators
 * @param constants the constants they take
 * @param inputs what has to be fed to them
 */
public record Fragment(List<NodeProto> nodes, List<TensorProto> constants, List<ValueInfoProto> inputs) {
    /** The input that holds the shape of a state, int64 {@code [3]}: texts, tokens, width. */
    public static final String SHAPE = "residual4j.shape";

    /**
     * Some edits of a plan, one after the other.
     *
     * @param prefix what the names of tensors inside begin with
     * @param from the tensor they change, of whatever shape
     * @param to the tensor they give, of the same shape
     * @param numbers which edits of the plan
     */
    public static Fragment of(String prefix, String from, String to, RunPlan plan, List<Integer> numbers) {
        GraphWriter writer = new GraphWriter(prefix);
        Value before = new Value(from);
        Value shape = writer.input(SHAPE, TensorProto.DataType.INT64);
        Value state = writer.add("Reshape", List.of(before, shape)); // [texts, tokens, width]
        for (int number : numbers) {
            state = plan.edits().get(number).apply(writer, state, number);
        }
        Value after = writer.add("Reshape", List.of(state, writer.add("Shape", List.of(before))));
        after.rename(to);
        return writer.fragment();
    }
}
