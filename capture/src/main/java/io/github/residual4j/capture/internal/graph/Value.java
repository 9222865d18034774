package io.github.residual4j.capture.internal.graph;

/**
 * A tensor of a graph that is being written: what operators take and give. It gets a name of its own when it is a hook
 * point, an input or a weight; any other is named when the graph is written out.
 */
final class Value {
    /** An operand or a result that an operator goes without. */
    static final Value NONE = new Value("");

    private String name;

    Value(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void rename(String newName) {
        name = newName;
    }

    @Override
    public String toString() {
        return name;
    }
}
