package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The residual stream found in a graph.
 *
 * @param states the tensors that hold it: the embedding, then each state to which something more was added
 * @param norms all norms of the graph, in the order computed
 * @param finalNorm the norm that finishes the last state, if there is one
 * @param wiring what is added from one state to the next
 */
record ResidualStream(List<String> states, List<LayerNorm> norms, Optional<LayerNorm> finalNorm, Wiring wiring) {
    /** How a model's blocks write into the stream. */
    enum Wiring {
        /** A block adds what its attention and then what its MLP gives: two states. */
        IN_TURN(2),
        /** A block adds at once what its attention and its MLP, if it has one, make of the same state: one state. */
        AT_ONCE(1);

        private final int statesOfBlock;

        Wiring(int statesOfBlock) {
            this.statesOfBlock = statesOfBlock;
        }
    }

    int blocks() {
        return (states.size() - 1) / wiring.statesOfBlock;
    }

    String embedding() {
        return states.get(0);
    }

    String last() {
        return states.get(states.size() - 1);
    }

    /** The state that a block gives on. */
    String after(int block) {
        return states.get((block + 1) * wiring.statesOfBlock);
    }

    /** The state between the two parts of a block, if it has two. */
    Optional<String> within(int block) {
        return wiring == Wiring.IN_TURN ? Optional.of(states.get(2 * block + 1)) : Optional.empty();
    }

    /** The state that a block reads. */
    String before(int block) {
        return states.get(block * wiring.statesOfBlock);
    }

    /** The operators of a block's attention; those of its MLP too, where the block adds both at once. */
    List<NodeProto> attention(Graph graph, int block) {
        return part(graph, block * wiring.statesOfBlock + 1);
    }

    /** The one norm that reads a state, if just one does. */
    Optional<LayerNorm> normOf(Graph graph, String state) {
        List<LayerNorm> readers = norms.stream()
                .filter(norm -> graph.values(norm.reads()).equals(graph.values(state)))
                .toList();
        return readers.size() == 1 ? Optional.of(readers.get(0)) : Optional.empty();
    }

    /**
     * The operators that make a state from what came before it: from the states before and what their norms give.
     *
     * @param state which
     */
    List<NodeProto> part(Graph graph, int state) {
        return part(graph, norms, states.subList(0, state + 1));
    }

    /** The operators that make the last of some states from those before. */
    static List<NodeProto> part(Graph graph, List<LayerNorm> norms, List<String> states) {
        int last = states.size() - 1;
        Set<String> before = states.subList(0, last).stream().map(graph::values).collect(Collectors.toSet());
        Set<String> reached = new HashSet<>(before);
        for (LayerNorm norm : norms) {
            if (before.contains(graph.values(norm.reads()))) {
                norm.results().forEach(result -> reached.add(graph.values(result)));
            }
        }
        return graph.behind(List.of(states.get(last)), tensor -> reached.contains(graph.values(tensor)));
    }

    /** Whether the final norm reads the state of every position, not that of some which were cut out before. */
    boolean finishesEveryPosition(Graph graph) {
        return finalNorm
                .filter(norm -> graph.values(norm.reads()).equals(graph.values(last())))
                .isPresent();
    }
}
