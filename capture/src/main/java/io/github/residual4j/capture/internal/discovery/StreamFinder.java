package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the residual stream by the rule that it is the chain of sums which the last norm reads: every state is the one
 * before plus what a block's attention or MLP makes of it. Norms that read something else, such as queries, keys or what
 * a block adds, are beside the stream.
 */
final class StreamFinder {
    private static final Set<String> CUTS = Set.of("Slice", "Gather", "GatherND");

    private final Path file;
    private final Graph graph;
    private final List<LayerNorm> norms;
    private final SumChain chain;

    private StreamFinder(Path file, Graph graph) {
        this.file = file;
        this.graph = graph;
        norms = LayerNorms.in(graph);
        chain = new SumChain(graph);
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
        LayerNorm last = norms.get(norms.size() - 1);
        String read = graph.values(last.reads());
        String whole = cutFrom(read).orElse(read);
        String end = chain.endOf(whole);
        List<String> values = chain.endingIn(end);
        checkBeginning(values.get(0));
        return new ResidualStream(
                values.stream().map(this::tensor).toList(),
                norms,
                end.equals(whole) ? Optional.of(last) : Optional.empty(),
                Blocks.wiring(file, graph, norms, values));
    }

    /** The state of all positions, where the final norm reads that of some, cut out of it. */
    private Optional<String> cutFrom(String read) {
        String current = read;
        NodeProto node = graph.producer(current);
        while (node != null && CUTS.contains(node.getOpType()) && !graph.isConstant(Nodes.input(node, 0))) {
            current = graph.values(Nodes.input(node, 0));
            node = graph.producer(current);
        }
        return current.equals(read) || isNormed(current) ? Optional.empty() : Optional.of(current);
    }

    private boolean isNormed(String values) {
        return norms.stream().anyMatch(norm -> graph.values(norm.reads()).equals(values));
    }

    /** The tensor that holds a state as what follows reads it: after it was rounded, where it is. */
    private String tensor(String values) {
        String read = norms.stream()
                .map(LayerNorm::reads)
                .filter(tensor -> graph.values(tensor).equals(values))
                .findFirst()
                .orElse(values);
        List<NodeProto> readers = graph.consumers(read);
        boolean rounded = readers.size() == 1 && readers.get(0).getOpType().equals("QuantizeLinear");
        List<NodeProto> after = rounded ? graph.consumers(readers.get(0).getOutput(0)) : List.of();
        boolean asFloats = !after.isEmpty()
                && after.stream().allMatch(node -> node.getOpType().equals("DequantizeLinear"));
        return asFloats ? after.get(0).getOutput(0) : read;
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

    /** What keeps a file from being a pre-norm decoder. */
    static BadFileException refusal(Path file, String reason) {
        return new BadFileException(file, "is not a pre-norm decoder: " + reason);
    }

    private void checkNorms() {
        if (norms.isEmpty()) {
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

    /** Makes sure that nothing but an embedding, perhaps normalized, comes before the first state. */
    private void checkBeginning(String first) {
        Optional<LayerNorm> maker = norms.stream()
                .filter(norm -> norm.results().stream()
                        .anyMatch(result -> graph.values(result).equals(first)))
                .findFirst();
        Optional<String> added =
                maker.map(LayerNorm::reads).filter(reads -> chain.before(reads).isPresent());
        if (added.isPresent()) {
            throw refusal(
                    file,
                    "it is post-norm, as BERT is: its state \"" + first
                            + "\" is the output of a norm that reads the sum \"" + added.get()
                            + "\", so no stream runs unchanged from the embedding to the end.");
        }
        boolean attended =
                graph.behind(List.of(first), tensor -> false).stream().anyMatch(node -> Blocks.attends(graph, node));
        if (attended) {
            throw refusal(
                    file,
                    "its state \"" + first + "\" comes after an attention and is not the state before it plus what a"
                            + " block adds.");
        }
    }
}
