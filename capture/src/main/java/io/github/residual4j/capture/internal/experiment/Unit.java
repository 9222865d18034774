package io.github.residual4j.capture.internal.experiment;

/**
 * What one run of a sweep puts other values into, within a hook point.
 *
 * @param position which position; −1 for all
 * @param head which head; −1 for all
 * @param dimension which place along the last axis; −1 for all
 */
public record Unit(int position, int head, int dimension) {
    /** All of a hook point. */
    public static final Unit WHOLE = new Unit(-1, -1, -1);

    /** Nothing, in a batch with runs that change something. */
    static final Unit NONE = new Unit(Integer.MAX_VALUE, -1, -1);

    /** One position. */
    public static Unit atPosition(int position) {
        return new Unit(position, -1, -1);
    }

    /** One head, at all positions. */
    public static Unit ofHead(int head) {
        return new Unit(-1, head, -1);
    }

    /** One neuron, at all positions. */
    public static Unit ofNeuron(int neuron) {
        return new Unit(-1, -1, neuron);
    }

    /** Whether only one position is meant. */
    boolean isOfPosition() {
        return position >= 0 && !equals(NONE);
    }

    boolean holds(int atPosition, int atHead, int atDimension) {
        return (position < 0 || position == atPosition)
                && (head < 0 || head == atHead)
                && (dimension < 0 || dimension == atDimension);
    }
}
