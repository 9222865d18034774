package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Keys and values of the positions that a run has gone through, in ONNX Runtime's own memory until it is closed.
 * Immutable: a run that goes on from it makes a new one.
 */
public final class KeyValueCache implements AutoCloseable {
    /** The axis of the columns in {@code [2, texts, heads, columns, width of a head]}. */
    static final int COLUMNS = 3;

    private final Map<String, Integer> axes; // of the columns, by output
    private final Map<String, OnnxTensor> tensors; // by output
    private final Columns columns;
    private final Runnable release;

    private KeyValueCache(
            Map<String, Integer> axes, Map<String, OnnxTensor> tensors, Columns columns, Runnable release) {
        this.axes = axes;
        this.tensors = tensors;
        this.columns = columns;
        this.release = release;
    }

    /**
     * Takes over what a run gave out.
     *
     * @param axes the outputs that hold keys and values, each with the axis of its columns
     * @param columns what those hold
     */
    public static KeyValueCache of(OrtSession.Result results, Map<String, Integer> axes, Columns columns) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        for (String output : axes.keySet()) {
            tensors.put(output, (OnnxTensor) results.get(output).orElseThrow());
        }
        return new KeyValueCache(axes, tensors, columns, results::close);
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
            String output = Gpt2Graph.present(block);
            List<Integer> lengths = Collections.nCopies((int) shape[1], (int) shape[COLUMNS]);
            return new KeyValueCache(
                    Map.of(output, COLUMNS), Map.of(output, tensor), Columns.inOrder(lengths), tensor::close);
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot take keys and values: " + e.getMessage(), e);
        }
    }

    /** What its columns hold. */
    public Columns columns() {
        return columns;
    }

    /** What a run gave out under a name, if it did: keys, values or both of a block, as its graph lays them out. */
    Optional<OnnxTensor> of(String output) {
        return Optional.ofNullable(tensors.get(output));
    }

    /**
     * A copy for some of the texts; this one stays open. Each text's positions lie in order from the first column on,
     * so that there are no more columns than the longest has positions.
     */
    public KeyValueCache keeping(List<Integer> texts) {
        Columns kept = Columns.inOrder(texts.stream().map(columns::length).toList());
        Map<String, OnnxTensor> copies = new LinkedHashMap<>();
        Runnable close = () -> copies.values().forEach(OnnxTensor::close);
        try {
            for (Map.Entry<String, OnnxTensor> tensor : tensors.entrySet()) {
                int axis = axes.get(tensor.getKey());
                copies.put(tensor.getKey(), copy(tensor.getValue(), axis, texts, kept.count()));
            }
        } catch (OrtException e) {
            close.run();
            throw new CaptureException("ONNX Runtime cannot take keys and values: " + e.getMessage(), e);
        }
        return new KeyValueCache(axes, copies, kept, close);
    }

    /** Of {@code [2, texts, …]} for keys and values in one, or {@code [texts, …]}, those of some texts. */
    private OnnxTensor copy(OnnxTensor tensor, int axis, List<Integer> texts, int count) throws OrtException {
        long[] shape = tensor.getInfo().getShape();
        int textAxis = shape.length == 5 ? 1 : 0;
        int parts = textAxis == 1 ? (int) shape[0] : 1;
        int heads = product(shape, textAxis + 1, axis);
        ByteBuffer all = tensor.getByteBuffer();
        int value = all.remaining() / (parts * columns.texts() * heads * columns.count()); // bytes of one column
        ByteBuffer some = ByteBuffer.allocateDirect(Math.multiplyExact(parts * texts.size() * heads, count * value))
                .order(ByteOrder.nativeOrder());
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < texts.size(); i++) {
                int text = texts.get(i);
                for (int head = 0; head < heads; head++) {
                    int from = ((part * columns.texts() + text) * heads + head) * columns.count();
                    int to = ((part * texts.size() + i) * heads + head) * count;
                    for (int column = 0; column < columns.count(); column++) {
                        if (columns.holds(text, column)) {
                            int place = to + columns.position(text, column);
                            some.put(place * value, all, (from + column) * value, value);
                        }
                    }
                }
            }
        }
        shape[textAxis] = texts.size();
        shape[axis] = count;
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), some, shape, tensor.getInfo().type);
    }

    private static int product(long[] shape, int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= (int) shape[axis];
        }
        return product;
    }

    @Override
    public void close() {
        release.run();
    }
}
