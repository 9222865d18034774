package io.github.residual4j.capture.internal.experiment;

import java.util.List;

/**
 * What one run of a sweep puts other values into, within a hook point.
 *
 * @param position which position; −1 for all
 * @param head which head; −1 for all
 * @param last which places along the last axis, which are neurons or, of patterns, attended positions; none for all
 */
public record Unit(int position, int head, List<Integer> last) {
    /** All of a hook point. */
    public static final Unit WHOLE = new Unit(-1, -1, List.of());

    /** Nothing, in a batch with runs that change something. */
    static final Unit NONE = new Unit(Integer.MAX_VALUE, -1, List.of());

    /** Copies what it is given. */
    public Unit {
        last = List.copyOf(last);
    }

    /** One position, or −1 for all. */
    public static Unit atPosition(int position) {
        return new Unit(position, -1, List.of());
    }

    /** One head, at one position, or −1 for all. */
    public static Unit ofHead(int head, int position) {
        return new Unit(position, head, List.of());
    }

    /** One neuron, at one position, or −1 for all. */
    public static Unit ofNeuron(int neuron, int position) {
        return new Unit(position, -1, List.of(neuron));
    }

    /** What one position has of others, in every head. */
    public static Unit ofEdges(int position, List<Integer> attended) {
        return new Unit(position, -1, attended);
    }

    /** Whether only one position is meant. */
    boolean isOfPosition() {
        return position >= 0 && !equals(NONE);
    }

    boolean holds(int atPosition, int atHead, int atLast) {
        return (position < 0 || position == atPosition)
                && (head < 0 || head == atHead)
                && (last.isEmpty() || last.contains(atLast));
    }
}
