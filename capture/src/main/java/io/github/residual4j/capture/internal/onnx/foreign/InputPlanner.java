package io.github.residual4j.capture.internal.onnx.foreign;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.BadFileException;
import io.github.residual4j.capture.internal.onnx.foreign.InputPlan.Role;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** Decides what each graph input stands for by its type, its shape and what the graph does with it, not by its name. */
final class InputPlanner {
    private static final Set<String> COMPARES = Set.of(
            "Equal", "Where", "Not", "And", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "CumSum", "ReduceSum");

    private final Path file;
    private final Graph graph;
    private final Embedding embedding;
    private final int width;
    private final OptionalInt heads;

    InputPlanner(Path file, Graph graph, Embedding embedding, int width, OptionalInt heads) {
        this.file = file;
        this.graph = graph;
        this.embedding = embedding;
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
                        : embedding.segments().filter(name::equals).isPresent()
                                ? InputPlan.of(input, Role.SEGMENTS)
                                : planOther(input);
        checkBatch(plan);
        return plan;
    }

    private InputPlan planOther(GraphInput input) {
        boolean number = TensorTypes.isInteger(input.type()) || TensorTypes.isFloat(input.type());
        if (TensorTypes.isBool(input.type()) && input.rank() <= 1) {
            return InputPlan.of(input, Role.FLAG);
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
                        + ", which is neither token ids, positions, an attention mask nor a cache of keys and"
                        + " values, so what to feed it cannot be told.");
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
                                .anyMatch(node -> node.getOpType().equals("Concat")));
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
                    "asks for " + input + ", a cache of exactly " + input.length(past)
                            + " positions, so it cannot begin"
                            + " a text; export the model with a cache of any length or without one.");
        }
        if (heads.isEmpty()) {
            throw new BadFileException(
                    file, "asks for " + input + ", a cache, and does not tell the number of its attention heads.");
        }
        return new InputPlan(input, Role.PAST, past, heads.getAsInt(), width / heads.getAsInt());
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

    private void checkBatch(InputPlan plan) {
        GraphInput input = plan.input();
        int batch = plan.role() == Role.PAST && input.rank() == 5 ? 1 : 0;
        if (input.rank() > 1 && input.isFixed(batch) && input.length(batch) != 1) {
            throw new BadFileException(
                    file,
                    "takes exactly " + input.length(batch) + " texts at once (" + input
                            + "); export it for any number, or for one.");
        }
    }

    /** The one length of text that the inputs leave, if they do. */
    static OptionalInt length(List<InputPlan> plans) {
        return plans.stream()
                .filter(plan -> plan.role() != Role.PAST && plan.role() != Role.FLAG)
                .map(InputPlan::input)
                .filter(input -> input.isFixed(input.rank() - 1))
                .mapToInt(input -> (int) input.length(input.rank() - 1))
                .findFirst();
    }
}
