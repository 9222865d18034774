package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Tells the number of attention heads from an attention's operators, where they say it. */
final class HeadCount {
    private final Graph graph;
    private final int width;

    HeadCount(Graph graph, int width) {
        this.graph = graph;
        this.width = width;
    }

    /** The number of heads that an attention operator's keys and values have, which may be fewer than its queries'. */
    static OptionalInt ofKeysAndValues(NodeProto attention) {
        return said(attention, "kv_num_heads").or(() -> said(attention, "num_heads")).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    /** How wide each head of an attention operator is, told by the product that reads what its heads give. */
    static OptionalInt width(Graph graph, NodeProto attention) {
        Optional<Integer> count = said(attention, "num_heads");
        for (NodeProto reader : graph.consumers(attention.getOutput(0))) {
            Optional<Integer> columns = said(reader, "K"); // of a product with a weight in few bits
            List<Long> dims = Embedding.dims(graph, Nodes.secondFactor(reader));
            if (columns.isEmpty() && reader.getOpType().equals("MatMul") && dims.size() == 2) {
                columns = Optional.of(dims.get(0).intValue());
            }
            if (count.isPresent() && columns.isPresent() && columns.get() % count.get() == 0) {
                return OptionalInt.of(columns.get() / count.get());
            }
        }
        return OptionalInt.empty();
    }

    private static Optional<Integer> said(NodeProto node, String attribute) {
        return Nodes.attribute(node, attribute).map(found -> (int) found.getI()).filter(number -> number > 0);
    }

    /** The number of heads of an attention made of some operators, or else of the caches the graph takes. */
    OptionalInt of(List<NodeProto> attention) {
        for (NodeProto node : attention) {
            Optional<AttributeProto> said =
                    Nodes.attribute(node, "num_heads").or(() -> Nodes.attribute(node, "q_num_heads"));
            long heads = said.map(AttributeProto::getI).orElse(0L);
            if (heads > 0) {
                return OptionalInt.of((int) heads);
            }
        }
        for (NodeProto node : attention) {
            if (node.getOpType().equals("Reshape")) {
                int heads = split(target(Nodes.input(node, 1)));
                if (heads > 0) {
                    return OptionalInt.of(heads);
                }
            }
        }
        return graph.inputs().values().stream()
                .map(GraphInput::of)
                .filter(input -> input.rank() >= 4 && TensorTypes.isFloat(input.type()))
                .mapToInt(this::cached)
                .filter(heads -> heads > 0)
                .findFirst();
    }

    /** A cache's axis of heads: the one that with the last axis makes the width. */
    private int cached(GraphInput input) {
        int last = input.rank() - 1;
        for (int axis = 1; axis < last; axis++) {
            if (input.isFixed(axis) && input.isFixed(last) && input.length(axis) * input.length(last) == width) {
                return (int) input.length(axis);
            }
        }
        return 0;
    }

    /** The heads of a reshape to {@code [.., .., heads, width / heads]}, one of both perhaps unknown; else 0. */
    private int split(long[] target) {
        if (target.length < 4) {
            return 0;
        }
        long heads = target[target.length - 2];
        long size = target[target.length - 1];
        if (heads == -1 && size > 0 && width % size == 0) {
            return (int) (width / size);
        }
        boolean splits = heads > 0 && width % heads == 0 && (size == -1 || heads * size == width);
        return splits ? (int) heads : 0;
    }

    /** The shape a reshape is told, -1 for what cannot be told from here. */
    private long[] target(String shape) {
        Optional<long[]> constant = graph.initializer(shape).flatMap(TensorTypes::integers);
        NodeProto node = graph.producer(shape);
        if (constant.isPresent() || node == null || !node.getOpType().equals("Concat")) {
            return constant.orElse(new long[0]);
        }
        return node.getInputList().stream()
                .flatMapToLong(part -> Arrays.stream(graph.initializer(graph.values(part))
                        .flatMap(TensorTypes::integers)
                        .orElse(new long[] {-1})))
                .toArray();
    }
}
