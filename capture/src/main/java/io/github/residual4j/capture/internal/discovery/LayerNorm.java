package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
 * @param weight the constant it multiplies by, if there is one
 * @param bias the constant it adds, if there is one
 */
record LayerNorm(
        boolean rms,
        String reads,
        String output,
        Set<String> results,
        String node,
        OptionalDouble epsilon,
        Optional<String> weight,
        Optional<String> bias) {
    /** A norm whose last operator is known; the weight and bias are looked for behind it. */
    static LayerNorm of(Graph graph, boolean rms, String reads, NodeProto completedBy, OptionalDouble epsilon) {
        String current = completedBy.getOutput(0);
        String output = current;
        Set<String> results = new LinkedHashSet<>(Set.of(current));
        Optional<String> weight = operand(completedBy, rms, 0);
        Optional<String> bias = operand(completedBy, rms, 1);
        boolean weighted = false;
        boolean biased = false;
        while (!biased) {
            List<NodeProto> readers = graph.consumers(current);
            if (readers.size() != 1) {
                break;
            }
            NodeProto reader = readers.get(0);
            boolean weights = reader.getOpType().equals("Mul") && !weighted;
            biased = reader.getOpType().equals("Add");
            if (!Graph.SAME_TENSOR.contains(reader.getOpType())) {
                if (!(weights || biased) || !isPerDimension(graph, reader, current)) {
                    break;
                }
                String constant = other(reader, current);
                if (weights) {
                    weight = Optional.of(constant);
                } else {
                    bias = Optional.of(constant);
                }
                weighted |= weights;
                output = reader.getOutput(0);
            }
            current = reader.getOutput(0);
            results.add(current);
        }
        return new LayerNorm(rms, reads, output, results, Nodes.describe(completedBy), epsilon, weight, bias);
    }

    /** The weight (0) or the bias (1) that an operator of its own takes, if it does. */
    private static Optional<String> operand(NodeProto node, boolean rms, int which) {
        int first = switch (node.getOpType()) {
            case "LayerNormalization", "SimplifiedLayerNormalization", "RMSNormalization" -> 1;
            case "SkipLayerNormalization", "SkipSimplifiedLayerNormalization" -> 2;
            case "EmbedLayerNormalization" -> 5;
            default -> -1;
        };
        return first < 0 || rms && which == 1
                ? Optional.empty()
                : Optional.of(Nodes.input(node, first + which)).filter(name -> !name.isEmpty());
    }

    private static String other(NodeProto node, String operand) {
        return Nodes.input(node, 0).equals(operand) ? Nodes.input(node, 1) : Nodes.input(node, 0);
    }

    /** Whether the other operand is a weight with one value for each dimension. */
    private static boolean isPerDimension(Graph graph, NodeProto node, String operand) {
        String other = other(node, operand);
        return graph.isConstant(other)
                && graph.initializer(graph.origin(other))
                        .filter(weight -> TensorTypes.elements(weight) < 2)
                        .isEmpty();
    }
}
