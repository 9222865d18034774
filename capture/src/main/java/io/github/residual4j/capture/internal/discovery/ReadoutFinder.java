package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what a graph reads out of the stream: the logits, and each block's attention pattern. */
final class ReadoutFinder {
    private static final Set<String> SELECTS = Set.of("Slice", "Gather", "GatherND");

    private final Graph graph;
    private final ResidualStream stream;

    ReadoutFinder(Graph graph, ResidualStream stream) {
        this.graph = graph;
        this.stream = stream;
    }

    /**
     * The scores of the next tokens: the product of the final norm's output with a weight of one row or column for each
     * token, with a bias if there is one. Where the file gives it out itself it is that output.
     */
    Optional<String> logits(int vocabulary) {
        return product(vocabulary).map(node -> given(node.getOutput(0)));
    }

    /** The product that makes the logits, if it is one of plain weights. */
    Optional<FoundReadout.Head> head(int vocabulary) {
        return product(vocabulary).flatMap(this::head);
    }

    private Optional<FoundReadout.Head> head(NodeProto product) {
        String factor = Nodes.input(product, 1);
        boolean gemm = product.getOpType().equals("Gemm");
        if (!gemm && !product.getOpType().equals("MatMul") || !graph.isConstant(factor)) {
            return Optional.empty();
        }
        boolean byToken = Nodes.attribute(product, "transB")
                .map(transposed -> transposed.getI() == 1)
                .orElse(false);
        Optional<String> bias = gemm
                ? Optional.of(Nodes.input(product, 2)).filter(name -> !name.isEmpty())
                : biasAfter(product.getOutput(0));
        boolean plain = bias.stream().allMatch(graph::isConstant)
                && Nodes.attribute(product, "alpha").stream().allMatch(alpha -> alpha.getF() == 1)
                && Nodes.attribute(product, "beta").stream().allMatch(beta -> beta.getF() == 1)
                && !isTempered(product);
        return plain ? Optional.of(new FoundReadout.Head(factor, byToken, bias)) : Optional.empty();
    }

    /** Whether the logits are not the product itself of what the final norm gives, but scaled, capped or rounded. */
    private boolean isTempered(NodeProto product) {
        return graph.behind(List.of(given(product.getOutput(0))), tensor -> tensor.equals(finished())).stream()
                .filter(node -> !node.equals(product) && !graph.isConstant(node.getOutput(0)))
                .anyMatch(node -> tempers(node) || node.getOpType().equals("QuantizeLinear"));
    }

    /** The constant that the one reader of a product adds to it. */
    private Optional<String> biasAfter(String product) {
        List<NodeProto> readers = graph.consumers(product);
        if (readers.size() != 1 || !readers.get(0).getOpType().equals("Add")) {
            return Optional.empty();
        }
        NodeProto sum = readers.get(0);
        String other = Nodes.input(sum, 0).equals(product) ? Nodes.input(sum, 1) : Nodes.input(sum, 0);
        return Optional.of(other).filter(graph::isConstant);
    }

    /** What the unembedding reads: the last state after the final norm, where there is one. */
    private String finished() {
        return stream.finalNorm().map(LayerNorm::output).orElse(stream.last());
    }

    /** How many scores each product of the final norm's output makes: the vocabulary, where it is the head. */
    Set<Integer> outputSizes() {
        return products().stream()
                .map(this::scores)
                .flatMap(Optional::stream)
                .map(Long::intValue)
                .collect(Collectors.toSet());
    }

    private Optional<NodeProto> product(int vocabulary) {
        return products().stream()
                .filter(node -> scores(node).orElse((long) vocabulary) == vocabulary)
                .findFirst();
    }

    /** The products that read the final norm's output, or some of its positions. */
    private List<NodeProto> products() {
        List<NodeProto> products = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>(List.of(finished()));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            for (NodeProto node : graph.consumers(tensor)) {
                String type = node.getOpType();
                if (Graph.KEEPS_VALUES.contains(type)
                        || SELECTS.contains(type) && Nodes.input(node, 0).equals(tensor)) {
                    open.add(node.getOutput(0));
                } else if (type.contains("MatMul") || type.equals("Gemm")) {
                    products.add(node);
                }
            }
        }
        return products;
    }

    /** How many numbers a product makes of each state, if the file tells. */
    private Optional<Long> scores(NodeProto product) {
        Optional<Long> said = Nodes.attribute(product, "N").map(AttributeProto::getI); // of a weight in few bits
        List<Long> dims = Embedding.dims(graph, Nodes.secondFactor(product));
        if (said.isPresent() || dims.size() != 2) {
            return said;
        }
        boolean byToken =
                Nodes.attribute(product, "transB").filter(a -> a.getI() == 1).isPresent();
        return Optional.of(dims.get(byToken ? 0 : 1));
    }

    /**
     * The last of the tensors with these values, the scale of a product of integers and a bias included, that the file
     * gives out; otherwise the tensor.
     */
    private String given(String product) {
        boolean scaled = !graph.producer(product).getOpType().equals("MatMulInteger");
        String given = product;
        String current = product;
        while (true) {
            if (graph.outputs().contains(current)) {
                given = current;
            }
            List<NodeProto> readers = graph.consumers(current);
            if (readers.size() != 1) {
                return given;
            }
            NodeProto reader = readers.get(0);
            boolean bias = reader.getOpType().equals("Add")
                    && (graph.isConstant(Nodes.input(reader, 0)) || graph.isConstant(Nodes.input(reader, 1)));
            boolean scale = reader.getOpType().equals("Mul") && !scaled;
            if (!bias && !scale && !Graph.KEEPS_VALUES.contains(reader.getOpType()) && !tempers(reader)) {
                return given;
            }
            scaled |= scale;
            current = reader.getOutput(0);
            given = bias || scale ? current : given;
        }
    }

    /** Whether an operator scales logits by a constant or caps them. */
    private boolean tempers(NodeProto node) {
        String type = node.getOpType();
        boolean scales = (type.equals("Mul") || type.equals("Div"))
                && (graph.isConstant(Nodes.input(node, 0)) || graph.isConstant(Nodes.input(node, 1)));
        return scales || type.equals("Tanh");
    }

    /** Each block's attention pattern, if every block computes it by one softmax of its own. */
    Optional<List<String>> patterns() {
        List<String> patterns = new ArrayList<>();
        for (int block = 0; block < stream.blocks(); block++) {
            List<NodeProto> softmaxes = stream.attention(graph, block).stream()
                    .filter(node -> node.getOpType().equals("Softmax"))
                    .toList();
            if (softmaxes.size() != 1) {
                return Optional.empty();
            }
            patterns.add(softmaxes.get(0).getOutput(0));
        }
        return Optional.of(patterns);
    }
}
