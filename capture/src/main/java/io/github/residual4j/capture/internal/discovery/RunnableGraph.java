package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Cuts out of a model just what computes some of its tensors, with these as its outputs. The weights stay where the
 * file has them.
 */
final class RunnableGraph {
    private RunnableGraph() {}

    static ModelProto of(ModelProto model, Graph graph, ExternalData weights, Collection<String> outputs) {
        List<NodeProto> nodes = graph.behind(outputs, tensor -> false);
        Set<String> reads = new HashSet<>(outputs);
        Set<String> known = new HashSet<>(outputs);
        nodes.forEach(node -> {
            reads.addAll(Nodes.reads(node));
            known.addAll(node.getOutputList());
        });
        GraphProto all = model.getGraph();
        GraphProto.Builder cut = GraphProto.newBuilder().setName(all.getName().isEmpty() ? "graph" : all.getName());
        nodes.forEach(node -> cut.addNode(weights.rebased(node)));
        all.getInitializerList().stream()
                .filter(t -> reads.contains(t.getName()))
                .forEach(t -> cut.addInitializer(weights.rebased(t)));
        all.getSparseInitializerList().stream()
                .filter(t -> reads.contains(t.getValues().getName()))
                .forEach(cut::addSparseInitializer);
        all.getInputList().stream().filter(i -> reads.contains(i.getName())).forEach(cut::addInput);
        all.getValueInfoList().stream()
                .filter(v -> known.contains(v.getName()) && !outputs.contains(v.getName()))
                .forEach(cut::addValueInfo);
        outputs.forEach(name -> cut.addOutput(ValueInfoProto.newBuilder().setName(name)));
        return model.toBuilder().setGraph(cut).build();
    }
}
