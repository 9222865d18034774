package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the stream's first state is made of: a row of a table for each token id, and learned positions.
 *
 * @param ids the graph input that holds the token ids
 * @param table the token embedding
 * @param vocabulary its rows
 * @param positions the graph input that holds the positions, if the caller says them
 * @param segments the graph input that holds each token's type, if the model has types in a table of their own
 * @param context how many positions are learned
 * @param place the tensor that holds each token's row among the learned positions, if the graph computes it
 * @param length the one length of text it takes, when positions of just this length were written into the file
 */
record Embedding(
        String ids,
        String table,
        int vocabulary,
        Optional<String> positions,
        Optional<String> segments,
        int context,
        Optional<String> place,
        OptionalInt length) {

    /** A row looked up in a table. */
    private record Lookup(String table, String index, List<Long> dims, String result) {
        int rows() {
            return dims.get(0).intValue();
        }
    }

    /**
     * Takes the first state apart.
     *
     * @throws BadFileException if it is not made from token ids and learned positions
     */
    static Embedding of(Path file, Graph graph, String state) {
        List<Lookup> lookups = lookups(graph, state);
        Lookup tokens = lookups.stream()
                .filter(l -> isIds(graph, l.index))
                .max(Comparator.comparingInt(Lookup::rows))
                .orElseThrow(() -> StreamFinder.refusal(file, withoutTokens(graph, state)));
        String ids = graph.values(tokens.index);
        Optional<String> positions = Optional.empty();
        Optional<String> segments = Optional.empty();
        Optional<String> place = Optional.empty();
        int context = 0;
        List<Lookup> others = lookups.stream()
                .filter(l -> !graph.values(l.index).equals(ids))
                .sorted(Comparator.comparingInt(Lookup::rows).reversed())
                .toList();
        for (Lookup other : others) {
            boolean given = isIds(graph, other.index);
            if (context == 0 && !graph.origin(other.table).equals(graph.origin(tokens.table))) {
                context = other.rows();
                place = Optional.of(other.index).filter(index -> graph.producer(index) != null);
                positions = given ? Optional.of(graph.values(other.index)) : positions;
            } else if (given && segments.isEmpty() && context > 0) {
                segments = Optional.of(graph.values(other.index));
            }
        }
        OptionalInt length = OptionalInt.empty();
        if (context == 0) {
            for (String term : StreamFinder.terms(graph, state, Set.of())) {
                List<Long> dims = dims(graph, sliced(graph, term));
                if (graph.inputsBehind(term).isEmpty() && dims.size() >= 2) {
                    context = Math.toIntExact(Math.min(dims.get(dims.size() - 2), Integer.MAX_VALUE));
                    length = graph.isConstant(term) ? OptionalInt.of(context) : length;
                }
            }
        }
        if (context == 0) {
            throw StreamFinder.refusal(
                    file,
                    "its embedding \"" + state + "\" adds no learned positions to the tokens; it may have rotary or"
                            + " ALiBi positions.");
        }
        return new Embedding(ids, tokens.table, tokens.rows(), positions, segments, context, place, length);
    }

    private static List<Lookup> lookups(Graph graph, String state) {
        List<Lookup> lookups = new ArrayList<>();
        for (NodeProto node : graph.behind(List.of(state), tensor -> false)) {
            if (node.getOpType().equals("EmbedLayerNormalization")) {
                add(lookups, graph, Nodes.input(node, 2), Nodes.input(node, 0), state);
                add(lookups, graph, Nodes.input(node, 3), Nodes.input(node, 8), state);
                add(lookups, graph, Nodes.input(node, 4), Nodes.input(node, 1), state);
            } else if (node.getOpType().startsWith("Gather") && graph.isConstant(Nodes.input(node, 0))) {
                add(lookups, graph, Nodes.input(node, 0), Nodes.input(node, 1), node.getOutput(0));
            }
        }
        return lookups;
    }

    private static void add(List<Lookup> lookups, Graph graph, String table, String index, String result) {
        List<Long> dims = dims(graph, table);
        boolean isTable =
                dims.size() == 2 && dims.stream().allMatch(length -> length > 0 && length <= Integer.MAX_VALUE);
        if (isTable && !index.isEmpty() && !graph.isConstant(index)) {
            lookups.add(new Lookup(table, index, dims, result));
        }
    }

    /** Whether a lookup's index is an integer input as it was fed. */
    private static boolean isIds(Graph graph, String index) {
        var input = graph.inputs().get(graph.values(index));
        return input != null
                && TensorTypes.isInteger(input.getType().getTensorType().getElemType());
    }

    /** The constant a tensor is a part of. */
    private static String sliced(Graph graph, String tensor) {
        String current = graph.values(tensor);
        NodeProto node = graph.producer(current);
        return node != null && node.getOpType().equals("Slice") ? graph.values(Nodes.input(node, 0)) : current;
    }

    /** The shape of a weight, perhaps one that is stored quantized or in another precision; empty if not known. */
    static List<Long> dims(Graph graph, String weight) {
        return graph.initializer(graph.origin(weight))
                .map(TensorProto::getDimsList)
                .orElse(List.of());
    }

    private static String withoutTokens(Graph graph, String state) {
        Set<String> inputs = graph.inputsBehind(state);
        String made = inputs.contains(state) ? "the input " : "\"" + state + "\", which is made from ";
        String described = inputs.isEmpty()
                ? "nothing that is fed"
                : String.join(
                        " and ",
                        inputs.stream()
                                .map(name ->
                                        GraphInput.of(graph.inputs().get(name)).toString())
                                .toList());
        return "its first layer norm reads " + made + described
                + " and not token ids that are looked up; it is another kind of model, or only part of one.";
    }
}
