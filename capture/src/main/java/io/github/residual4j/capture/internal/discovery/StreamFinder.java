package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the residual stream by the rule that it is what the layer norms read, in the order computed, and then makes
 * sure that what was found is the stream of a pre-norm GPT-2: every state is the one before plus what a block's
 * attention or, in turn, its MLP adds.
 */
final class StreamFinder {
    private static final Set<String> CUTS = Set.of("Slice", "Gather", "GatherND");

    private final Path file;
    private final Graph graph;
    private final List<LayerNorm> norms;
    private final Map<String, LayerNorm> states = new LinkedHashMap<>(); // by the values a norm reads

    private StreamFinder(Path file, Graph graph) {
        this.file = file;
        this.graph = graph;
        norms = LayerNorms.in(graph);
        for (LayerNorm norm : norms) {
            if (!norm.rms()) {
                states.putIfAbsent(graph.values(norm.reads()), norm);
            }
        }
    }

    /**
     * Finds the stream.
     *
     * @throws BadFileException if there is none, with the reason
     */
    static ResidualStream find(Path file, Graph graph) {
        return new StreamFinder(file, graph).find();
    }

    private ResidualStream find() {
        checkFloats();
        checkNorms();
        List<String> values = new ArrayList<>(states.keySet());
        List<LayerNorm> found = List.copyOf(states.values());
        List<String> reads =
                new ArrayList<>(found.stream().map(LayerNorm::reads).toList());
        int last = values.size() - 1;
        cutFrom(values.get(last)).ifPresent(whole -> {
            states.put(whole, found.get(last));
            values.set(last, whole);
            reads.set(last, whole);
        });
        ResidualStream stream = new ResidualStream(List.copyOf(reads), found);
        for (int i = 1; i < values.size(); i++) {
            checkSum(values.get(i - 1), values.get(i));
        }
        return stream;
    }

    /** The state of all positions, where the final norm reads that of some, cut out of it. */
    private Optional<String> cutFrom(String read) {
        String current = read;
        NodeProto node = graph.producer(current);
        while (node != null && CUTS.contains(node.getOpType()) && !graph.isConstant(Nodes.input(node, 0))) {
            current = graph.values(Nodes.input(node, 0));
            node = graph.producer(current);
        }
        return current.equals(read) || states.containsKey(current) ? Optional.empty() : Optional.of(current);
    }

    /** Refuses graphs whose states are integers: there is nothing in them to give out as the stream. */
    private void checkFloats() {
        for (NodeProto node : graph.nodes()) {
            if (node.getOpType().equals("QLinearAdd")) {
                throw new BadFileException(
                        file,
                        "computes its states as integers (" + Nodes.describe(node)
                                + "), so it has no residual stream of floats; quantize it in the QDQ format, or its"
                                + " matrix products only.");
            }
        }
    }

    /** What keeps a file from being a pre-norm GPT-2. */
    static BadFileException refusal(Path file, String reason) {
        return new BadFileException(file, "is not a pre-norm GPT-2: " + reason);
    }

    private void checkNorms() {
        Optional<LayerNorm> rms = norms.stream().filter(LayerNorm::rms).findFirst();
        if (rms.isPresent()) {
            throw refusal(
                    file,
                    "it normalizes by the root mean square (" + rms.get().node()
                            + "), as Llama and its kin do, and not by layer norms.");
        }
        if (states.isEmpty()) {
            Optional<NodeProto> hiding =
                    graph.nodes().stream().filter(StreamFinder::holdsNorms).findFirst();
            throw refusal(
                    file,
                    hiding.map(node -> "its layer norms are inside the graph of a " + Nodes.describe(node)
                                    + " node, whose states cannot be given out; export the decoder by itself.")
                            .orElse("it has no layer norms."));
        }
    }

    private static boolean holdsNorms(NodeProto node) {
        for (GraphProto subgraph : Nodes.subgraphs(node)) {
            for (NodeProto inner : subgraph.getNodeList()) {
                String type = inner.getOpType();
                if (type.contains("LayerNormalization") || type.equals("ReduceMean") || holdsNorms(inner)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Makes sure that a state is the one before plus something else. */
    private void checkSum(String before, String state) {
        Set<String> normed = new HashSet<>();
        norms.forEach(norm -> norm.results().forEach(result -> normed.add(graph.values(result))));
        List<String> terms = terms(graph, state, states.keySet());
        for (String term : terms) {
            if (normed.contains(state)) {
                throw refusal(
                        file,
                        "its layer norm " + states.get(state).node() + " reads the output of another, \"" + state
                                + "\", as in BLOOM, whose embedding is normalized.");
            }
            if (normed.contains(term)) {
                throw refusal(
                        file,
                        "it is post-norm, as BERT is: \"" + state + "\" adds to the output of a layer norm, \"" + term
                                + "\", so no stream runs unchanged from the embedding to the end.");
            }
        }
        if (terms.stream().filter(before::equals).count() != 1) {
            throw refusal(
                    file,
                    "its layer norm " + states.get(state).node() + " reads \"" + state + "\", which is not the state"
                            + " before it, \"" + before + "\", plus what a block adds.");
        }
    }

    /**
     * What a tensor is the sum of, looked at through additions and reshapes.
     *
     * @param states tensors that are not looked behind, except the one in question
     */
    static List<String> terms(Graph graph, String tensor, Set<String> states) {
        List<String> terms = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        while (!open.isEmpty()) {
            String term = graph.values(open.pop());
            NodeProto node = states.contains(term) && !term.equals(tensor) ? null : graph.producer(term);
            String type = node == null ? "" : node.getOpType();
            if (type.equals("Add") || type.equals("Sum")) {
                node.getInputList().forEach(open::add);
            } else if (type.startsWith("Skip")
                    && Nodes.output(node, LayerNorms.sumOutput(type)).equals(term)) {
                open.add(Nodes.input(node, 0));
                open.add(Nodes.input(node, 1));
            } else {
                terms.add(term);
            }
        }
        return terms;
    }
}
