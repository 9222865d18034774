package io.github.residual4j.capture.internal.discovery;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a file goes on from the keys and values that it gave out.
 *
 * @param model the file as it goes on from them, which of a merged decoder is another part than begins a text
 * @param presents the outputs that give them out, by the inputs that take them
 */
record FoundCache(ForeignModel model, Map<String, String> presents) {
    /** The outputs that give out keys and values, each with the axis that grows. */
    Map<String, Integer> columnAxes() {
        Map<String, Integer> axes = new LinkedHashMap<>();
        for (InputPlan plan : model.inputs()) {
            String present = presents.get(plan.input().name());
            if (present != null) {
                axes.put(present, plan.pastAxis());
            }
        }
        return axes;
    }

    /** Whether columns of the cache can be hidden from attention. */
    boolean takesMask() {
        return model.inputs().stream()
                .anyMatch(plan -> plan.role() == InputPlan.Role.MASK || plan.role() == InputPlan.Role.ADDED_MASK);
    }

    /** Whether keys and values are kept in 16 bits or fewer. */
    boolean rounds() {
        return model.inputs().stream()
                .filter(plan -> presents.containsKey(plan.input().name()))
                .anyMatch(plan -> TensorTypes.bitsPerElement(plan.input().type()) < Float.SIZE);
    }
}
