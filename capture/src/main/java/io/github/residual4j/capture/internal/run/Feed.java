package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.hook.FloatTensor;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The inputs of one run; those made for it are closed with it. */
public final class Feed implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private final List<OnnxTensor> own = new ArrayList<>();

    /** Integers, in a direct buffer. */
    public void put(String name, LongBuffer values, long... shape) throws OrtException {
        own(name, OnnxTensor.createTensor(environment, values, shape));
    }

    /** An array. */
    public void put(String name, FloatTensor values) throws OrtException {
        put(name, values, IntStream.of(values.shape()).asLongStream().toArray());
    }

    /** An array that goes in under another shape. */
    public void put(String name, FloatTensor values, long[] shape) throws OrtException {
        own(name, OnnxTensor.createTensor(environment, values.asBuffer(), shape));
    }

    /** The numbers of edits. */
    public void edits(List<EditShape> edits, RunInputs inputs) throws OrtException {
        for (int number = 0; number < edits.size(); number++) {
            for (String name : edits.get(number).inputs()) {
                put(EditShape.input(number, name), inputs.edits().get(number).get(name));
            }
        }
    }

    /** A tensor made for this run, to be closed with it. */
    public void own(String name, OnnxTensor tensor) {
        own.add(tensor);
        tensors.put(name, tensor);
    }

    /** A tensor that stays open. */
    void lend(String name, OnnxTensor tensor) {
        tensors.put(name, tensor);
    }

    /** What an earlier run gave out and its cache keeps open. */
    public void lend(String name, KeyValueCache cache, String output) {
        lend(name, cache.of(output).orElseThrow());
    }

    /** All inputs by name. */
    public Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        own.forEach(OnnxTensor::close);
    }
}
