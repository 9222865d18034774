package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Keys and values of the positions that a run has gone through, in ONNX Runtime's own memory until it is closed.
 * Immutable: a run that goes on from it makes a new one.
 */
public final class KeyValueCache implements AutoCloseable {
    private final Function<String, Optional<OnnxTensor>> byOutput;
    private final int length;
    private final Runnable release;

    private KeyValueCache(Function<String, Optional<OnnxTensor>> byOutput, int length, Runnable release) {
        this.byOutput = byOutput;
        this.length = length;
        this.release = release;
    }

    /**
     * Takes over what a run gave out.
     *
     * @param length how many positions that holds
     */
    public static KeyValueCache of(OrtSession.Result tensors, int length) {
        return new KeyValueCache(output -> tensors.get(output).map(OnnxTensor.class::cast), length, tensors::close);
    }

    /**
     * That of one block alone.
     *
     * @param keysAndValues {@code [2, texts, heads, positions, width of a head]}
     */
    public static KeyValueCache ofBlock(int block, FloatTensor keysAndValues) {
        long[] shape = IntStream.of(keysAndValues.shape()).asLongStream().toArray();
        try {
            OnnxTensor tensor =
                    OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), keysAndValues.asBuffer(), shape);
            return new KeyValueCache(
                    output -> output.equals(Gpt2Graph.present(block)) ? Optional.of(tensor) : Optional.empty(),
                    (int) shape[3],
                    tensor::close);
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot take keys and values: " + e.getMessage(), e);
        }
    }

    /** How many positions it holds. */
    public int length() {
        return length;
    }

    /** What a run gave out under a name, if it did: keys, values or both of a block, as its graph lays them out. */
    Optional<OnnxTensor> of(String output) {
        return byOutput.apply(output);
    }

    @Override
    public void close() {
        release.run();
    }
}
