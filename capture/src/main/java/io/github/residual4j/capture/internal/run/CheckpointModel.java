package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.checkpoint.Weights;
import io.github.residual4j.capture.internal.graph.BuiltGraph;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.text.Counted;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** A model whose graph is built from a checkpoint, a new one for each plan. */
public final class CheckpointModel implements StreamModel {
    /** Each holds its own repacked copy of the weights it uses, so few are kept. */
    private static final int MAX_SESSIONS = 4;

    private static final long MAX_IDLE_BYTES = 256L << 20;

    private final Gpt2Config config;
    private final Weights source;
    private final RuntimeOptions runtime;
    private final Map<String, OnnxTensor> weights;
    private final boolean languageHead;
    private final SessionCache<OnnxSession> sessions = new SessionCache<>(MAX_SESSIONS, this::newSession);
    private final BufferPool pool = new BufferPool(MAX_IDLE_BYTES);

    private CheckpointModel(Checkpoint checkpoint, RuntimeOptions runtime, Map<String, OnnxTensor> weights) {
        config = checkpoint.config();
        source = checkpoint.weights();
        languageHead = checkpoint.languageHead();
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
        return new CheckpointModel(checkpoint, runtime, weights);
    }

    private static OnnxTensor tensor(Weights weights, String name, long[] shape) throws OrtException {
        FloatBuffer values = weights.floats(name, shape); // the tensor uses this memory and keeps hold of it
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, shape);
    }

    private OnnxSession newSession(RunPlan plan) {
        BuiltGraph graph = graph(plan);
        Map<String, OnnxTensor> used = new LinkedHashMap<>(weights);
        used.keySet().retainAll(graph.weights());
        return new OnnxSession(graph.model().toByteArray(), graph.inputs(), used, runtime);
    }

    /**
     * What does as planned. A run of nothing but the final norm and the unembedding reads the latter where it lies: a session
     * that takes it in holds a copy of it, and two while it is made.
     */
    private BuiltGraph graph(RunPlan plan) {
        BuiltGraph graph = Gpt2Graph.of(config, plan);
        boolean readsOut = plan.startBlock().equals(OptionalInt.of(config.blocks()));
        return readsOut && runtime.device() instanceof Device.Cpu
                ? graph.feeding(Gpt2Graph.unembedding(config))
                : graph;
    }

    @Override
    public Set<HookPoint> offers() {
        return languageHead ? EnumSet.allOf(HookPoint.class) : EnumSet.complementOf(EnumSet.of(HookPoint.LOGITS));
    }

    @Override
    public boolean canEdit(HookKey key) {
        return key.point() != HookPoint.LOGITS || languageHead;
    }

    @Override
    public boolean canStartAt(int block) {
        return block >= 0 && block <= config.blocks();
    }

    @Override
    public boolean keepsCache() {
        return true;
    }

    @Override
    public boolean scoresChosenPositions() {
        return true;
    }

    @Override
    public Optional<Readout> readout() {
        if (!languageHead) {
            return Optional.empty();
        }
        int width = config.width();
        return Optional.of(new Readout(
                false,
                config.layerNormEpsilon(),
                source.floats("ln_f.weight", width),
                Optional.of(source.floats("ln_f.bias", width)),
                source.floats(Gpt2Graph.unembedding(config), config.vocabulary(), width),
                true,
                config.headBias()
                        ? Optional.of(source.floats("lm_head.bias", config.vocabulary()))
                        : Optional.empty()));
    }

    @Override
    public Optional<OutputProjection> outputProjection(int block) {
        return Optional.of(projection("h." + block + ".attn.c_proj", config.width()));
    }

    @Override
    public Optional<OutputProjection> neuronProjection(int block) {
        return Optional.of(projection("h." + block + ".mlp.c_proj", config.innerWidth()));
    }

    private OutputProjection projection(String layer, int in) {
        return new OutputProjection(
                source.floats(layer + ".weight", in, config.width()), source.floats(layer + ".bias", config.width()));
    }

    @Override
    public OptionalDouble embeddingDeviation() {
        FloatBuffer values = source.floats("wte.weight", config.vocabulary(), config.width());
        double sum = 0;
        double squares = 0;
        int count = values.remaining();
        for (int i = 0; i < count; i++) {
            double value = values.get(i);
            sum += value;
            squares += value * value;
        }
        double mean = sum / count;
        return OptionalDouble.of(Math.sqrt(Math.max(0, squares / count - mean * mean)));
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public boolean sharesScales() {
        return false;
    }

    @Override
    public int blocks() {
        return config.blocks();
    }

    @Override
    public boolean runsTogether(RunPlan plan) {
        return true;
    }

    @Override
    public RunValues run(RunPlan plan, Batch batch, RunInputs inputs, Cancellation cancellation) {
        Columns before = inputs.columnsBefore(batch);
        Columns columns = before.and(batch);
        for (int text = 0; text < batch.size(); text++) {
            if (columns.length(text) > config.context()) {
                throw new BadRequestException("After " + Counted.of(before.length(text), "position") + " another "
                        + batch.length(text) + " go beyond the model's context of " + config.context() + ".");
            }
        }
        int[] firstRows = firstRows(batch, inputs.logits());
        Map<String, long[]> outputs = new LinkedHashMap<>();
        plan.reads()
                .forEach(key -> outputs.put(key.name(), shape(key, batch, columns.count(), firstRows[batch.size()])));
        Map<String, Integer> left = new LinkedHashMap<>(); // with the axis of the columns
        if (plan.givesCache()) {
            for (int block = plan.startBlock().orElse(0); block < config.blocks(); block++) {
                left.put(Gpt2Graph.present(block), KeyValueCache.COLUMNS);
            }
        }
        try (Feed feed = feed(plan, batch, columns, inputs, firstRows[batch.size()])) {
            RunOutputs run = sessions.with(
                    plan, session -> session.run(feed.tensors(), outputs, left.keySet(), pool, cancellation));
            Map<HookKey, FloatBuffer> values = new LinkedHashMap<>();
            plan.reads().forEach(key -> values.put(key, run.values(key.name())));
            Optional<KeyValueCache> cache =
                    left.isEmpty() ? Optional.empty() : Optional.of(KeyValueCache.of(run.takeLeft(), left, columns));
            return new RunValues(
                    batch,
                    columns,
                    new RunValues.ScoredRows(inputs.logits(), firstRows, config.vocabulary()),
                    values,
                    cache,
                    run::close);
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot take the tokens: " + e.getMessage(), e);
        }
    }

    private Feed feed(RunPlan plan, Batch batch, Columns columns, RunInputs inputs, int rows) throws OrtException {
        Feed feed = new Feed();
        try {
            if (plan.startBlock().isEmpty()) {
                feed.put(Gpt2Graph.INPUT_IDS, batch.ids(), batch.size(), batch.length());
            } else {
                feed.put(Gpt2Graph.START, inputs.start().orElseThrow());
            }
            feed.put(Gpt2Graph.LOGIT_ROWS, logitRows(batch, inputs.logits(), rows), rows);
            if (plan.takesCache()) {
                KeyValueCache cache = inputs.cache().orElseThrow();
                feed.put(Gpt2Graph.POSITIONS, positions(batch, columns), batch.size(), batch.length());
                feed.put(Gpt2Graph.ATTENDED, attended(batch, columns), batch.size(), columns.count());
                for (int block = plan.startBlock().orElse(0); block < config.blocks(); block++) {
                    String past = Gpt2Graph.past(block);
                    cache.of(Gpt2Graph.present(block)).ifPresent(tensor -> feed.lend(past, tensor));
                }
            }
            feed.lend(Gpt2Graph.unembedding(config), weights.get(Gpt2Graph.unembedding(config)));
            feed.edits(plan.edits(), inputs);
            return feed;
        } catch (OrtException | RuntimeException e) {
            feed.close();
            throw e;
        }
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
        LongBuffer indices = longs(rows);
        for (int text = 0; text < batch.size(); text++) {
            int length = batch.length(text);
            for (int position = logits.first(length); position < logits.end(length); position++) {
                indices.put((long) text * batch.length() + position);
            }
        }
        return indices.flip();
    }

    /** The position of each token, {@code [texts, length]}; any for what fills a text up. */
    private static LongBuffer positions(Batch batch, Columns columns) {
        LongBuffer positions = longs(batch.size() * batch.length());
        for (int text = 0; text < batch.size(); text++) {
            for (int column = columns.count() - batch.length(); column < columns.count(); column++) {
                positions.put(Math.max(0, columns.position(text, column)));
            }
        }
        return positions.flip();
    }

    /** 1 for each column that later positions may attend to, {@code [texts, columns]}; all of the batch itself. */
    private static LongBuffer attended(Batch batch, Columns columns) {
        int before = columns.count() - batch.length();
        LongBuffer attended = longs(batch.size() * columns.count());
        for (int text = 0; text < batch.size(); text++) {
            for (int column = 0; column < columns.count(); column++) {
                attended.put(column >= before || columns.holds(text, column) ? 1 : 0);
            }
        }
        return attended.flip();
    }

    private static LongBuffer longs(int count) {
        return ByteBuffer.allocateDirect(count * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    /** How many graphs are loaded. */
    int sessionsHeld() {
        return sessions.size();
    }

    private long[] shape(HookKey key, Batch batch, int columns, int rows) {
        long texts = batch.size();
        long tokens = batch.length();
        return switch (key.point()) {
            case ATTENTION_PATTERN, ATTENTION_SCORES -> new long[] {texts, config.heads(), tokens, columns};
            case LN1_SCALE, LN2_SCALE, FINAL_SCALE -> new long[] {texts, tokens, 1};
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
