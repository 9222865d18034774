package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.residual4j.capture.checkpoint.Checkpoint;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.checkpoint.Weights;
import io.github.residual4j.capture.internal.graph.BuiltGraph;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A model whose graph is built from a checkpoint, a new one for each set of sites that is asked for. */
public final class CheckpointModel implements StreamModel {
    /** Each holds its own repacked copy of the weights it uses, so few are kept. */
    private static final int MAX_SESSIONS = 4;

    private static final long MAX_IDLE_BYTES = 256L << 20;

    private final Gpt2Config config;
    private final RuntimeOptions runtime;
    private final Map<String, OnnxTensor> weights;
    private final boolean languageHead;
    private final SessionCache<OnnxSession> sessions = new SessionCache<>(MAX_SESSIONS, this::newSession);
    private final BufferPool pool = new BufferPool(MAX_IDLE_BYTES);

    private CheckpointModel(
            Gpt2Config config, RuntimeOptions runtime, Map<String, OnnxTensor> weights, boolean languageHead) {
        this.config = config;
        this.languageHead = languageHead;
        this.runtime = runtime;
        this.weights = weights;
    }

    /** Takes in a checkpoint's weights, checking that all are there in the right shape. */
    public static CheckpointModel of(Checkpoint checkpoint, RuntimeOptions runtime) {
        Map<String, OnnxTensor> weights = new LinkedHashMap<>();
        try {
            runtime.newSessionOptions().close(); // so that a device that cannot be used is refused at once
            for (Map.Entry<String, long[]> weight :
                    Gpt2Graph.weights(checkpoint.config()).entrySet()) {
                weights.put(weight.getKey(), tensor(checkpoint.weights(), weight.getKey(), weight.getValue()));
            }
        } catch (OrtException e) {
            weights.values().forEach(OnnxTensor::close);
            throw new CaptureException("ONNX Runtime cannot take up the model: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            weights.values().forEach(OnnxTensor::close);
            throw e;
        }
        return new CheckpointModel(checkpoint.config(), runtime, weights, checkpoint.languageHead());
    }

    private static OnnxTensor tensor(Weights weights, String name, long[] shape) throws OrtException {
        FloatBuffer values = weights.floats(name, shape); // the tensor uses this memory and keeps hold of it
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, shape);
    }

    private OnnxSession newSession(Set<HookKey> sites) {
        BuiltGraph graph = Gpt2Graph.of(config, sites);
        Map<String, OnnxTensor> used = new LinkedHashMap<>(weights);
        used.keySet().retainAll(graph.weights());
        return new OnnxSession(graph.model().toByteArray(), used, runtime);
    }

    @Override
    public Set<HookPoint> offers() {
        return languageHead ? EnumSet.allOf(HookPoint.class) : EnumSet.complementOf(EnumSet.of(HookPoint.LOGITS));
    }

    @Override
    public int blocks() {
        return config.layers();
    }

    @Override
    public boolean runsTogether(Set<HookKey> sites) {
        return true;
    }

    @Override
    public RunValues run(Set<HookKey> sites, Batch batch, Positions logits, Cancellation cancellation) {
        Map<String, long[]> outputs = new LinkedHashMap<>();
        int[] firstRows = firstRows(batch, logits);
        int rows = firstRows[batch.size()];
        sites.forEach(site -> outputs.put(site.name(), shape(site, batch, rows)));
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        try {
            inputs.put(Gpt2Graph.INPUT_IDS, tensor(batch.ids(), batch.size(), batch.length()));
            if (sites.contains(HookKey.of(HookPoint.LOGITS))) {
                inputs.put(Gpt2Graph.LOGIT_ROWS, tensor(logitRows(batch, logits, rows), rows));
            }
            RunOutputs run = sessions.with(sites, session -> session.run(inputs, outputs, pool, cancellation));
            Map<HookKey, FloatBuffer> values = new LinkedHashMap<>();
            sites.forEach(site -> values.put(site, run.values(site.name())));
            return new RunValues(
                    batch, new RunValues.ScoredRows(logits, firstRows, config.vocabulary()), values, run::close);
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot take the tokens: " + e.getMessage(), e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(LongBuffer values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, shape);
    }

    /** Where each text's scored positions begin among those of all texts, and last how many there are. */
    private static int[] firstRows(Batch batch, Positions logits) {
        int[] rows = new int[batch.size() + 1];
        for (int text = 0; text < batch.size(); text++) {
            rows[text + 1] = rows[text] + logits.count(batch.length(text));
        }
        return rows;
    }

    /** Where in {@code [texts · length]} the scored positions are. */
    private static LongBuffer logitRows(Batch batch, Positions logits, int rows) {
        LongBuffer indices = ByteBuffer.allocateDirect(rows * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
        for (int text = 0; text < batch.size(); text++) {
            int length = batch.length(text);
            for (int position = logits.first(length); position < logits.end(length); position++) {
                indices.put((long) text * batch.length() + position);
            }
        }
        return indices.flip();
    }

    private long[] shape(HookKey site, Batch batch, int rows) {
        long texts = batch.size();
        long tokens = batch.length();
        return switch (site.point()) {
            case ATTENTION_PATTERN -> new long[] {texts, config.heads(), tokens, tokens};
            case MLP_PRE, MLP_POST -> new long[] {texts, tokens, config.innerWidth()};
            case LOGITS -> new long[] {rows, config.vocabulary()};
            default -> new long[] {texts, tokens, config.width()};
        };
    }

    @Override
    public void close() {
        sessions.close();
        weights.values().forEach(OnnxTensor::close);
    }
}
