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
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Which tensors of a graph hold which hook points. A point that not every block has is not offered. */
final class FoundPoints {
    private final Graph graph;
    private final ResidualStream stream;
    private final SumChain chain;
    private final SortedMap<HookKey, String> tensors = new TreeMap<>();

    private FoundPoints(Graph graph, ResidualStream stream) {
        this.graph = graph;
        this.stream = stream;
        chain = new SumChain(graph);
    }

    /** The tensors by site, in the order computed. */
    static Map<HookKey, String> of(
            Graph graph, ResidualStream stream, Optional<String> logits, Optional<List<String>> patterns) {
        FoundPoints points = new FoundPoints(graph, stream);
        points.tensors.put(HookKey.of(HookPoint.EMBED), stream.embedding());
        stream.finalNorm()
                .filter(norm -> stream.finishesEveryPosition(graph))
                .ifPresent(norm -> points.tensors.put(HookKey.of(HookPoint.FINAL), norm.output()));
        logits.ifPresent(tensor -> points.tensors.put(HookKey.of(HookPoint.LOGITS), tensor));
        patterns.ifPresent(found -> points.put(HookPoint.ATTENTION_PATTERN, found));
        points.put(HookPoint.RESID_MID, stream::within);
        points.put(HookPoint.RESID_POST, block -> Optional.of(stream.after(block)));
        points.put(HookPoint.LN1_NORMALIZED, block -> points.normalized(stream.before(block)));
        points.put(HookPoint.LN2_NORMALIZED, block -> stream.within(block).flatMap(points::normalized));
        points.put(HookPoint.ATTENTION_OUTPUT, points::attentionOutput);
        points.put(HookPoint.MLP_OUTPUT, points::mlpOutput);
        return Collections.unmodifiableSortedMap(points.tensors);
    }

    private void put(HookPoint point, List<String> ofBlocks) {
        for (int block = 0; block < ofBlocks.size(); block++) {
            tensors.put(HookKey.of(point, block), ofBlocks.get(block));
        }
    }

    private void put(HookPoint point, IntFunction<Optional<String>> ofBlock) {
        List<String> found = IntStream.range(0, stream.blocks())
                .mapToObj(ofBlock)
                .flatMap(Optional::stream)
                .toList();
        if (found.size() == stream.blocks()) {
            put(point, found);
        }
    }

    private Optional<String> normalized(String state) {
        return stream.normOf(graph, state).map(LayerNorm::output);
    }

    private Optional<String> attentionOutput(int block) {
        return stream.within(block).isPresent()
                ? added(stream.within(block).get(), stream.before(block))
                : addedAtOnce(block, true);
    }

    private Optional<String> mlpOutput(int block) {
        return stream.within(block).isPresent()
                ? added(stream.after(block), stream.within(block).get())
                : addedAtOnce(block, false);
    }

    /** What is added to a state, where it is one tensor and the sum is not rounded. */
    private Optional<String> added(String state, String before) {
        List<String> added = parts(state, before);
        return added.size() == 1 ? Optional.of(added.get(0)) : Optional.empty();
    }

    private List<String> parts(String state, String before) {
        NodeProto maker = graph.producer(state);
        boolean rounded = maker != null && maker.getOpType().equals("DequantizeLinear");
        return rounded ? List.of() : chain.added(graph.values(state), graph.values(before));
    }

    /** What attention, or else the MLP, of a block adds that adds both at once. */
    private Optional<String> addedAtOnce(int block, boolean attention) {
        List<String> added = parts(stream.after(block), stream.before(block));
        List<String> parts = added.size() == 1 ? chain.halves(added.get(0)) : added;
        List<String> found = parts.stream()
                .filter(part -> attention == isMadeByAttention(part, block))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private boolean isMadeByAttention(String tensor, int block) {
        List<String> states = new ArrayList<>(stream.states().subList(0, block + 1));
        states.add(tensor);
        return ResidualStream.part(graph, stream.norms(), states).stream()
                .anyMatch(node -> Blocks.attends(graph, node));
    }
}
