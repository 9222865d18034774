package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Follows a chain of sums in which each state is the one before plus something that is made from it. What is added is
 * told from the state it is added to by that: it depends on the state, and the state does not depend on it.
 */
final class SumChain {
    private static final Set<String> SHAPES = Set.of("Shape", "Size");

    private final Graph graph;
    private final Map<String, Optional<String>> before = new HashMap<>(); // by the values of a tensor

    SumChain(Graph graph) {
        this.graph = graph;
    }

    /** The states of the chain that ends in a tensor, by their values, the first one first. */
    List<String> endingIn(String last) {
        List<String> states = new ArrayList<>(List.of(graph.values(last)));
        for (Optional<String> state = before(last); state.isPresent(); state = before(state.get())) {
            states.add(0, state.get());
        }
        return states;
    }

    /** The state that something made from it is added to, if a tensor is such a sum. */
    Optional<String> before(String tensor) {
        String values = graph.values(tensor);
        Optional<String> known = before.get(values);
        if (known == null) {
            known = findBefore(values);
            before.put(values, known);
        }
        return known;
    }

    private Optional<String> findBefore(String tensor) {
        List<String> terms = List.of(tensor);
        for (List<String> finer = finer(terms); !finer.equals(terms); finer = finer(terms)) {
            terms = finer;
            for (String term : terms) {
                if (terms.size() > 1
                        && terms.stream().allMatch(other -> other.equals(term) || dependsOn(other, term))) {
                    return Optional.of(graph.values(term));
                }
            }
        }
        return Optional.empty();
    }

    /** The last of the sums that go on from a tensor: the tensor itself, where nothing is added to it. */
    String endOf(String tensor) {
        String end = graph.values(tensor);
        for (Optional<String> next = after(end); next.isPresent(); next = after(end)) {
            end = next.get();
        }
        return end;
    }

    /** The outermost of the sums of a state and what is made from it. */
    private Optional<String> after(String state) {
        Optional<String> outermost = Optional.empty();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(state));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            if (!seen.add(tensor)) {
                continue;
            }
            for (NodeProto reader : graph.consumers(tensor)) {
                String sum = sum(reader);
                boolean follows = !sum.isEmpty() && before(sum).equals(Optional.of(state));
                if (follows && (outermost.isEmpty() || graph.isBefore(outermost.get(), sum))) {
                    outermost = Optional.of(sum);
                }
                if (follows || Graph.KEEPS_VALUES.contains(reader.getOpType())) {
                    open.addAll(reader.getOutputList());
                }
            }
        }
        return outermost;
    }

    /**
     * What is added to a state to make a sum, as few tensors as there are; nothing if constants are added to it as well,
     * which then belong to no tensor.
     */
    List<String> added(String sum, String state) {
        List<String> terms = List.of(sum);
        while (terms.stream().noneMatch(term -> graph.values(term).equals(state))) {
            List<String> finer = finer(terms);
            if (finer.equals(terms) || terms.stream().anyMatch(this::addsConstants)) {
                return List.of();
            }
            terms = finer;
        }
        return terms.stream().filter(term -> !graph.values(term).equals(state)).toList();
    }

    /** The two tensors of which something that is added is the sum, or only itself. */
    List<String> halves(String tensor) {
        List<String> summands = summands(tensor);
        return summands.size() == 2 && !addsConstants(tensor) ? summands : List.of(tensor);
    }

    /** All that a tensor is the sum of, constants too, down to what is no sum; by their values. */
    List<String> terms(String tensor) {
        List<String> terms = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        while (!open.isEmpty()) {
            String term = graph.values(open.pop());
            operands(term).ifPresentOrElse(open::addAll, () -> terms.add(term));
        }
        return terms;
    }

    private List<String> finer(List<String> terms) {
        return terms.stream().flatMap(term -> summands(term).stream()).toList();
    }

    /** What a tensor is the sum of, constants left out; only itself if it is no sum. */
    private List<String> summands(String tensor) {
        return operands(tensor)
                .map(operands -> operands.stream()
                        .filter(Predicate.not(graph::isConstant))
                        .toList())
                .orElse(List.of(tensor));
    }

    private boolean addsConstants(String tensor) {
        return operands(tensor).stream().flatMap(List::stream).anyMatch(graph::isConstant);
    }

    /** What an operator adds up to make a tensor, if one does. */
    private Optional<List<String>> operands(String tensor) {
        String values = graph.values(tensor);
        NodeProto node = graph.producer(values);
        if (node == null || !sum(node).equals(values)) {
            return Optional.empty();
        }
        if (!node.getOpType().startsWith("Skip")) {
            return Optional.of(node.getInputList());
        }
        List<String> operands = new ArrayList<>(node.getInputList().subList(0, 2));
        String bias = Nodes.input(node, node.getOpType().contains("Simplified") ? 3 : 4);
        if (!bias.isEmpty()) {
            operands.add(bias);
        }
        return Optional.of(operands);
    }

    /** The tensor in which an operator gives out a sum; "" if it makes none. */
    private static String sum(NodeProto node) {
        String type = node.getOpType();
        if (type.equals("Add") || type.equals("Sum")) {
            return node.getOutput(0);
        }
        return type.startsWith("Skip") ? Nodes.output(node, LayerNorms.sumOutput(type)) : "";
    }

    /** Whether the values of a tensor, not only its shape, are made from those of another. */
    private boolean dependsOn(String tensor, String other) {
        String wanted = graph.values(other);
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        while (!open.isEmpty()) {
            String current = open.pop();
            if (current.equals(wanted)) {
                return true;
            }
            NodeProto node = seen.add(current) ? graph.producer(current) : null;
            if (node == null || SHAPES.contains(node.getOpType()) || graph.isBefore(current, wanted)) {
                continue;
            }
            int sum = LayerNorms.sumOutput(node.getOpType());
            if (sum >= 0 && Nodes.output(node, sum).equals(wanted)) {
                return true; // a fused norm, beside the sum that it reads
            }
            open.addAll(Nodes.reads(node));
        }
        return false;
    }
}
