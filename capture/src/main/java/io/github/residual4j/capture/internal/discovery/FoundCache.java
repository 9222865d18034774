package io.github.residual4j.capture.internal.discovery;

import java.util.Map;

/**
 * How a file goes on from the keys and values that it gave out.
 *
 * @param model the file as it goes on from them, which of a merged decoder is another part than begins a text
 * @param presents the outputs that give them out, by the inputs that take them
 */
record FoundCache(ForeignModel model, Map<String, String> presents) {
    /** Whether keys and values are kept in 16 bits or fewer. */
    boolean rounds() {
        return model.inputs().stream()
                .filter(plan -> presents.containsKey(plan.input().name()))
                .anyMatch(plan -> TensorTypes.bitsPerElement(plan.input().type()) < Float.SIZE);
    }
}
