package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds where a graph gives out the keys and values that it takes in: the old ones with the new ones behind them, by
 * what is done to them and whatever they are called.
 */
final class CacheFinder {
    /** Through these, old keys and values come out among others. */
    private static final Set<String> PASSES = Set.of("Gather", "Split", "Slice", "Concat");

    private final Graph graph;
    private final Set<String> pasts;

    private CacheFinder(Graph graph, Collection<String> pasts) {
        this.graph = graph;
        this.pasts = Set.copyOf(pasts);
    }

    /**
     * The output that gives out what an input takes, by the input; none at all if it is not one for each.
     *
     * @param pasts the inputs that take keys and values
     */
    static Map<String, String> find(Graph graph, Collection<String> pasts) {
        CacheFinder finder = new CacheFinder(graph, pasts);
        Map<String, String> presents = new LinkedHashMap<>();
        for (String past : pasts) {
            finder.present(past).ifPresent(present -> presents.put(past, present));
        }
        return presents.size() == pasts.size() && new HashSet<>(presents.values()).size() == pasts.size()
                ? presents
                : Map.of();
    }

    private Optional<String> present(String past) {
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(past));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            if (reached.add(tensor)) {
                graph.consumers(tensor).forEach(node -> open.addAll(after(node, tensor)));
            }
        }
        List<String> found = graph.outputs().stream().filter(reached::contains).toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private List<String> after(NodeProto node, String tensor) {
        if (node.getOpType().contains("Attention")) { // its first output is what the heads give
            long before = node.getInputList().stream()
                    .takeWhile(input -> !input.equals(tensor))
                    .filter(input -> pasts.contains(graph.values(input)))
                    .count();
            return List.of(Nodes.output(node, 1 + (int) before));
        }
        boolean passes = Graph.KEEPS_VALUES.contains(node.getOpType()) || PASSES.contains(node.getOpType());
        return passes ? node.getOutputList() : List.of();
    }
}
