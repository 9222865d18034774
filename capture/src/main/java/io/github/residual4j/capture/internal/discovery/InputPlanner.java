package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.capture.internal.discovery.InputPlan.Role;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.text.Counted;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** Decides what each graph input stands for by its type, its shape and what the graph does with it, not by its name. */
final class InputPlanner {
    private static final Set<String> COMPARES = Set.of(
            "Equal", "Where", "Not", "And", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "CumSum", "ReduceSum");

    /** What an input passes on its way to becoming an angle. */
    private static final Set<String> ANGLES = Set.of("Expand", "Mul", "MatMul", "Einsum", "Concat", "Tile", "Where");

    private final Path file;
    private final Graph graph;
    private final Embedding embedding;
    private final int blocks;
    private final int width;
    private final OptionalInt heads;

    InputPlanner(Path file, Graph graph, Embedding embedding, int blocks, int width, OptionalInt heads) {
        this.file = file;
        this.graph = graph;
        this.embedding = embedding;
        this.blocks = blocks;
        this.width = width;
        this.heads = heads;
    }

    /**
     * Plans what is fed.
     *
     * @param names the inputs that matter
     * @throws BadFileException if one of them cannot be told or cannot be fed
     */
    List<InputPlan> plan(Collection<String> names) {
        List<InputPlan> plans = new ArrayList<>();
        for (String name : names) {
            plans.add(plan(GraphInput.of(graph.inputs().get(name))));
        }
        return List.copyOf(plans);
    }

    private InputPlan plan(GraphInput input) {
        String name = input.name();
        if (!input.shaped()) {
            throw new BadFileException(file, "does not say which shape its input " + input + " takes.");
        }
        InputPlan plan = name.equals(embedding.ids())
                ? InputPlan.of(input, Role.IDS)
                : embedding.positions().filter(name::equals).isPresent()
                        ? InputPlan.of(input, Role.POSITIONS)
                        : embedding.segments().contains(name) ? InputPlan.of(input, Role.SEGMENTS) : planOther(input);
        checkBatch(plan);
        return plan;
    }

    private InputPlan planOther(GraphInput input) {
        boolean number = TensorTypes.isInteger(input.type()) || TensorTypes.isFloat(input.type());
        if (TensorTypes.isBool(input.type()) && input.rank() <= 1) {
            return InputPlan.of(input, Role.FLAG);
        }
        if (TensorTypes.isInteger(input.type()) && input.rank() <= 2 && turns(input.name())) {
            return InputPlan.of(input, Role.POSITIONS);
        }
        if (TensorTypes.isFloat(input.type()) && weighsHeads(input.name())) {
            return planHeadMask(input);
        }
        if (TensorTypes.isFloat(input.type()) && isPast(input)) {
            return planPast(input);
        }
        boolean selects = reached(input.name(), Set.of()).stream().anyMatch(this::looksUp);
        if ((number || TensorTypes.isBool(input.type())) && isSquare(input) && !selects) {
            boolean added = TensorTypes.isFloat(input.type()) && !isCompared(input.name());
            return InputPlan.of(input, added ? Role.ADDED_MASK : Role.MASK);
        }
        throw new BadFileException(
                file,
                "asks for " + input
                        + ", which is neither token ids, positions, an attention mask, a head mask nor a cache of keys and"
                        + " values, so what to feed it cannot be told.");
    }

    /**
     * Whether an input's numbers are turned into angles, or look up their sines and cosines, as rotary positions are. What
     * is counted first is a mask.
     */
    private boolean turns(String input) {
        boolean counted = reached(input, Set.of()).stream()
                .anyMatch(node ->
                        node.getOpType().equals("CumSum") || node.getOpType().equals("ReduceSum"));
        boolean angles = reached(input, ANGLES).stream()
                .anyMatch(node -> Set.of("Cos", "Sin", "RotaryEmbedding").contains(node.getOpType()));
        return !counted
                && (angles || reached(input, Set.of("Expand", "Tile")).stream().anyMatch(this::looksUp));
    }

    private static boolean isAttention(NodeProto node) {
        return node.getOpType().contains("Attention");
    }

    private boolean looksUp(NodeProto node) {
        return node.getOpType().startsWith("Gather") && graph.isConstant(Nodes.input(node, 0));
    }

    /** Whether the shape can be a mask's: [batch, tokens], [batch, tokens, tokens] or [batch, 1, tokens or 1, tokens]. */
    private static boolean isSquare(GraphInput input) {
        int last = input.rank() - 1;
        return switch (input.rank()) {
            case 2 -> true;
            case 3 -> !input.isFixed(2) || input.isFixed(1) && input.length(1) == input.length(2);
            case 4 ->
                (!input.isFixed(1) || input.length(1) == 1) && input.isFixed(last) == input.isFixed(last - 1)
                        || input.isFixed(last - 1) && input.length(last - 1) == 1;
            default -> false;
        };
    }

    private boolean isPast(GraphInput input) {
        if (input.rank() == 5) {
            return true;
        }
        return input.rank() == 4
                && (input.isFixed(3) && !input.isFixed(2)
                        || reached(input.name(), Set.of("Gather", "Split")).stream()
                                .anyMatch(node -> node.getOpType().equals("Concat") || isAttention(node)));
    }

    private InputPlan planPast(GraphInput input) {
        int last = input.rank() - 1;
        int[] open = IntStream.range(input.rank() - 3, last + 1)
                .filter(axis -> !input.isFixed(axis) || input.length(axis) == 0)
                .toArray();
        int past = open.length == 1 ? open[0] : last - 1;
        if (input.isFixed(past) && input.length(past) > 0) {
            throw new BadFileException(
                    file,
                    "asks for " + input + ", a cache of exactly " + Counted.of(input.length(past), "position")
                            + ", so it cannot begin"
                            + " a text; export the model with a cache of any length or without one.");
        }
        long[] empty = new long[input.rank()];
        Arrays.fill(empty, 1);
        int axis = last; // batch, heads, positions, width of a head, in the order the past's place leaves
        for (boolean widthOfHead : new boolean[] {true, false}) {
            axis -= axis == past ? 1 : 0;
            empty[axis] = input.isFixed(axis) ? input.length(axis) : toldByHeads(input, widthOfHead);
            axis--;
        }
        empty[past] = 0;
        empty[0] = input.rank() == 5 ? 2 : 1;
        return InputPlan.of(input, Role.PAST, empty);
    }

    /** The heads of a cache, or the width of each, where the file does not say it of the input. */
    private long toldByHeads(GraphInput cache, boolean widthOfHead) {
        Optional<NodeProto> reader = reached(cache.name(), Set.of()).stream()
                .filter(InputPlanner::isAttention)
                .findFirst();
        if (reader.isPresent()) {
            OptionalInt told =
                    widthOfHead ? HeadCount.width(graph, reader.get()) : HeadCount.ofKeysAndValues(reader.get());
            if (told.isPresent()) {
                return told.getAsInt();
            }
        }
        int count = heads.orElseThrow(() -> new BadFileException(
                file, "asks for " + cache + ", a cache, and does not tell the number of its attention heads."));
        return widthOfHead ? width / count : count;
    }

    /** Whether all that is done with an input's values is to multiply what a softmax gives out, or what that selects. */
    private boolean weighsHeads(String input) {
        List<NodeProto> readers = reached(input, Set.of("Gather", "Slice", "Split", "Expand", "Tile")).stream()
                .filter(node -> !node.getOpType().equals("Shape"))
                .toList();
        return !readers.isEmpty()
                && readers.stream()
                        .allMatch(node -> node.getOpType().equals("Mul")
                                && node.getInputList().stream().anyMatch(this::comesFromSoftmax));
    }

    private boolean comesFromSoftmax(String tensor) {
        NodeProto node = graph.producer(graph.values(tensor));
        while (node != null && node.getOpType().equals("MatMul")) {
            node = graph.producer(graph.values(Nodes.input(node, 0)));
        }
        return node != null && node.getOpType().equals("Softmax");
    }

    private InputPlan planHeadMask(GraphInput input) {
        long fed = heads.orElse(0);
        long[] shape = switch (input.rank()) {
            case 1 -> new long[] {fed};
            case 2 -> new long[] {blocks, fed};
            case 4 -> new long[] {1, fed, 1, 1};
            case 5 -> new long[] {blocks, 1, fed, 1, 1};
            default -> new long[0];
        };
        boolean fits = fed > 0 && shape.length > 0;
        for (int axis = 0; axis < shape.length; axis++) {
            fits &= !input.isFixed(axis) || input.length(axis) == shape[axis];
        }
        if (!fits) {
            throw new BadFileException(
                    file,
                    "asks for " + input + ", which multiplies what the attention heads give out, but has not the shape"
                            + " of a head mask, [" + blocks + ", heads] or [heads]"
                            + (heads.isPresent() ? " with " + fed + " heads" : "") + ".");
        }
        return InputPlan.of(input, Role.HEAD_MASK, shape);
    }

    /** Whether a mask is compared or taken from one, so that 1 stands for a token that may be attended to. */
    private boolean isCompared(String mask) {
        for (NodeProto node : reached(mask, Set.of("Slice", "Expand", "Gather", "Tile"))) {
            String type = node.getOpType();
            boolean constant = node.getInputList().stream().anyMatch(graph::isConstant);
            if (COMPARES.contains(type)
                    || type.equals("Sub") && constant
                    || type.equals("Mul") && !constant
                    || type.equals("Attention")) {
                return true;
            }
        }
        return false;
    }

    /** The operators that read an input's values, looked at through reshapes and some further operators. */
    private List<NodeProto> reached(String input, Set<String> through) {
        List<NodeProto> reached = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(input));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            if (seen.add(tensor)) {
                for (NodeProto node : graph.consumers(tensor)) {
                    if (Graph.KEEPS_VALUES.contains(node.getOpType()) || through.contains(node.getOpType())) {
                        open.addAll(node.getOutputList());
                    } else {
                        reached.add(node);
                    }
                }
            }
        }
        return reached;
    }

    private static boolean isCut(Graph graph, String input) {
        return graph.consumers(input).stream()
                .anyMatch(node -> node.getOpType().equals("Slice")
                        || node.getOpType().equals("Identity") && isCut(graph, node.getOutput(0))
                        || node.getOpType().equals("Cast") && isCut(graph, node.getOutput(0)));
    }

    private void checkBatch(InputPlan plan) {
        OptionalInt texts = plan.onlyTexts();
        if (texts.isPresent() && texts.getAsInt() != 1) {
            throw new BadFileException(
                    file,
                    "takes exactly " + texts.getAsInt() + " texts at once (" + plan.input()
                            + "); export it for any number, or for one.");
        }
    }

    /** The one length of text that the inputs leave, if they do: a mask of which the graph takes a part leaves any. */
    static OptionalInt length(Graph graph, List<InputPlan> plans) {
        return plans.stream()
                .filter(plan -> !Set.of(Role.PAST, Role.FLAG, Role.HEAD_MASK).contains(plan.role()))
                .filter(plan ->
                        plan.input().rank() < 3 || !isCut(graph, plan.input().name()))
                .filter(plan -> plan.input().isFixed(plan.tokenAxis()))
                .mapToInt(plan -> (int) plan.input().length(plan.tokenAxis()))
                .findFirst();
    }
}
