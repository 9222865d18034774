package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can be read off one operator of a graph. */
final class Nodes {
    private Nodes() {}

    static Optional<AttributeProto> attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(name))
                .findFirst();
    }

    /** An input's tensor, or "" where the operator is not given one. */
    static String input(NodeProto node, int index) {
        return index < node.getInputCount() ? node.getInput(index) : "";
    }

    /** An output's tensor, or "" where the operator does not give it out. */
    static String output(NodeProto node, int index) {
        return index < node.getOutputCount() ? node.getOutput(index) : "";
    }

    /** The second factor of a matrix product; where the factors are integers, each comes with its scale and offset. */
    static String secondFactor(NodeProto node) {
        return input(node, node.getOpType().equals("QLinearMatMul") ? 3 : 1);
    }

    /** The graphs inside an operator: branches, loop bodies, decoders. */
    static List<GraphProto> subgraphs(NodeProto node) {
        return node.getAttributeList().stream()
                .filter(AttributeProto::hasG)
                .map(AttributeProto::getG)
                .toList();
    }

    /** Every tensor a node reads, by its inputs and by the graphs inside it. */
    static Set<String> reads(NodeProto node) {
        Set<String> reads = new HashSet<>(node.getInputList());
        for (GraphProto subgraph : subgraphs(node)) {
            Set<String> inside = new HashSet<>();
            for (NodeProto inner : subgraph.getNodeList()) {
                inside.addAll(reads(inner));
            }
            subgraph.getOutputList().forEach(output -> inside.add(output.getName()));
            subgraph.getInputList().forEach(input -> inside.remove(input.getName()));
            subgraph.getInitializerList().forEach(initializer -> inside.remove(initializer.getName()));
            subgraph.getNodeList().forEach(inner -> inside.removeAll(inner.getOutputList()));
            reads.addAll(inside);
        }
        reads.remove("");
        return reads;
    }

    /** How a person finds the node again: its type, and its name if it has one. */
    static String describe(NodeProto node) {
        return node.getOpType() + (node.getName().isEmpty() ? "" : " \"" + node.getName() + "\"");
    }
}
