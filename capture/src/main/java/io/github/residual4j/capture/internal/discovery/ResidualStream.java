package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The residual stream found in a graph.
 *
 * @param states the tensors that hold it: the embedding, then for each block the state after its attention and the
 *     state after its MLP
 * @param norms for each state, the first layer norm that reads it; the last one is the model's final norm
 */
record ResidualStream(List<String> states, List<LayerNorm> norms) {
    int blocks() {
        return (states.size() - 1) / 2;
    }

    String embedding() {
        return states.get(0);
    }

    /**
     * The operators that make a state from what came before it: from the states before and what their norms give.
     *
     * @param state which
     */
    List<NodeProto> part(Graph graph, int state) {
        Set<String> before = new HashSet<>();
        for (int i = 0; i < state; i++) {
            before.add(graph.values(states.get(i)));
            norms.get(i).results().forEach(result -> before.add(graph.values(result)));
        }
        return graph.behind(List.of(states.get(state)), tensor -> before.contains(graph.values(tensor)));
    }

    /** Whether the final norm reads the state of every position, not that of some which were cut out before. */
    boolean finishesEveryPosition(Graph graph) {
        return graph.values(finalNorm().reads()).equals(graph.values(states.get(states.size() - 1)));
    }

    LayerNorm finalNorm() {
        return norms.get(norms.size() - 1);
    }
}
