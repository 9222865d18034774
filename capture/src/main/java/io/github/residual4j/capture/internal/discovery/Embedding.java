package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the stream's first state is made of: a row of a table for each token id, and perhaps learned positions.
 *
 * @param ids the graph input that holds the token ids
 * @param table the token embedding
 * @param vocabulary its rows
 * @param positions the graph input that holds the positions, if the caller says them
 * @param segments the graph inputs that hold each token's type or the like, of tables of their own
 * @param context how many positions are learned; none where positions come in elsewhere, as rotary ones do
 * @param place the tensor that holds each token's row among the learned positions, if the graph computes it
 * @param length the one length of text it takes, when positions of just this length were written into the file
 */
record Embedding(
        String ids,
        String table,
        int vocabulary,
        Optional<String> positions,
        Set<String> segments,
        OptionalInt context,
        Optional<String> place,
        OptionalInt length) {

    private static final Pattern POSITION_NAMES = Pattern.compile("(?i)pos|place|step_?ids|arange");
    private static final Pattern TYPE_NAMES = Pattern.compile("(?i)type|segment|style|lang|speaker|domain|task");

    /** Operators by which an index is kept within a table. */
    private static final Set<String> KEEPS_WITHIN = Set.of("Clip", "Where", "Min", "Max", "Mod");

    /** Operators on the way there. */
    private static final Set<String> WITHIN = Set.of(
            "Clip", "Where", "Min", "Max", "Mod", "Add", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not");

    private static final Set<String> PARTS = Set.of("Slice", "Expand", "Tile", "Gather");

    /** A row looked up in a table. */
    private record Lookup(String table, String index, List<Long> dims, String result) {
        int rows() {
            return dims.get(0).intValue();
        }
    }

    /**
     * Takes the first state apart. The tokens' table is the one with as many rows as the output layer; without an output
     * layer, names and then sizes decide. Positions are those that the graph makes itself; where it makes none, names
     * and then sizes decide among the other tables that are looked up by an input. What is left are types, fed 0.
     *
     * @param outputs how many rows the output layer has, or may have
     * @throws BadFileException if it is not made from token ids
     */
    static Embedding of(Path file, Graph graph, String state, Set<Integer> outputs) {
        List<Lookup> lookups = lookups(graph, state);
        Lookup tokens = lookups.stream()
                .filter(l -> isIds(graph, l.index))
                .max(Comparator.comparing((Lookup l) -> scored(l, lookups, graph, outputs))
                        .thenComparing(l -> !isNamed(graph, l, POSITION_NAMES) && !isNamed(graph, l, TYPE_NAMES))
                        .thenComparingInt(Lookup::rows))
                .orElseThrow(() -> StreamFinder.refusal(file, withoutTokens(graph, state)));
        String ids = fed(graph, tokens.index);
        List<Lookup> others =
                lookups.stream().filter(l -> !fed(graph, l.index).equals(ids)).toList();
        List<Lookup> elsewhere = others.stream()
                .filter(l -> !graph.origin(l.table).equals(graph.origin(tokens.table)))
                .toList();
        Optional<Lookup> made =
                elsewhere.stream().filter(l -> !isIds(graph, l.index)).max(Comparator.comparingInt(Lookup::rows));
        int context = 0;
        OptionalInt length = OptionalInt.empty();
        Optional<Lookup> looked = made;
        if (made.isEmpty()) {
            for (String term : new SumChain(graph).terms(state)) {
                List<Long> dims = dims(graph, sliced(graph, term));
                if (graph.inputsBehind(term).isEmpty() && dims.size() >= 2) {
                    context = Math.toIntExact(Math.min(dims.get(dims.size() - 2), Integer.MAX_VALUE));
                    OptionalInt picked = picked(graph, term);
                    length = picked.isPresent() ? picked : graph.isConstant(term) ? OptionalInt.of(context) : length;
                }
            }
            if (context == 0) {
                looked = elsewhere.stream()
                        .filter(l -> isIds(graph, l.index))
                        .filter(l -> isNamed(graph, l, POSITION_NAMES) || !isNamed(graph, l, TYPE_NAMES))
                        .max(Comparator.comparing((Lookup l) -> isNamed(graph, l, POSITION_NAMES))
                                .thenComparingInt(Lookup::rows));
            }
        }
        Optional<String> positions = looked.filter(l -> isIds(graph, l.index)).map(l -> fed(graph, l.index));
        Optional<String> place = looked.map(Lookup::index).filter(index -> graph.producer(index) != null);
        context = looked.map(Lookup::rows).orElse(context);
        Set<String> segments = new LinkedHashSet<>();
        others.stream().filter(l -> isIds(graph, l.index)).forEach(l -> segments.add(fed(graph, l.index)));
        positions.ifPresent(segments::remove);
        return new Embedding(
                ids,
                tokens.table,
                tokens.rows(),
                positions,
                segments,
                context > 0 ? OptionalInt.of(context) : OptionalInt.empty(),
                place,
                length);
    }

    /** Whether the output layer has as many rows as this table, and as no other that an input looks up. */
    private static boolean scored(Lookup lookup, List<Lookup> all, Graph graph, Set<Integer> outputs) {
        return outputs.contains(lookup.rows())
                && all.stream()
                        .filter(other -> isIds(graph, other.index) && !other.table.equals(lookup.table))
                        .noneMatch(other -> outputs.contains(other.rows()));
    }

    private static boolean isNamed(Graph graph, Lookup lookup, Pattern names) {
        return names.matcher(fed(graph, lookup.index)).find();
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
        var input = graph.inputs().get(fed(graph, index));
        return input != null
                && TensorTypes.isInteger(input.getType().getTensorType().getElemType());
    }

    /** The tensor that an index was fed as, before it was kept within the table or counted from its end. */
    private static String fed(Graph graph, String index) {
        String current = graph.values(index);
        NodeProto node = graph.producer(current);
        if (node == null || !KEEPS_WITHIN.contains(node.getOpType())) {
            return current;
        }
        Set<String> behind = new HashSet<>();
        for (NodeProto step : graph.behind(List.of(current), tensor -> false)) {
            if (!WITHIN.contains(step.getOpType()) && !Graph.KEEPS_VALUES.contains(step.getOpType())) {
                return current;
            }
            step.getInputList().stream().filter(graph.inputs()::containsKey).forEach(behind::add);
        }
        return behind.size() == 1 ? behind.iterator().next() : current;
    }

    /** The table that a tensor is a part of, whichever rows were taken and however often they were repeated. */
    private static String sliced(Graph graph, String tensor) {
        String current = graph.values(tensor);
        NodeProto node = graph.producer(current);
        while (node != null && PARTS.contains(node.getOpType())) {
            current = graph.values(Nodes.input(node, 0));
            node = graph.producer(current);
        }
        return current;
    }

    /** How many rows a tensor takes of a table by constant numbers, if it does. */
    private static OptionalInt picked(Graph graph, String tensor) {
        String current = graph.values(tensor);
        NodeProto node = graph.producer(current);
        while (node != null && PARTS.contains(node.getOpType())) {
            if (node.getOpType().equals("Gather")) {
                List<Long> dims = dims(graph, Nodes.input(node, 1));
                return dims.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(dims.get(dims.size() - 1).intValue());
            }
            current = graph.values(Nodes.input(node, 0));
            node = graph.producer(current);
        }
        return OptionalInt.empty();
    }

    /**
     * The shape of a weight, perhaps one that is stored quantized, in another precision, transposed or in another shape;
     * empty if not known.
     */
    static List<Long> dims(Graph graph, String weight) {
        String origin = graph.origin(weight);
        NodeProto maker = graph.producer(origin);
        if (maker != null && maker.getOpType().equals("Transpose")) {
            List<Long> dims = dims(graph, Nodes.input(maker, 0));
            return dims.size() == 2 ? List.of(dims.get(1), dims.get(0)) : List.of();
        }
        if (maker != null && maker.getOpType().equals("Reshape")) {
            return graph.initializer(Nodes.input(maker, 1))
                    .flatMap(TensorTypes::integers)
                    .map(shape -> Arrays.stream(shape).boxed().toList())
                    .orElse(List.of());
        }
        return graph.initializer(origin).map(TensorProto::getDimsList).orElse(List.of());
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
