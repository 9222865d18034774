package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A flat graph in the order it computes, with the ways from a tensor to what makes it and to what reads it. */
final class Graph {
    /** Operators whose output is their first input, perhaps in another precision. */
    static final Set<String> SAME_TENSOR = Set.of(
            "Identity", "Cast", "CastLike", "Dropout", "QuantizeLinear", "DynamicQuantizeLinear", "DequantizeLinear");

    /** Operators whose output holds the values of their first input in the same order or, for one text, nearly so. */
    static final Set<String> KEEPS_VALUES = Stream.concat(
                    SAME_TENSOR.stream(), Stream.of("Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose"))
            .collect(Collectors.toUnmodifiableSet());

    private final List<NodeProto> nodes;
    private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
    private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
    private final List<String> outputs;
    private final Map<String, Integer> producers = new HashMap<>();
    private final Map<String, List<Integer>> consumers = new HashMap<>();
    private final Set<String> constants = new HashSet<>();

    /**
     * Indexes a graph.
     *
     * @param file named in errors
     * @throws BadFileException if a tensor is made twice, never, or from itself
     */
    Graph(Path file, GraphProto proto) {
        proto.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
        for (ValueInfoProto input : proto.getInputList()) {
            if (!initializers.containsKey(input.getName())) { // weights are inputs as well up to IR version 3
                inputs.put(input.getName(), input);
            }
        }
        outputs = proto.getOutputList().stream().map(ValueInfoProto::getName).toList();
        nodes = sorted(file, proto.getNodeList());
        constants.addAll(initializers.keySet());
        for (int i = 0; i < nodes.size(); i++) {
            NodeProto node = nodes.get(i);
            for (String output : node.getOutputList()) {
                producers.put(output, i);
            }
            producers.remove("");
            Set<String> reads = Nodes.reads(node);
            for (String input : reads) {
                consumers.computeIfAbsent(input, name -> new ArrayList<>()).add(i);
            }
            if (constants.containsAll(reads) && !node.getOpType().startsWith("Random")) {
                constants.addAll(node.getOutputList());
            }
        }
        constants.remove("");
    }

    private List<NodeProto> sorted(Path file, List<NodeProto> unsorted) {
        Map<String, NodeProto> makers = new HashMap<>();
        for (NodeProto node : unsorted) {
            for (String output : node.getOutputList()) {
                if (!output.isEmpty()
                        && (makers.put(output, node) != null
                                || inputs.containsKey(output)
                                || initializers.containsKey(output))) {
                    throw new BadFileException(file, "is damaged: its tensor \"" + output + "\" is made twice.");
                }
            }
        }
        Set<String> ready = new HashSet<>(inputs.keySet());
        ready.addAll(initializers.keySet());
        List<NodeProto> sorted = new ArrayList<>();
        List<NodeProto> waiting = unsorted;
        while (!waiting.isEmpty()) { // once, unless the file lists a node before what it reads
            List<NodeProto> left = new ArrayList<>();
            for (NodeProto node : waiting) {
                if (ready.containsAll(Nodes.reads(node))) {
                    sorted.add(node);
                    ready.addAll(node.getOutputList());
                } else {
                    left.add(node);
                }
            }
            if (left.size() == waiting.size()) {
                NodeProto stuck = left.get(0);
                String missing = Nodes.reads(stuck).stream()
                        .filter(name -> !ready.contains(name))
                        .findFirst()
                        .orElseThrow();
                throw new BadFileException(
                        file,
                        "is damaged: " + Nodes.describe(stuck) + " reads \"" + missing
                                + (makers.containsKey(missing)
                                        ? "\", which is made from its own output."
                                        : "\", which nothing makes."));
            }
            waiting = left;
        }
        return List.copyOf(sorted);
    }

    /** All operators, each after those it reads from. */
    List<NodeProto> nodes() {
        return nodes;
    }

    /** What a caller feeds, by name, in the file's order. */
    Map<String, ValueInfoProto> inputs() {
        return inputs;
    }

    /** What the file gives out by itself. */
    List<String> outputs() {
        return outputs;
    }

    Optional<TensorProto> initializer(String tensor) {
        return Optional.ofNullable(initializers.get(tensor));
    }

    /** Whether a tensor is the same whatever is fed. */
    boolean isConstant(String tensor) {
        return constants.contains(tensor);
    }

    /** What makes a tensor; null for inputs and initializers. */
    @Nullable
    NodeProto producer(String tensor) {
        Integer index = producers.get(tensor);
        return index == null ? null : nodes.get(index);
    }

    /** Whether a tensor is there before another is computed. */
    boolean isBefore(String tensor, String other) {
        return producers.getOrDefault(tensor, -1) < producers.getOrDefault(other, -1);
    }

    /** What reads a tensor, in the order computed. */
    List<NodeProto> consumers(String tensor) {
        return consumers.getOrDefault(tensor, List.of()).stream()
                .map(nodes::get)
                .toList();
    }

    /** The tensor from which one was copied, whatever its precision. */
    String origin(String tensor) {
        return behind(tensor, SAME_TENSOR);
    }

    /** The tensor from which one was copied, whatever its precision and shape. */
    String values(String tensor) {
        return behind(tensor, KEEPS_VALUES);
    }

    private String behind(String tensor, Set<String> transparent) {
        String current = tensor;
        for (NodeProto node = producer(current);
                node != null
                        && transparent.contains(node.getOpType())
                        && node.getOutput(0).equals(current);
                node = producer(current)) {
            current = Nodes.input(node, 0);
        }
        return current;
    }

    /**
     * The operators some tensors are made by, in the order computed.
     *
     * @param from the tensors
     * @param until tensors not looked behind
     */
    List<NodeProto> behind(Collection<String> from, Predicate<String> until) {
        BitSet found = new BitSet(nodes.size());
        Deque<String> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            String tensor = open.pop();
            Integer maker = until.test(tensor) ? null : producers.get(tensor);
            if (maker != null && !found.get(maker)) {
                found.set(maker);
                open.addAll(Nodes.reads(nodes.get(maker)));
            }
        }
        return found.stream().mapToObj(nodes::get).toList();
    }

    /** The graph inputs whose values, not only whose shapes, a tensor is made from. */
    Set<String> inputsBehind(String tensor) {
        Set<String> found = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        while (!open.isEmpty()) {
            String current = open.pop();
            if (!seen.add(current)) {
                continue;
            }
            if (inputs.containsKey(current)) {
                found.add(current);
            }
            NodeProto node = producer(current);
            if (node != null
                    && !node.getOpType().equals("Shape")
                    && !node.getOpType().equals("Size")) {
                open.addAll(Nodes.reads(node));
            }
        }
        return found;
    }
}
