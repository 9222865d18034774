package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;

/**
 * Keys and values of the positions that a run has gone through, for each block, in ONNX Runtime's own memory until it is
 * closed. Immutable: a run that goes on from it makes a new one.
 */
public final class KeyValueCache implements AutoCloseable {
    private final OrtSession.Result tensors;
    private final int length;

    /** Takes over what a run gave out. */
    KeyValueCache(OrtSession.Result tensors, int length) {
        this.tensors = tensors;
        this.length = length;
    }

    /** How many positions it holds. */
    public int length() {
        return length;
    }

    /** A block's keys and values, {@code [2, texts, heads, positions, width of a head]}. */
    OnnxTensor of(int block) {
        return (OnnxTensor) tensors.get(Gpt2Graph.present(block)).orElseThrow();
    }

    @Override
    public void close() {
        tensors.close();
    }
}
