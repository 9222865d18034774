package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Finds the layer norms of a graph, whether each is one operator or many. */
final class LayerNorms {
    private LayerNorms() {}

    /** All layer norms and root mean square norms of a graph, in the order computed. */
    static List<LayerNorm> in(Graph graph) {
        List<LayerNorm> norms = new ArrayList<>();
        NormSteps steps = new NormSteps(graph);
        for (NodeProto node : graph.nodes()) {
            Optional<LayerNorm> norm = ofOneOperator(graph, node);
            (norm.isPresent() ? norm : steps.visit(node)).ifPresent(norms::add);
        }
        return norms;
    }

    private static Optional<LayerNorm> ofOneOperator(Graph graph, NodeProto node) {
        switch (node.getOpType()) {
            case "LayerNormalization",
                    "MeanVarianceNormalization",
                    "SimplifiedLayerNormalization",
                    "RMSNormalization" -> {
                boolean rms = node.getOpType().startsWith("Simplified")
                        || node.getOpType().startsWith("RMS");
                return NormSteps.isOverLastAxis(graph, node)
                        ? Optional.of(LayerNorm.of(
                                graph, rms, graph.origin(Nodes.input(node, 0)), node, epsilon(node, 1e-5f)))
                        : Optional.empty();
            }
            default -> {
                int sum = sumOutput(node.getOpType());
                boolean rms = node.getOpType().contains("Simplified");
                return sum < 0
                        ? Optional.empty()
                        : Optional.of(LayerNorm.of(graph, rms, Nodes.output(node, sum), node, epsilon(node, 1e-12f)));
            }
        }
    }

    private static OptionalDouble epsilon(NodeProto node, float otherwise) {
        if (node.getOpType().equals("MeanVarianceNormalization")) {
            return OptionalDouble.of(1e-9); // fixed by its definition
        }
        float said = Nodes.attribute(node, "epsilon").map(AttributeProto::getF).orElse(otherwise);
        return OptionalDouble.of(TensorTypes.decimal(said));
    }

    /** At which output a fused operator gives the sum it normalizes; -1 if it is no such operator. */
    static int sumOutput(String opType) {
        return switch (opType) {
            case "SkipLayerNormalization", "SkipSimplifiedLayerNormalization" -> 3;
            case "EmbedLayerNormalization" -> 2;
            default -> -1;
        };
    }
}
