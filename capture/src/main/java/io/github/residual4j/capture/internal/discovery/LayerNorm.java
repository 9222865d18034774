package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A layer norm found in a graph.
 *
 * @param rms whether it divides by the root mean square without taking the mean away
 * @param reads the tensor it normalizes
 * @param output its output, after weight and bias
 * @param results every tensor from the normalized state to the output
 * @param node the operator that completes it, as a person finds it again
 * @param epsilon what it adds to the variance, if the graph says it as a number
 */
record LayerNorm(boolean rms, String reads, String output, Set<String> results, String node, OptionalDouble epsilon) {
    /** A norm whose last operator is known; the weight and bias are looked for behind it. */
    static LayerNorm of(Graph graph, boolean rms, String reads, NodeProto completedBy, OptionalDouble epsilon) {
        String current = completedBy.getOutput(0);
        String output = current;
        Set<String> results = new LinkedHashSet<>(Set.of(current));
        boolean weighted = false;
        boolean biased = false;
        while (!biased) {
            List<NodeProto> readers = graph.consumers(current);
            if (readers.size() != 1) {
                break;
            }
            NodeProto reader = readers.get(0);
            boolean weight = reader.getOpType().equals("Mul") && !weighted;
            biased = reader.getOpType().equals("Add");
            if (!Graph.SAME_TENSOR.contains(reader.getOpType())) {
                if (!(weight || biased) || !isPerDimension(graph, reader, current)) {
                    break;
                }
                weighted |= weight;
                output = reader.getOutput(0);
            }
            current = reader.getOutput(0);
            results.add(current);
        }
        return new LayerNorm(rms, reads, output, results, Nodes.describe(completedBy), epsilon);
    }

    /** Whether the other operand is a weight with one value for each dimension. */
    private static boolean isPerDimension(Graph graph, NodeProto node, String operand) {
        String other = Nodes.input(node, 0).equals(operand) ? Nodes.input(node, 1) : Nodes.input(node, 0);
        return graph.isConstant(other)
                && graph.initializer(graph.origin(other))
                        .filter(weight -> TensorTypes.elements(weight) < 2)
                        .isEmpty();
    }
}
