package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.residual4j.capture.internal.graph.Fragment;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes a file's graph where a plan changes the stream or begins in its midst: whoever read the state before reads what
 * was put in its place, a norm that was fused with the sum that makes the state included.
 */
final class Splice {
    private static final String PREFIX = "residual4j.";
    private static final String BEFORE = ".before";

    /** Operators after which a state's values lie as before, {@code [texts, tokens, width]} row by row. */
    private static final Set<String> SAME_ROWS =
            Set.of("Identity", "Dropout", "Reshape", "Squeeze", "Unsqueeze", "Flatten");

    private final Map<String, NodeProto> nodes = new LinkedHashMap<>(); // by their first result that has a name
    private final GraphProto.Builder spliced;
    private final Set<String> added = new HashSet<>(); // inputs and constants, some of which several edits share

    private Splice(ModelProto model) {
        spliced = model.getGraph().toBuilder();
        spliced.getNodeList().forEach(node -> nodes.put(key(node), node));
    }

    private static String key(NodeProto node) {
        return node.getOutputList().stream()
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    /**
     * The model with what a plan changes.
     *
     * @param points the tensors that hold the hook points
     */
    static ModelProto of(ModelProto model, Graph graph, Map<HookKey, String> points, RunPlan plan) {
        Splice splice = new Splice(model);
        plan.startBlock().ifPresent(block -> {
            HookKey start = HookKey.of(HookPoint.RESID_PRE, block).kept();
            splice.begin(points.get(start));
        });
        Map<HookKey, List<Integer>> byPlace = new LinkedHashMap<>();
        for (int number = 0; number < plan.edits().size(); number++) {
            byPlace.computeIfAbsent(plan.edits().get(number).at().kept(), key -> new ArrayList<>())
                    .add(number);
        }
        byPlace.forEach((key, numbers) -> splice.edit(source(graph, points.get(key)), plan, numbers));
        return model.toBuilder().setGraph(splice.finish()).build();
    }

    /** Whether the values of a tensor can be changed for all that read them: they come in one layout only. */
    static boolean isPossible(Graph graph, String tensor) {
        String source = source(graph, tensor);
        NodeProto producer = graph.producer(source);
        return producer != null && (graph.values(tensor).equals(source) || isTheOneRounded(graph, producer));
    }

    /** Whether all that read a rounded tensor read this operator's output. */
    private static boolean isTheOneRounded(Graph graph, NodeProto node) {
        return node.getOpType().equals("DequantizeLinear")
                && graph.consumers(Nodes.input(node, 0)).size() == 1;
    }

    /** Whether a tensor may be fed in place of what makes it. */
    static boolean isSource(Graph graph, String tensor) {
        return isPossible(graph, tensor) && source(graph, tensor).equals(tensor);
    }

    /** The tensor where these values were made, as far as they lie in the same order. */
    private static String source(Graph graph, String tensor) {
        String current = tensor;
        for (NodeProto node = graph.producer(current);
                node != null && SAME_ROWS.contains(node.getOpType());
                node = graph.producer(current)) {
            current = Nodes.input(node, 0);
        }
        return current;
    }

    private void edit(String tensor, RunPlan plan, List<Integer> numbers) {
        detach(tensor);
        Fragment edits = Fragment.of(PREFIX + tensor + ".", tensor + BEFORE, tensor, plan, numbers);
        edits.nodes().forEach(node -> nodes.put(key(node), node));
        edits.constants().stream()
                .filter(constant -> added.add(constant.getName()))
                .forEach(spliced::addInitializer);
        edits.inputs().stream().filter(input -> added.add(input.getName())).forEach(spliced::addInput);
    }

    /** Lets a tensor be fed, of the shape it had. */
    private void begin(String tensor) {
        detach(tensor);
        spliced.addInput(ValueInfoProto.newBuilder()
                .setName(tensor)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber()))));
    }

    /** Lets the operator that makes a tensor make it under another name, and gives it no say in the norm after it. */
    private void detach(String tensor) {
        NodeProto producer = current(tensor);
        nodes.remove(key(producer));
        int sum = LayerNorms.sumOutput(producer.getOpType());
        boolean fused = sum >= 0 && Nodes.output(producer, sum).equals(tensor);
        NodeProto.Builder renamed = producer.toBuilder();
        for (int i = 0; i < producer.getOutputCount(); i++) {
            String output = producer.getOutput(i);
            if (output.equals(tensor) || fused && i == 0 && !output.isEmpty()) {
                renamed.setOutput(i, output + BEFORE);
            }
        }
        nodes.put(key(renamed.build()), renamed.build());
        if (fused && !Nodes.output(producer, 0).isEmpty()) {
            nodes.put(producer.getOutput(0), norm(producer, tensor));
        }
    }

    private NodeProto current(String tensor) {
        return nodes.values().stream()
                .filter(node -> node.getOutputList().contains(tensor))
                .findFirst()
                .orElseThrow();
    }

    /** The norm of a fused operator, by itself. */
    private static NodeProto norm(NodeProto fused, String reads) {
        boolean simplified = fused.getOpType().contains("Simplified");
        int gain = fused.getOpType().equals("EmbedLayerNormalization") ? 5 : 2;
        NodeProto.Builder norm = NodeProto.newBuilder()
                .setOpType(simplified ? "SimplifiedLayerNormalization" : "LayerNormalization")
                .addInput(reads)
                .addInput(Nodes.input(fused, gain))
                .addOutput(fused.getOutput(0));
        if (!simplified && !Nodes.input(fused, gain + 1).isEmpty()) {
            norm.addInput(Nodes.input(fused, gain + 1));
        }
        norm.addAttribute(Nodes.attribute(fused, "epsilon")
                .orElse(AttributeProto.newBuilder()
                        .setName("epsilon")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setF(1e-12f)
                        .build()));
        return norm.build();
    }

    private GraphProto finish() {
        return spliced.clearNode().addAllNode(nodes.values()).build();
    }
}
