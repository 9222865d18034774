package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Marks the tensors of a graph that are steps of (x − mean(x)) / √(var(x) + ε) over the last axis with the step and the
 * x it belongs to. Which of the equivalent ways an exporter took (a square by {@code Pow} or {@code Mul}, a quotient or
 * a product with a reciprocal, the variance as E[x²] − E[x]², sums divided by a count, casts in between) then does not
 * matter. Root mean square norms are marked alike.
 */
final class NormSteps {
    private enum Step {
        SUM,
        MEAN,
        SQUARE_OF_MEAN,
        CENTERED,
        SQUARE_OF_CENTERED,
        SUM_OF_SQUARES_OF_CENTERED,
        VARIANCE,
        DEVIATION,
        INVERSE_DEVIATION,
        SQUARE,
        SUM_OF_SQUARES,
        MEAN_OF_SQUARES,
        ROOT_MEAN_SQUARE,
        INVERSE_ROOT_MEAN_SQUARE,
        /** x · w/σ, where the norm is computed as x · w/σ + (b − mean · w/σ). */
        SCALED,
        /** mean · w/σ. */
        SCALED_MEAN,
        /** b − mean · w/σ. */
        SHIFT,
        NORMALIZED,
        NORMALIZED_BY_ROOT_MEAN_SQUARE
    }

    private record Mark(Step step, String of) {}

    private final Graph graph;
    private final Map<String, Mark> marks = new HashMap<>();
    private final Map<String, Double> epsilons = new HashMap<>(); // by the x they belong to

    NormSteps(Graph graph) {
        this.graph = graph;
    }

    /**
     * Looks at the next operator in the order computed.
     *
     * @return the norm this operator completes, if it does
     */
    Optional<LayerNorm> visit(NodeProto node) {
        Mark made = made(node);
        if (made == null) {
            return Optional.empty();
        }
        marks.put(node.getOutput(0), made);
        boolean rms = made.step == Step.NORMALIZED_BY_ROOT_MEAN_SQUARE;
        return rms || made.step == Step.NORMALIZED
                ? Optional.of(LayerNorm.of(graph, rms, made.of, node, epsilon(made.of)))
                : Optional.empty();
    }

    private OptionalDouble epsilon(String x) {
        Double epsilon = epsilons.get(x);
        return epsilon == null ? OptionalDouble.empty() : OptionalDouble.of(epsilon);
    }

    private @Nullable Mark made(NodeProto node) {
        String left = Nodes.input(node, 0);
        String right = Nodes.input(node, 1);
        return switch (node.getOpType()) {
            case "ReduceMean", "ReduceSum", "ReduceSumSquare" -> reduced(node);
            case "Reshape", "Expand", "Squeeze", "Unsqueeze" -> statistic(mark(left));
            case "Sqrt" -> root(mark(left));
            case "Reciprocal" -> inverse(mark(left));
            case "Relu", "Clip" -> isSpread(mark(left)) ? mark(left) : null;
            case "Pow" -> power(left, right);
            case "Sub" -> difference(left, right);
            case "Div" -> quotient(left, right);
            case "Add" -> either(this::sum, left, right);
            case "Max" -> isSpread(mark(left)) ? mark(left) : isSpread(mark(right)) ? mark(right) : null;
            case "Mul" -> either(this::product, left, right);
            default -> null;
        };
    }

    private interface Operation {
        @Nullable
        Mark of(String left, String right);
    }

    private static @Nullable Mark either(Operation operation, String left, String right) {
        Mark made = operation.of(left, right);
        return made != null ? made : operation.of(right, left);
    }

    private @Nullable Mark mark(String tensor) {
        return marks.get(graph.origin(tensor));
    }

    private static boolean is(@Nullable Mark mark, Step step) {
        return mark != null && mark.step == step;
    }

    private @Nullable Mark reduced(NodeProto node) {
        if (!isOverLastAxis(graph, node)) {
            return null;
        }
        String x = graph.origin(Nodes.input(node, 0));
        Mark squared = node.getOpType().equals("ReduceSumSquare") ? square(x) : marks.get(x);
        boolean mean = node.getOpType().equals("ReduceMean");
        if (is(squared, Step.SQUARE_OF_CENTERED)) {
            return new Mark(mean ? Step.VARIANCE : Step.SUM_OF_SQUARES_OF_CENTERED, squared.of);
        }
        if (is(squared, Step.SQUARE)) {
            return new Mark(mean ? Step.MEAN_OF_SQUARES : Step.SUM_OF_SQUARES, squared.of);
        }
        return new Mark(mean ? Step.MEAN : Step.SUM, x);
    }

    /** Whether an operator works along one axis that can be the last of several. */
    static boolean isOverLastAxis(Graph graph, NodeProto node) {
        Optional<List<Long>> axes = Nodes.attribute(node, "axes").map(AttributeProto::getIntsList);
        if (axes.isEmpty()) {
            axes = Nodes.attribute(node, "axis").map(a -> List.of(a.getI()));
        }
        if (axes.isEmpty() && node.getOpType().startsWith("Reduce")) {
            axes = graph.initializer(Nodes.input(node, 1))
                    .flatMap(TensorTypes::integers)
                    .map(values -> Arrays.stream(values).boxed().toList());
            if (axes.isEmpty()) {
                return false; // over everything
            }
        }
        return axes.isEmpty()
                || axes.get().size() == 1
                        && (axes.get().get(0) == -1 || axes.get().get(0) > 0);
    }

    private @Nullable Mark power(String base, String exponent) {
        double value = scalar(exponent).orElse(Double.NaN);
        if (value == 2) {
            return square(graph.origin(base));
        }
        if (value == 0.5) {
            return root(mark(base));
        }
        return value == -0.5 ? inverse(root(mark(base))) : null;
    }

    private OptionalDouble scalar(String tensor) {
        return graph.initializer(graph.origin(tensor)).map(TensorTypes::scalar).orElse(OptionalDouble.empty());
    }

    private @Nullable Mark difference(String left, String right) {
        Mark a = mark(left);
        Mark b = mark(right);
        if (is(b, Step.MEAN) && b.of.equals(graph.origin(left))) {
            return new Mark(Step.CENTERED, b.of);
        }
        if (is(a, Step.MEAN_OF_SQUARES) && is(b, Step.SQUARE_OF_MEAN) && a.of.equals(b.of)) {
            return new Mark(Step.VARIANCE, a.of);
        }
        if (is(b, Step.SCALED_MEAN) && graph.isConstant(left)) {
            return new Mark(Step.SHIFT, b.of);
        }
        return is(a, Step.SCALED) && is(b, Step.SCALED_MEAN) && a.of.equals(b.of)
                ? new Mark(Step.NORMALIZED, a.of)
                : null;
    }

    private @Nullable Mark quotient(String left, String right) {
        Mark a = mark(left);
        Mark b = mark(right);
        if (graph.isConstant(left)) {
            return inverse(b);
        }
        if (is(a, Step.CENTERED) && is(b, Step.DEVIATION) && a.of.equals(b.of)) {
            return new Mark(Step.NORMALIZED, a.of);
        }
        if (is(b, Step.ROOT_MEAN_SQUARE) && b.of.equals(graph.origin(left))) {
            return new Mark(Step.NORMALIZED_BY_ROOT_MEAN_SQUARE, b.of);
        }
        Mark mean = mean(a);
        return mean != null ? mean : graph.isConstant(right) ? scaled(a) : null;
    }

    private @Nullable Mark product(String left, String right) {
        Mark a = mark(left);
        Mark b = mark(right);
        String x = graph.origin(left);
        if (x.equals(graph.origin(right))) {
            return square(x);
        }
        if (is(b, Step.INVERSE_DEVIATION)) {
            if (is(a, Step.CENTERED) && a.of.equals(b.of)) {
                return new Mark(Step.NORMALIZED, a.of);
            }
            if (is(a, Step.MEAN) && a.of.equals(b.of)) {
                return new Mark(Step.SCALED_MEAN, a.of);
            }
            if (b.of.equals(x)) {
                return new Mark(Step.SCALED, x);
            }
        }
        if (is(b, Step.INVERSE_ROOT_MEAN_SQUARE) && b.of.equals(x)) {
            return new Mark(Step.NORMALIZED_BY_ROOT_MEAN_SQUARE, x);
        }
        if (graph.isConstant(right)) {
            Mark mean = mean(a);
            return mean != null ? mean : scaled(a);
        }
        return null;
    }

    private @Nullable Mark sum(String left, String right) {
        Mark a = mark(left);
        Mark b = mark(right);
        if (is(a, Step.SCALED) && is(b, Step.SHIFT) && a.of.equals(b.of)) {
            return new Mark(Step.NORMALIZED, a.of);
        }
        if (!graph.isConstant(right) || !isSpread(a)) {
            return null;
        }
        if (is(a, Step.VARIANCE) || is(a, Step.MEAN_OF_SQUARES)) {
            scalar(right).ifPresent(epsilon -> epsilons.put(a.of, TensorTypes.decimal((float) epsilon)));
        }
        return a;
    }

    private Mark square(String x) {
        Mark of = marks.get(x);
        if (is(of, Step.CENTERED)) {
            return new Mark(Step.SQUARE_OF_CENTERED, of.of);
        }
        return is(of, Step.MEAN) ? new Mark(Step.SQUARE_OF_MEAN, of.of) : new Mark(Step.SQUARE, x);
    }

    /** A sum divided by its count; how the count is computed is not looked at. */
    private static @Nullable Mark mean(@Nullable Mark mark) {
        if (mark == null) {
            return null;
        }
        return switch (mark.step) {
            case SUM -> new Mark(Step.MEAN, mark.of);
            case SUM_OF_SQUARES -> new Mark(Step.MEAN_OF_SQUARES, mark.of);
            case SUM_OF_SQUARES_OF_CENTERED -> new Mark(Step.VARIANCE, mark.of);
            default -> null;
        };
    }

    /** A step that stays what it is times a constant: the norm's weight, or n / (n − 1). */
    private static @Nullable Mark scaled(@Nullable Mark mark) {
        return isSpread(mark) || is(mark, Step.CENTERED) || is(mark, Step.INVERSE_DEVIATION) ? mark : null;
    }

    /** A number for each position, which stays what it is under another shape. */
    private static @Nullable Mark statistic(@Nullable Mark mark) {
        return isSpread(mark)
                        || is(mark, Step.MEAN)
                        || is(mark, Step.INVERSE_DEVIATION)
                        || is(mark, Step.ROOT_MEAN_SQUARE)
                        || is(mark, Step.INVERSE_ROOT_MEAN_SQUARE)
                ? mark
                : null;
    }

    private static boolean isSpread(@Nullable Mark mark) {
        return is(mark, Step.VARIANCE) || is(mark, Step.DEVIATION) || is(mark, Step.MEAN_OF_SQUARES);
    }

    private static @Nullable Mark root(@Nullable Mark mark) {
        if (is(mark, Step.VARIANCE)) {
            return new Mark(Step.DEVIATION, mark.of);
        }
        return is(mark, Step.MEAN_OF_SQUARES) ? new Mark(Step.ROOT_MEAN_SQUARE, mark.of) : null;
    }

    private static @Nullable Mark inverse(@Nullable Mark mark) {
        if (is(mark, Step.DEVIATION)) {
            return new Mark(Step.INVERSE_DEVIATION, mark.of);
        }
        return is(mark, Step.ROOT_MEAN_SQUARE) ? new Mark(Step.INVERSE_ROOT_MEAN_SQUARE, mark.of) : null;
    }
}
