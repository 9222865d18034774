package io.github.residual4j.capture.internal.onnx.foreign;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.residual4j.BadFileException;
import io.github.residual4j.CaptureException;
import io.github.residual4j.capture.internal.onnx.LoadedGraph;
import io.github.residual4j.capture.internal.onnx.RuntimeOptions;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A foreign model loaded for some of its tensors. Safe to share between threads; not to be closed while it runs. */
final class ForeignSession implements LoadedGraph {
    private static final String WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path";

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final ForeignModel model;
    private final List<InputPlan> inputs;
    private final Set<String> tensors;
    private final SessionOptions options;
    private final OrtSession session;

    /**
     * Loads what computes some tensors.
     *
     * @throws BadFileException if the runtime refuses the file
     */
    ForeignSession(ForeignModel model, Set<String> tensors, RuntimeOptions runtime) {
        this.model = model;
        this.tensors = Set.copyOf(tensors);
        ModelProto runnable = model.runnable(tensors);
        Set<String> names = runnable.getGraph().getInputList().stream()
                .map(ValueInfoProto::getName)
                .collect(Collectors.toSet());
        inputs = model.inputs().stream()
                .filter(plan -> names.contains(plan.input().name()))
                .toList();
        try {
            options = runtime.newSessionOptions();
            try {
                options.addConfigEntry(WEIGHTS_FOLDER, model.weightsFolder().toString());
                session = environment.createSession(runnable.toByteArray(), options);
            } catch (OrtException | RuntimeException e) {
                options.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new BadFileException(
                    model.file(),
                    "is refused by ONNX Runtime: " + e.getMessage().strip(),
                    e);
        }
    }

    /**
     * Runs one text.
     *
     * @param ids its token ids
     * @return the tensors' values as float32
     * @throws CaptureException if the runtime cannot run it
     */
    Map<String, FloatBuffer> run(long[] ids) {
        Map<String, OnnxTensor> feed = new HashMap<>();
        try {
            for (InputPlan plan : inputs) {
                feed.put(plan.input().name(), plan.tensor(environment, ids));
            }
            Map<String, FloatBuffer> values = new HashMap<>();
            try (OrtSession.Result result = session.run(feed, tensors)) {
                for (String name : tensors) {
                    values.put(name, floats(name, result.get(name).orElseThrow()));
                }
            }
            return values;
        } catch (OrtException e) {
            throw new CaptureException(
                    "ONNX Runtime cannot run " + model.file().getFileName() + " on " + ids.length + " tokens: "
                            + e.getMessage().strip(),
                    e);
        } finally {
            feed.values().forEach(OnnxTensor::close);
        }
    }

    private FloatBuffer floats(String name, OnnxValue value) {
        if (value instanceof OnnxTensor tensor) {
            switch (tensor.getInfo().type) {
                case FLOAT, FLOAT16, BFLOAT16 -> {
                    return tensor.getFloatBuffer();
                }
                case DOUBLE -> {
                    DoubleBuffer doubles = tensor.getDoubleBuffer();
                    FloatBuffer floats = FloatBuffer.allocate(doubles.remaining());
                    while (doubles.hasRemaining()) {
                        floats.put((float) doubles.get());
                    }
                    return floats.flip();
                }
                default -> {}
            }
        }
        throw new CaptureException(
                "\"" + name + "\" of " + model.file().getFileName() + " holds " + value.getInfo() + ", not floats.");
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
}
