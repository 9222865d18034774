package io.github.residual4j.capture.internal.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A graph ready for ONNX Runtime.
 *
 * @param model the model, without weights
 * @param weights the weights it asks for, by name
 * @param inputs the inputs it takes, by name
 */
public record BuiltGraph(ModelProto model, Set<String> weights, Set<String> inputs) {
    /** The same, taking one of its weights anew with each run, as an input, in place of once; itself if it has no such weight. */
    public BuiltGraph feeding(String weight) {
        if (!weights.contains(weight)) {
            return this;
        }
        GraphProto.Builder graph = model.getGraph().toBuilder();
        int place = IntStream.range(0, graph.getInitializerCount())
                .filter(i -> graph.getInitializer(i).getName().equals(weight))
                .findFirst()
                .orElseThrow();
        graph.removeInitializer(place).addInput(GraphWriter.typed(weight, TensorProto.DataType.FLOAT));
        Set<String> others = new LinkedHashSet<>(weights);
        others.remove(weight);
        Set<String> fed = new LinkedHashSet<>(inputs);
        fed.add(weight);
        return new BuiltGraph(model.toBuilder().setGraph(graph).build(), others, fed);
    }
}
