package io.github.residual4j.capture.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.residual4j.CaptureException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One ONNX Runtime session with the options that must outlive it. Safe to share between threads until closed. */
final class OnnxSession implements LoadedGraph {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final SessionOptions options;
    private final OrtSession session;

    /**
     * Makes a session of a model in memory.
     *
     * @param weights initializers handed over by name; they must stay open as long as the session
     */
    OnnxSession(byte[] model, Map<String, ? extends OnnxTensorLike> weights, RuntimeOptions runtime) {
        try {
            options = runtime.newSessionOptions();
            try {
                options.addExternalInitializers(new LinkedHashMap<>(weights));
                session = environment.createSession(model, options);
            } catch (OrtException | RuntimeException e) {
                options.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot prepare the model: " + e.getMessage(), e);
        }
    }

    /**
     * Runs the model, which writes its outputs straight into lent memory.
     *
     * @param outputs the outputs to compute with their shapes
     * @return the outputs' values; their memory goes back to the pool through {@link Lent#close()}
     */
    Lent run(Map<String, OnnxTensor> inputs, Map<String, long[]> outputs, BufferPool pool) {
        List<ByteBuffer> memory = new ArrayList<>();
        Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
        Map<String, FloatBuffer> values = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, long[]> output : outputs.entrySet()) {
                FloatBuffer buffer = lend(output.getKey(), output.getValue(), pool, memory);
                values.put(output.getKey(), buffer);
                pinned.put(output.getKey(), OnnxTensor.createTensor(environment, buffer, output.getValue()));
            }
            session.run(inputs, Set.of(), pinned).close();
            return new Lent(values, memory, pool);
        } catch (OrtException e) {
            memory.forEach(pool::giveBack);
            throw new CaptureException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        } finally {
            pinned.values().forEach(OnnxTensor::close);
        }
    }

    private static FloatBuffer lend(String output, long[] shape, BufferPool pool, List<ByteBuffer> memory) {
        long count = 1;
        for (long axis : shape) {
            count = Math.multiplyExact(count, axis);
        }
        if (count > Integer.MAX_VALUE / Float.BYTES) {
            throw new CaptureException("The values of " + output + " would take " + count * Float.BYTES
                    + " bytes, more than the 2 GiB one array can hold; ask for fewer positions or shorter texts.");
        }
        ByteBuffer buffer = pool.borrow(count * Float.BYTES);
        memory.add(buffer);
        return buffer.asFloatBuffer().limit((int) count);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot close the model: " + e.getMessage(), e);
        } finally {
            options.close();
        }
    }

    /** Output values by name, in memory that belongs to a pool. */
    record Lent(Map<String, FloatBuffer> values, List<ByteBuffer> memory, BufferPool pool) implements AutoCloseable {
        @Override
        public void close() {
            memory.forEach(pool::giveBack);
        }
    }
}
