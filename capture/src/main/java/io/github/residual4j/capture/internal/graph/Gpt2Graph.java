package io.github.residual4j.capture.internal.graph;

import static io.github.residual4j.capture.internal.graph.Attributes.integer;
import static io.github.residual4j.capture.internal.graph.Attributes.integers;
import static io.github.residual4j.capture.internal.graph.Attributes.real;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * GPT-2's forward pass as an ONNX graph, written down as its formulas. Every value that is a hook point passes through
 * {@link Hooks}; fused operators are chosen afterwards, see {@link Fusion}.
 *
 * <p>Axes in comments: B texts, T tokens of this run, D width, I neurons, V vocabulary, R scored positions.
 */
public final class Gpt2Graph {
    /** Token ids, int64 {@code [B, T]}. */
    public static final String INPUT_IDS = "input_ids";
    /** Indices into {@code [B·T]} of the positions whose next token is scored, int64 {@code [R]}. */
    public static final String LOGIT_ROWS = "logit_rows";
    /** States of the stream to begin with, float32 {@code [B, T, D]}. */
    public static final String START = "start";
    /** With a cache, the position of each token in its text, int64 {@code [B, T]}. */
    public static final String POSITIONS = "positions";
    /** With a cache, 1 for each column of keys that a text may attend to and 0 for others, int64 {@code [B, P + T]}. */
    public static final String ATTENDED = "attended";

    private static final Set<HookPoint> AFTER_ATTENTION = EnumSet.range(HookPoint.ATTENTION_OUTPUT, HookPoint.FINAL);

    private final Gpt2Config config;
    private final RunPlan plan;
    private final GraphWriter graph = new GraphWriter();
    private final Hooks hooks;
    private final Value logitRows;

    private Gpt2Graph(Gpt2Config config, RunPlan plan) {
        this.config = config;
        this.plan = plan;
        hooks = new Hooks(graph, config, plan);
        logitRows = graph.input(LOGIT_ROWS, TensorProto.DataType.INT64);
    }

    /** The input that holds a block's keys and values so far, float32 {@code [2, B, H, P, D/H]}. */
    public static String past(int block) {
        return "past." + block;
    }

    /** The output that holds a block's keys and values, float32 {@code [2, B, H, P + T, D/H]}. */
    public static String present(int block) {
        return "present." + block;
    }

    /** The weight that logits are products with, float32 {@code [V, D]}. */
    public static String unembedding(Gpt2Config config) {
        return config.tiedHead() ? "wte.weight" : "lm_head.weight";
    }

    /** A graph that does what is planned, with just the operators it needs. */
    public static BuiltGraph of(Gpt2Config config, RunPlan plan) {
        Gpt2Graph gpt2 = new Gpt2Graph(config, plan);
        gpt2.addAll();
        return gpt2.graph.build();
    }

    /** Every weight of the model with its shape, in the order they are used. */
    public static Map<String, long[]> weights(Gpt2Config config) {
        Gpt2Graph gpt2 = new Gpt2Graph(config, RunPlan.reading(List.of()));
        gpt2.addAll();
        return gpt2.graph.weights();
    }

    private void addAll() {
        boolean fromStates = plan.startBlock().isPresent();
        Value begin = fromStates
                ? graph.input(START, TensorProto.DataType.FLOAT)
                : graph.input(INPUT_IDS, TensorProto.DataType.INT64);
        Value shape = graph.add("Shape", List.of(begin));
        Value length = graph.add("Gather", List.of(shape, graph.longs(1)), integer("axis", 0L));
        Gpt2Attention attention = new Gpt2Attention(graph, config, plan, hooks, length);
        Value state = fromStates ? begin : embedding(begin, shape, length);
        blocks(plan.startBlock().orElse(0), state, attention);
    }

    private Value embedding(Value ids, Value shape, Value length) {
        Value wte = graph.weight("wte.weight", config.vocabulary(), config.width());
        Value wpe = graph.weight("wpe.weight", config.context(), config.width());
        Value gathered = graph.add("Gather", List.of(wte, ids), integer("axis", 0L)); // [B, T, D]
        Value tokens = hooks.at(HookPoint.TOKEN_EMBED, 0, gathered);
        Value positions;
        if (plan.takesCache()) {
            Value places = graph.input(POSITIONS, TensorProto.DataType.INT64);
            positions = graph.add("Gather", List.of(wpe, places), integer("axis", 0L)); // [B, T, D]
        } else {
            positions = graph.add("Slice", List.of(wpe, graph.longs(0), length)); // [T, D], the same for every text
            if (hooks.touches(HookPoint.POSITION_EMBED, 0)) {
                Value all = graph.add("Concat", List.of(shape, graph.longs(config.width())), integer("axis", 0L));
                positions = graph.add("Expand", List.of(positions, all));
            }
        }
        Value added = hooks.at(HookPoint.POSITION_EMBED, 0, positions);
        return hooks.at(HookPoint.EMBED, 0, graph.add("Add", List.of(tokens, added)));
    }

    private void blocks(int first, Value state, Gpt2Attention attention) {
        Normalized x = new Normalized(state, state);
        if (first < config.blocks()) {
            Value pre = hooks.at(HookPoint.RESID_PRE, first, state);
            x = new Normalized(pre, layerNorm(pre, Norm.LN1, first));
        } else {
            x = new Normalized(state, layerNorm(state, Norm.FINAL, 0));
        }
        boolean scoresAlone = first < config.blocks() && scoresAlone();
        for (int block = first; block < config.blocks(); block++) {
            Value z = hooks.at(HookPoint.Z, block, attention.gather(block, x.normalized()));
            if (scoresAlone && block == config.blocks() - 1) {
                z = scored(z);
                x = new Normalized(scored(x.state()), Value.NONE);
            }
            x = outputOfAttention(block, x.state(), z);
            x = mlpOfBlock(block, x);
        }
        unembedding(scoresAlone ? x.normalized() : scored(x.normalized()));
    }

    /**
     * Whether nothing after the last block's attention is looked at or changed but the logits. Then whatever comes after it
     * is computed for the scored positions alone.
     */
    private boolean scoresAlone() {
        int last = config.blocks() - 1;
        return plan.reads().contains(HookKey.of(HookPoint.LOGITS))
                && AFTER_ATTENTION.stream().noneMatch(point -> hooks.touches(point, point.isInEveryBlock() ? last : 0));
    }

    /** The scored positions of a value {@code [B, T, D]}: {@code [R, D]}. */
    private Value scored(Value x) {
        Value flat = graph.add("Reshape", List.of(x, graph.longs(-1, config.width()))); // [B·T, D]
        return graph.add("Gather", List.of(flat, logitRows), integer("axis", 0L));
    }

    /** A state of the stream, and what the norm that reads it makes of it, both {@code [B, T, D]}. */
    private record Normalized(Value state, Value normalized) {}

    /** The layer norms, by what comes before their weights' names and by the hook points inside and after them. */
    private enum Norm {
        LN1("ln_1", HookPoint.LN1_SCALE, HookPoint.LN1_NORMALIZED),
        LN2("ln_2", HookPoint.LN2_SCALE, HookPoint.LN2_NORMALIZED),
        FINAL("ln_f", HookPoint.FINAL_SCALE, HookPoint.FINAL);

        private final String weights;
        private final HookPoint scale;
        private final HookPoint normalized;

        Norm(String weights, HookPoint scale, HookPoint normalized) {
            this.weights = weights;
            this.scale = scale;
            this.normalized = normalized;
        }

        String weightsIn(int block) {
            return this == FINAL ? weights : "h." + block + "." + weights;
        }
    }

    private Normalized outputOfAttention(int block, Value state, Value z) {
        String layer = "h." + block + ".attn.c_proj";
        Value product = product(z, layer, config.width(), config.width());
        Update update =
                new Update(product, bias(layer, config.width()), HookPoint.ATTENTION_OUTPUT, HookPoint.RESID_MID);
        return addAndNormalize(block, state, update, Norm.LN2, block);
    }

    private Normalized mlpOfBlock(int block, Normalized x) {
        String in = "h." + block + ".mlp.c_fc";
        String out = "h." + block + ".mlp.c_proj";
        Value sum = graph.add(
                "Add",
                List.of(
                        product(x.normalized(), in, config.width(), config.innerWidth()),
                        bias(in, config.innerWidth())));
        Value before = hooks.at(HookPoint.MLP_PRE, block, sum); // [B, T, I]
        Value after = hooks.at(HookPoint.MLP_POST, block, activation(before));
        Value product = product(after, out, config.innerWidth(), config.width());
        Update update = new Update(product, bias(out, config.width()), HookPoint.MLP_OUTPUT, HookPoint.RESID_POST);
        boolean last = block == config.blocks() - 1;
        return addAndNormalize(block, x.state(), update, last ? Norm.FINAL : Norm.LN1, last ? 0 : block + 1);
    }

    /** What is added to the stream: a product and its bias, and the hook points of their sum and of the stream after it. */
    private record Update(Value product, Value bias, HookPoint output, HookPoint state) {}

    /**
     * stream + (product + bias), and the norm that reads it. ONNX Runtime would fuse these by itself, but only for sums
     * that nobody asked for, and asking for all would cost more than copying them.
     *
     * @param nextBlock the block that the norm belongs to
     */
    private Normalized addAndNormalize(int block, Value stream, Update update, Norm norm, int nextBlock) {
        GraphWriter.Opened withBias = graph.open();
        Value sum = graph.add("Add", List.of(update.product, update.bias));
        Value output = hooks.at(update.output, block, sum);
        GraphWriter.Opened withoutBias = graph.open();
        Value state = hooks.at(update.state, block, graph.add("Add", List.of(stream, output)));
        Value read = norm == Norm.LN1 ? hooks.at(HookPoint.RESID_PRE, nextBlock, state) : state;
        Value plain = plainLayerNorm(read, norm, nextBlock);
        List<Value> results = List.of(plain, Value.NONE, Value.NONE, state);
        Value weight = graph.weight(norm.weightsIn(nextBlock) + ".weight", config.width());
        Value bias = bias(norm.weightsIn(nextBlock), config.width());
        graph.close(withoutBias, skipLayerNorm(List.of(stream, output, weight, bias), results));
        graph.close(withBias, skipLayerNorm(List.of(stream, update.product, weight, bias, update.bias), results));
        return new Normalized(read, hooks.at(norm.normalized, nextBlock, plain));
    }

    private Operator skipLayerNorm(List<Value> operands, List<Value> results) {
        return new Operator(
                GraphWriter.MICROSOFT,
                "SkipLayerNormalization",
                operands,
                results,
                List.of(real("epsilon", config.layerNormEpsilon())));
    }

    private Value layerNorm(Value x, Norm norm, int block) {
        return hooks.at(norm.normalized, block, plainLayerNorm(x, norm, block));
    }

    /** (x − mean) / √(variance + epsilon) · weight + bias, before the hook point after it. */
    private Value plainLayerNorm(Value x, Norm norm, int block) {
        Value weight = graph.weight(norm.weightsIn(block) + ".weight", config.width());
        Value bias = bias(norm.weightsIn(block), config.width());
        GraphWriter.Opened all = graph.open();
        Value centered = graph.add("Sub", List.of(x, meanOf(x)));
        Value variance = meanOf(graph.add("Mul", List.of(centered, centered)));
        Value epsilon = graph.number((float) config.layerNormEpsilon());
        Value root = graph.add("Sqrt", List.of(graph.add("Add", List.of(variance, epsilon)))); // [B, T, 1]
        Value scale = hooks.at(norm.scale, block, root);
        Value scaled = graph.add("Mul", List.of(graph.add("Div", List.of(centered, scale)), weight));
        Value normalized = graph.add("Add", List.of(scaled, bias));
        List<AttributeProto> attributes = List.of(integer("axis", -1L), real("epsilon", config.layerNormEpsilon()));
        graph.close(
                all, new Operator("", "LayerNormalization", List.of(x, weight, bias), List.of(normalized), attributes));
        return normalized;
    }

    private Value meanOf(Value x) {
        return graph.add("ReduceMean", List.of(x), integers("axes", -1L), integer("keepdims", 1L));
    }

    private Value activation(Value x) {
        return switch (config.activation()) {
            case GELU_NEW, GELU_PYTORCH_TANH -> graph.addFused("FastGelu", List.of(x));
            case GELU -> graph.addFused("Gelu", List.of(x));
            case GELU_10 -> graph.add("Min", List.of(graph.addFused("Gelu", List.of(x)), graph.number(10)));
            case QUICK_GELU -> graph.addFused("QuickGelu", List.of(x), real("alpha", 1.702));
            case SILU -> graph.addFused("QuickGelu", List.of(x), real("alpha", 1));
            case RELU -> graph.add("Relu", List.of(x));
            case TANH -> graph.add("Tanh", List.of(x));
        };
    }

    private void unembedding(Value scored) {
        Value head = graph.weight(unembedding(config), config.vocabulary(), config.width());
        List<Value> operands = config.headBias()
                ? List.of(scored, head, graph.weight("lm_head.bias", config.vocabulary()))
                : List.of(scored, head);
        Value logits = graph.add("Gemm", operands, integer("transB", 1L)); // [R, V]
        hooks.at(HookPoint.LOGITS, 0, logits);
    }

    /** x·W, with W stored {@code [in, out]} as GPT-2 does. */
    private Value product(Value x, String layer, long in, long out) {
        return graph.add("MatMul", List.of(x, graph.weight(layer + ".weight", in, out)));
    }

    private Value bias(String layer, long length) {
        return graph.weight(layer + ".bias", length);
    }
}
