package io.github.residual4j.capture.internal.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.residual4j.hook.HookKey;
import java.util.List;

/**
 * What is done to a value on its way, but for the numbers: these are inputs of the graph, float32, of a shape that
 * broadcasts to the value's. States are {@code [texts, tokens, width]}, values of heads {@code [texts, tokens, heads,
 * width of a head]}, patterns and scores {@code [texts, heads, tokens, attended]}.
 */
public sealed interface EditShape {
    /** Where. */
    HookKey at();

    /** What its inputs are called, after the edit itself. */
    List<String> inputs();

    /** Writes it down. */
    Value apply(GraphWriter graph, Value x, List<Value> inputs);

    /** The name of an input of the edit that comes {@code number}-th in its plan. */
    static String input(int number, String name) {
        return "edit." + number + "." + name;
    }

    /** Writes the edit that comes {@code number}-th in its plan. */
    default Value apply(GraphWriter graph, Value x, int number) {
        graph.edited();
        return apply(
                graph,
                x,
                inputs().stream()
                        .map(name -> graph.input(input(number, name), TensorProto.DataType.FLOAT))
                        .toList());
    }

    /** Takes {@code value} wherever {@code mask} is not 0. */
    record Replace(HookKey at) implements EditShape {
        @Override
        public List<String> inputs() {
            return List.of("mask", "value");
        }

        @Override
        public Value apply(GraphWriter graph, Value x, List<Value> inputs) {
            Value mask = graph.add(
                    "Cast", List.of(inputs.get(0)), Attributes.integer("to", TensorProto.DataType.BOOL.getNumber()));
            return graph.add("Where", List.of(mask, inputs.get(1), x));
        }
    }

    /** x · {@code scale} + {@code add}. */
    record ScaleAdd(HookKey at) implements EditShape {
        @Override
        public List<String> inputs() {
            return List.of("scale", "add");
        }

        @Override
        public Value apply(GraphWriter graph, Value x, List<Value> inputs) {
            return graph.add("Add", List.of(graph.add("Mul", List.of(x, inputs.get(0))), inputs.get(1)));
        }
    }

    /**
     * x + {@code add}, scaled back to the length that x had along the last axis, which {@code ones}, as many in a column,
     * sum over; a sum of length 0 stays.
     */
    record AddKeepingNorm(HookKey at) implements EditShape {
        private static final float SMALLEST = 1e-30f;

        @Override
        public List<String> inputs() {
            return List.of("add", "ones");
        }

        @Override
        public Value apply(GraphWriter graph, Value x, List<Value> inputs) {
            Value sum = graph.add("Add", List.of(x, inputs.get(0)));
            Value length = graph.add("Max", List.of(length(graph, sum, inputs.get(1)), graph.number(SMALLEST)));
            return graph.add("Mul", List.of(sum, graph.add("Div", List.of(length(graph, x, inputs.get(1)), length))));
        }

        private static Value length(GraphWriter graph, Value x, Value ones) {
            Value square = graph.add("MatMul", List.of(graph.add("Mul", List.of(x, x)), ones));
            return graph.add("Sqrt", List.of(square));
        }
    }

    /**
     * x − {@code gate} · (x · {@code direction}) {@code direction}, with a direction {@code [width]} of unit length, the
     * same as a {@code column} {@code [width, 1]}, and a gate that is 1 where it is done and 0 elsewhere.
     */
    record ProjectOut(HookKey at) implements EditShape {
        @Override
        public List<String> inputs() {
            return List.of("direction", "column", "gate");
        }

        @Override
        public Value apply(GraphWriter graph, Value x, List<Value> inputs) {
            Value direction = inputs.get(0);
            Value along = graph.add("MatMul", List.of(x, inputs.get(1))); // [texts, tokens, 1]
            Value part = graph.add("Mul", List.of(graph.add("Mul", List.of(along, inputs.get(2))), direction));
            return graph.add("Sub", List.of(x, part));
        }
    }
}
