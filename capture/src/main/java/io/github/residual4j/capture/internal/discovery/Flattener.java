package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a model so that all it computes, for a fresh text or for the tokens after a cache, lies in one flat graph,
 * whose tensors can be given out:
 *
 * <ul>
 *   <li>of an {@code If} that a graph input decides (a merged decoder's {@code use_cache_branch}), one branch takes its
 *       place;
 *   <li>the model's own functions are written out where they are called;
 *   <li>{@code Constant} nodes become initializers;
 *   <li>{@code Dropout} does nothing, as it should outside training: exported with its training mode on it would make
 *       every state random at some of the runtime's optimization levels;
 *   <li>a {@code SkipLayerNormalization} or {@code EmbedLayerNormalization} that keeps its sum to itself gets a name
 *       for it.
 * </ul>
 *
 * Otherwise what is computed does not change.
 */
final class Flattener {
    private static final int DEEPEST_CALL = 64;

    /** What a merged decoder is asked for, by the attribute that holds it. */
    enum Branch {
        /** A text from its beginning. */
        FRESH("else_branch"),
        /** The tokens after a cache. */
        CONTINUING("then_branch");

        private final String attribute;

        Branch(String attribute) {
            this.attribute = attribute;
        }
    }

    private final Path file;
    private final Branch branch;
    private final Map<String, FunctionProto> functions = new HashMap<>();
    private final List<String> inputs;
    private final List<NodeProto> nodes = new ArrayList<>();
    private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
    private int calls;

    private Flattener(Path file, ModelProto model, Branch branch) {
        this.file = file;
        this.branch = branch;
        inputs = model.getGraph().getInputList().stream()
                .map(ValueInfoProto::getName)
                .toList();
        model.getFunctionsList().forEach(f -> functions.put(key(f.getDomain(), f.getName(), f.getOverload()), f));
    }

    /** The model with a flat graph; the file is named in errors. */
    static ModelProto flatten(Path file, ModelProto model, Branch branch) {
        Flattener flattener = new Flattener(file, model, branch);
        GraphProto graph = model.getGraph();
        graph.getInitializerList().forEach(t -> flattener.initializers.put(t.getName(), t));
        graph.getNodeList().forEach(node -> flattener.add(node, 0));
        return model.toBuilder()
                .clearFunctions()
                .clearOpsetImport()
                .addAllOpsetImport(opsets(model))
                .setGraph(graph.toBuilder()
                        .clearNode()
                        .addAllNode(flattener.nodes)
                        .clearInitializer()
                        .addAllInitializer(flattener.initializers.values()))
                .build();
    }

    private static List<OperatorSetIdProto> opsets(ModelProto model) {
        Map<String, OperatorSetIdProto> byDomain = new LinkedHashMap<>();
        model.getOpsetImportList().forEach(o -> byDomain.putIfAbsent(o.getDomain(), o));
        model.getFunctionsList()
                .forEach(f -> f.getOpsetImportList().forEach(o -> byDomain.putIfAbsent(o.getDomain(), o)));
        return List.copyOf(byDomain.values());
    }

    private void add(NodeProto node, int depth) {
        if (depth > DEEPEST_CALL) {
            throw new BadFileException(file, "its functions call each other without end.");
        }
        if (Nodes.output(node, 0).isEmpty()) {
            throw new BadFileException(file, "is damaged: its node " + Nodes.describe(node) + " has no output.");
        }
        FunctionProto function = functions.get(key(node.getDomain(), node.getOpType(), node.getOverload()));
        if (function != null) {
            call(node, function, depth);
        } else if (node.getOpType().equals("If") && isInput(Nodes.input(node, 0))) {
            takeBranch(node, depth);
        } else if (node.getOpType().equals("Dropout") && node.getInputCount() > 1) {
            addIdentity(Nodes.input(node, 0), node.getOutput(0));
        } else {
            TensorProto constant = node.getOpType().equals("Constant") ? constant(node) : null;
            if (constant != null) {
                initializers.put(constant.getName(), constant);
            } else {
                nodes.add(withSum(withInitializers(node)));
            }
        }
    }

    /** A node in whose graphs constants are initializers too, as weights that stay in the file have to be. */
    private NodeProto withInitializers(NodeProto node) {
        NodeProto.Builder copy = node.toBuilder();
        for (AttributeProto.Builder attribute : copy.getAttributeBuilderList()) {
            if (ExternalData.isExternal(attribute.getT())) {
                throw new BadFileException(
                        file,
                        "keeps \"" + attribute.getName() + "\" of " + Nodes.describe(node) + " outside its graph.");
            }
            if (attribute.hasG()) {
                List<NodeProto> inside = attribute.getG().getNodeList();
                GraphProto.Builder graph = attribute.getGBuilder().clearNode();
                for (NodeProto inner : inside) {
                    TensorProto constant = inner.getOpType().equals("Constant") ? constant(inner) : null;
                    if (constant != null) {
                        graph.addInitializer(constant);
                    } else {
                        graph.addNode(withInitializers(inner));
                    }
                }
            }
        }
        return copy.build();
    }

    private static String key(String domain, String name, String overload) {
        return (domain.equals("ai.onnx") ? "" : domain) + ':' + name + ':' + overload;
    }

    /** Whether a tensor is a graph input, perhaps under another name or shape. */
    private boolean isInput(String tensor) {
        String current = tensor;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            NodeProto node = nodes.get(i);
            if (node.getOutput(0).equals(current) && Graph.KEEPS_VALUES.contains(node.getOpType())) {
                current = Nodes.input(node, 0);
            }
        }
        return inputs.contains(current) && !initializers.containsKey(current);
    }

    private void takeBranch(NodeProto node, int depth) {
        GraphProto taken = Nodes.attribute(node, branch.attribute)
                .map(AttributeProto::getG)
                .orElseThrow(
                        () -> new BadFileException(file, Nodes.describe(node) + " has no " + branch.attribute + "."));
        taken.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
        taken.getNodeList().forEach(inner -> add(inner, depth + 1));
        for (int i = 0; i < Math.min(node.getOutputCount(), taken.getOutputCount()); i++) {
            if (!taken.getOutput(i).getName().equals(node.getOutput(i))) {
                addIdentity(taken.getOutput(i).getName(), node.getOutput(i));
            }
        }
    }

    private void call(NodeProto node, FunctionProto function, int depth) {
        String prefix = node.getOpType() + "#" + calls++ + "/";
        Map<String, String> names = new HashMap<>();
        names.put("", "");
        for (int i = 0; i < function.getInputCount(); i++) {
            names.put(function.getInput(i), Nodes.input(node, i));
        }
        for (int i = 0; i < function.getOutputCount(); i++) {
            String outside = Nodes.output(node, i);
            String inside = function.getOutput(i);
            if (names.containsKey(inside)) { // the function hands an input, or the same value twice, through
                if (!outside.isEmpty()) {
                    addIdentity(names.get(inside), outside);
                }
            } else {
                names.put(inside, outside.isEmpty() ? prefix + inside : outside);
            }
        }
        Map<String, AttributeProto> arguments = new HashMap<>();
        function.getAttributeProtoList().forEach(a -> arguments.put(a.getName(), a));
        node.getAttributeList().forEach(a -> arguments.put(a.getName(), a));
        for (NodeProto inner : function.getNodeList()) {
            add(renamed(inner, names, prefix, arguments), depth + 1);
        }
    }

    private static NodeProto renamed(
            NodeProto node, Map<String, String> names, String prefix, Map<String, AttributeProto> arguments) {
        NodeProto.Builder renamed = node.toBuilder()
                .setName(node.getName().isEmpty() ? "" : prefix + node.getName())
                .clearInput()
                .clearOutput()
                .clearAttribute();
        node.getInputList().forEach(name -> renamed.addInput(rename(names, prefix, name)));
        node.getOutputList().forEach(name -> renamed.addOutput(rename(names, prefix, name)));
        for (AttributeProto attribute : node.getAttributeList()) {
            AttributeProto given =
                    attribute.getRefAttrName().isEmpty() ? attribute : arguments.get(attribute.getRefAttrName());
            if (given == null) {
                continue; // an optional argument the caller left out
            }
            AttributeProto.Builder copy = given.toBuilder().setName(attribute.getName());
            if (attribute.hasG()) {
                copy.setG(renamed(given.getG(), names, prefix, arguments));
            }
            renamed.addAttribute(copy);
        }
        return renamed.build();
    }

    private static GraphProto renamed(
            GraphProto graph, Map<String, String> names, String prefix, Map<String, AttributeProto> arguments) {
        GraphProto.Builder renamed = graph.toBuilder();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            renamed.setNode(i, renamed(graph.getNode(i), names, prefix, arguments));
        }
        renamed.getInputBuilderList().forEach(v -> v.setName(rename(names, prefix, v.getName())));
        renamed.getOutputBuilderList().forEach(v -> v.setName(rename(names, prefix, v.getName())));
        renamed.getInitializerBuilderList().forEach(t -> t.setName(rename(names, prefix, t.getName())));
        return renamed.clearValueInfo().build();
    }

    private static String rename(Map<String, String> names, String prefix, String name) {
        String known = names.get(name);
        return known == null ? prefix + name : known;
    }

    private void addIdentity(String from, String to) {
        nodes.add(NodeProto.newBuilder()
                .setOpType("Identity")
                .addInput(from)
                .addOutput(to)
                .build());
    }

    /** The value of a {@code Constant} node under its output's name; null for strings and sparse tensors. */
    private static @Nullable TensorProto constant(NodeProto node) {
        AttributeProto value =
                node.getAttributeCount() == 1 ? node.getAttribute(0) : AttributeProto.getDefaultInstance();
        TensorProto.Builder tensor = TensorProto.newBuilder();
        switch (value.getName()) {
            case "value" -> tensor.mergeFrom(value.getT());
            case "value_float" ->
                tensor.setDataType(TensorProto.DataType.FLOAT_VALUE).addFloatData(value.getF());
            case "value_floats" ->
                tensor.setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addDims(value.getFloatsCount())
                        .addAllFloatData(value.getFloatsList());
            case "value_int" ->
                tensor.setDataType(TensorProto.DataType.INT64_VALUE).addInt64Data(value.getI());
            case "value_ints" ->
                tensor.setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(value.getIntsCount())
                        .addAllInt64Data(value.getIntsList());
            default -> {
                return null;
            }
        }
        return tensor.setName(Nodes.output(node, 0)).build();
    }

    private static NodeProto withSum(NodeProto node) {
        int sum = LayerNorms.sumOutput(node.getOpType());
        if (sum < 0 || !Nodes.output(node, sum).isEmpty()) {
            return node;
        }
        NodeProto.Builder summing = node.toBuilder();
        while (summing.getOutputCount() <= sum) {
            summing.addOutput("");
        }
        return summing.setOutput(sum, node.getOutput(0) + "#sum").build();
    }
}
