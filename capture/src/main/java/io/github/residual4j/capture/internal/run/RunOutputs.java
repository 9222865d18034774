package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.error.CaptureException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one run gives out, as float32. Outputs whose shape is known beforehand are written by ONNX Runtime straight into
 * memory lent by a pool, which goes back by {@link #close()}.
 */
public final class RunOutputs implements AutoCloseable {
    private final BufferPool pool;
    private final List<ByteBuffer> memory = new ArrayList<>();
    private final Map<String, FloatBuffer> values = new HashMap<>();
    private OrtSession.@Nullable Result kept;

    private RunOutputs(BufferPool pool) {
        this.pool = pool;
    }

    /**
     * Runs a session.
     *
     * @param shapes outputs of type float32 with their shapes
     * @param others outputs of any floating-point type, or of int32 or int64, whose shape need not be known
     * @param left outputs that stay in the runtime's memory, for {@link #takeLeft()}
     * @throws CaptureException if the run was cancelled or interrupted, or an output is beyond 2 GiB
     * @throws OrtException if it fails
     */
    public static RunOutputs of(
            OrtSession session,
            Map<String, OnnxTensor> inputs,
            Map<String, long[]> shapes,
            Set<String> others,
            Set<String> left,
            BufferPool pool,
            Cancellation cancellation)
            throws OrtException {
        RunOutputs outputs = new RunOutputs(pool);
        Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
        boolean done = false;
        try {
            for (Map.Entry<String, long[]> shape : shapes.entrySet()) {
                pinned.put(shape.getKey(), outputs.pin(shape.getKey(), shape.getValue()));
            }
            Set<String> requested = new HashSet<>(others);
            requested.addAll(left);
            OrtSession.Result result = cancellation.run(session, inputs, requested, pinned);
            outputs.kept = result;
            for (String name : others) {
                outputs.values.put(name, floats(result.get(name).orElseThrow()));
            }
            if (left.isEmpty()) {
                outputs.takeLeft().close();
            }
            done = true;
            return outputs;
        } finally {
            pinned.values().forEach(OnnxTensor::close);
            if (!done) {
                outputs.close();
            }
        }
    }

    private OnnxTensor pin(String output, long[] shape) throws OrtException {
        long count = 1;
        for (long axis : shape) {
            count = Math.multiplyExact(count, axis);
        }
        if (count > Integer.MAX_VALUE / Float.BYTES) {
            throw new CaptureException("The values of " + output + " would take " + count * Float.BYTES
                    + " bytes, more than the 2 GiB one array can hold; ask for fewer positions or shorter texts.");
        }
        ByteBuffer bytes = pool.borrow(count * Float.BYTES);
        memory.add(bytes);
        FloatBuffer floats = bytes.asFloatBuffer().limit((int) count);
        values.put(output, floats);
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), floats, shape);
    }

    private static FloatBuffer floats(OnnxValue value) {
        OnnxTensor tensor = (OnnxTensor) value;
        switch (tensor.getInfo().type) {
            case FLOAT, FLOAT16, BFLOAT16 -> {
                return tensor.getFloatBuffer();
            }
            case DOUBLE -> {
                DoubleBuffer doubles = tensor.getDoubleBuffer();
                return floats(doubles.remaining(), i -> (float) doubles.get(i));
            }
            case INT64 -> {
                LongBuffer longs = tensor.getLongBuffer();
                return floats(longs.remaining(), longs::get);
            }
            case INT32 -> {
                IntBuffer ints = tensor.getIntBuffer();
                return floats(ints.remaining(), ints::get);
            }
            default -> throw new IllegalStateException(value.getInfo() + " was asked for as floats");
        }
    }

    private interface Values {
        float get(int index);
    }

    private static FloatBuffer floats(int count, Values values) {
        FloatBuffer floats = FloatBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            floats.put(i, values.get(i));
        }
        return floats;
    }

    /** The values of an output that was asked for. */
    public FloatBuffer values(String output) {
        FloatBuffer found = values.get(output);
        if (found == null) {
            throw new IllegalStateException(output + " was not asked for");
        }
        return found;
    }

    /** What the run left in the runtime's memory, to be closed by whoever takes it; to be taken once. */
    public OrtSession.Result takeLeft() {
        OrtSession.Result left = Objects.requireNonNull(kept);
        kept = null;
        return left;
    }

    /** Gives the memory back; the values may not be used any more. Closing it again does nothing. */
    @Override
    public void close() {
        if (kept != null) {
            takeLeft().close();
        }
        values.clear();
        memory.forEach(pool::giveBack);
        memory.clear();
    }
}
