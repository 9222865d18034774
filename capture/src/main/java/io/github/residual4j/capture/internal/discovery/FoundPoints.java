package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which tensors of a graph hold which hook points. A point that not every block has is not offered. */
final class FoundPoints {
    private final Graph graph;
    private final ResidualStream stream;
    private final SortedMap<HookKey, String> tensors = new TreeMap<>();

    private FoundPoints(Graph graph, ResidualStream stream) {
        this.graph = graph;
        this.stream = stream;
    }

    /** The tensors by site, in the order computed. */
    static Map<HookKey, String> of(
            Graph graph, ResidualStream stream, Optional<String> logits, Optional<List<String>> patterns) {
        FoundPoints points = new FoundPoints(graph, stream);
        points.tensors.put(HookKey.of(HookPoint.EMBED), stream.embedding());
        if (stream.finishesEveryPosition(graph)) {
            points.tensors.put(HookKey.of(HookPoint.FINAL), stream.finalNorm().output());
        }
        logits.ifPresent(tensor -> points.tensors.put(HookKey.of(HookPoint.LOGITS), tensor));
        patterns.ifPresent(found -> points.put(HookPoint.ATTENTION_PATTERN, found));
        points.put(HookPoint.RESID_MID, points.ofParts(1));
        points.put(HookPoint.RESID_POST, points.ofParts(2));
        points.put(HookPoint.LN1_NORMALIZED, points.normalized(0));
        points.put(HookPoint.LN2_NORMALIZED, points.normalized(1));
        points.put(HookPoint.ATTENTION_OUTPUT, points.added(1));
        points.put(HookPoint.MLP_OUTPUT, points.added(2));
        return Collections.unmodifiableSortedMap(points.tensors);
    }

    private void put(HookPoint point, List<String> ofBlocks) {
        for (int block = 0; block < ofBlocks.size(); block++) {
            tensors.put(HookKey.of(point, block), ofBlocks.get(block));
        }
    }

    private List<String> ofParts(int part) {
        List<String> found = new ArrayList<>();
        for (int block = 0; block < stream.blocks(); block++) {
            found.add(stream.states().get(2 * block + part));
        }
        return found;
    }

    private List<String> normalized(int part) {
        List<String> found = new ArrayList<>();
        for (int block = 0; block < stream.blocks(); block++) {
            found.add(stream.norms().get(2 * block + part).output());
        }
        return found;
    }

    /** What attention or MLP adds, where it is one tensor in every block. */
    private List<String> added(int part) {
        List<String> found = new ArrayList<>();
        for (int block = 0; block < stream.blocks(); block++) {
            int state = 2 * block + part;
            NodeProto sum = graph.producer(graph.values(stream.states().get(state)));
            if (sum == null || !sum.getOpType().equals("Add")) {
                return List.of();
            }
            String before = graph.values(stream.states().get(state - 1));
            boolean first = graph.values(Nodes.input(sum, 0)).equals(before);
            if (!first && !graph.values(Nodes.input(sum, 1)).equals(before)) {
                return List.of();
            }
            found.add(Nodes.input(sum, first ? 1 : 0));
        }
        return found;
    }
}
