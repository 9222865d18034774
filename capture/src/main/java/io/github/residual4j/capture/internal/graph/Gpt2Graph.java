package io.github.residual4j.capture.internal.graph;

import static io.github.residual4j.capture.internal.graph.GraphNodes.integer;
import static io.github.residual4j.capture.internal.graph.GraphNodes.integers;
import static io.github.residual4j.capture.internal.graph.GraphNodes.real;
import static io.github.residual4j.capture.internal.graph.GraphNodes.tensor;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * GPT-2's forward pass as an ONNX graph. Tensors that are hook points carry their canonical names. Attention is one
 * fused operator unless its inner values are asked for.
 *
 * <p>Axes in comments: B texts, T tokens, D width, H heads, I neurons, V vocabulary, R scored positions.
 */
public final class Gpt2Graph {
    public static final String INPUT_IDS = "input_ids";
    /** Indices into {@code [B·T]} of the positions whose next token is scored, {@code [R]}. */
    public static final String LOGIT_ROWS = "logit_rows";

    private final Gpt2Config config;
    private final Set<HookKey> wanted;
    private final GraphNodes graph = new GraphNodes();

    private Gpt2Graph(Gpt2Config config, Set<HookKey> wanted) {
        this.config = config;
        this.wanted = wanted;
    }

    /** A graph with the wanted sites as its outputs and just the nodes they need. */
    public static BuiltGraph of(Gpt2Config config, Set<HookKey> wanted) {
        Gpt2Graph builder = new Gpt2Graph(config, wanted);
        builder.addAll();
        return builder.graph.build(
                new TreeSet<>(wanted).stream().map(HookKey::name).toList());
    }

    /** Every weight of the model with its shape, in the order they are used. */
    public static Map<String, long[]> weights(Gpt2Config config) {
        Gpt2Graph builder = new Gpt2Graph(config, Set.of());
        builder.addAll();
        return builder.graph.weights();
    }

    private void addAll() {
        String x = embedding();
        layerNorm(x, "h.0.ln_1", name(HookPoint.LN1_NORMALIZED, 0));
        for (int block = 0; block < config.layers(); block++) {
            String h = "h." + block + ".";
            String attention = attention(block, name(HookPoint.LN1_NORMALIZED, block));
            String mid = name(HookPoint.RESID_MID, block);
            String midNormalized = name(HookPoint.LN2_NORMALIZED, block);
            addAndNormalize(x, attention, bias(h + "attn.c_proj", config.width()), mid, h + "ln_2", midNormalized);
            String mlp = mlp(block, midNormalized);
            boolean last = block == config.layers() - 1;
            x = name(HookPoint.RESID_POST, block);
            addAndNormalize(
                    mid,
                    mlp,
                    bias(h + "mlp.c_proj", config.width()),
                    x,
                    last ? "ln_f" : "h." + (block + 1) + ".ln_1",
                    last ? HookKey.of(HookPoint.FINAL).name() : name(HookPoint.LN1_NORMALIZED, block + 1));
        }
        unembedding(HookKey.of(HookPoint.FINAL).name());
    }

    private String embedding() {
        String ids = graph.input(INPUT_IDS, "batch", "tokens"); // [B, T]
        String wte = graph.weight("wte.weight", config.vocabulary(), config.width());
        String wpe = graph.weight("wpe.weight", config.context(), config.width());
        String tokens = graph.add("Gather", "token_embedding", List.of(wte, ids), integer("axis", 0L)); // [B, T, D]
        String shape = graph.add("Shape", "input_shape", List.of(ids));
        String length = graph.add("Gather", "length", List.of(shape, graph.longs(1)), integer("axis", 0L));
        String positions = graph.add("Slice", "position_embedding", List.of(wpe, graph.longs(0), length)); // [T, D]
        return graph.add("Add", HookKey.of(HookPoint.EMBED).name(), List.of(tokens, positions));
    }

    /** What a block's attention adds to the stream, but for its bias. */
    private String attention(int block, String normalized) {
        String h = "h." + block + ".";
        String z = name(HookPoint.Z, block); // [B, T, D], the same memory as [B, T, H, D/H]
        if (wants(block, EnumSet.of(HookPoint.ATTENTION_PATTERN))) {
            queriesKeysValues(block, normalized);
            spelledOutAttention(block, z);
        } else if (wants(block, EnumSet.of(HookPoint.Q, HookPoint.K, HookPoint.V))) {
            queriesKeysValues(block, normalized);
            graph.addFused(
                    "MultiHeadAttention",
                    z,
                    List.of(name(HookPoint.Q, block), name(HookPoint.K, block), name(HookPoint.V, block)),
                    integer("num_heads", (long) config.heads()),
                    integer("unidirectional", 1L),
                    real("scale", config.attentionScale(block)));
        } else {
            graph.addFused(
                    "Attention",
                    z,
                    List.of(
                            normalized,
                            matrix(h + "attn.c_attn", config.width(), 3L * config.width()),
                            bias(h + "attn.c_attn", 3L * config.width())),
                    integer("num_heads", (long) config.heads()),
                    integer("unidirectional", 1L),
                    real("scale", config.attentionScale(block)));
        }
        String output = name(HookPoint.ATTENTION_OUTPUT, block);
        linear(z, h + "attn.c_proj", config.width(), config.width(), output);
        return product(output);
    }

    private void queriesKeysValues(int block, String normalized) {
        String all =
                linear(normalized, "h." + block + ".attn.c_attn", config.width(), 3L * config.width(), "qkv." + block);
        graph.addMany(
                "Split",
                List.of(name(HookPoint.Q, block), name(HookPoint.K, block), name(HookPoint.V, block)), // [B, T, D] each
                List.of(all, graph.longs(config.width(), config.width(), config.width())),
                integer("axis", 2L));
    }

    /** softmax(q·kᵀ·scale + mask)·v, head by head. */
    private void spelledOutAttention(int block, String z) {
        String q = heads(name(HookPoint.Q, block), 0, 2, 1, 3); // [B, H, T, D/H]
        String k = heads(name(HookPoint.K, block), 0, 2, 3, 1); // [B, H, D/H, T]
        String v = heads(name(HookPoint.V, block), 0, 2, 1, 3); // [B, H, T, D/H]
        String products = graph.add("MatMul", "products." + block, List.of(q, k)); // [B, H, T, T]
        String scale = graph.number((float) config.attentionScale(block));
        String scaled = graph.add("Mul", "scaled." + block, List.of(products, scale));
        String masked = graph.add("Add", "scores." + block, List.of(scaled, causalMask(block)));
        String pattern =
                graph.add("Softmax", name(HookPoint.ATTENTION_PATTERN, block), List.of(masked), integer("axis", -1L));
        String gathered = graph.add("MatMul", "gathered." + block, List.of(pattern, v)); // [B, H, T, D/H]
        String byPosition = graph.add(
                "Transpose", "gathered_by_position." + block, List.of(gathered), integers("perm", 0L, 2L, 1L, 3L));
        graph.add("Reshape", z, List.of(byPosition, graph.longs(0, 0, config.width())));
    }

    private String heads(String values, long... order) {
        String split = graph.add(
                "Reshape",
                values + ".heads",
                List.of(values, graph.longs(0, 0, config.heads(), config.headWidth()))); // [B, T, H, D/H]
        return graph.add("Transpose", values + ".by_head", List.of(split), integers("perm", order));
    }

    /** Minus infinity where a position is later than the one that attends, {@code [T, T]}. */
    private String causalMask(int block) {
        String square = graph.add("Concat", "square." + block, List.of("length", "length"), integer("axis", 0L));
        String forbidden = graph.add(
                "ConstantOfShape", "forbidden." + block, List.of(square), tensor("value", Float.NEGATIVE_INFINITY));
        return graph.add("Trilu", "mask." + block, List.of(forbidden, graph.longs(1)), integer("upper", 1L));
    }

    /** What a block's MLP adds to the stream, but for its bias. */
    private String mlp(int block, String normalized) {
        String h = "h." + block + ".";
        String before = linear(
                normalized,
                h + "mlp.c_fc",
                config.width(),
                config.innerWidth(),
                name(HookPoint.MLP_PRE, block)); // [B, T, I]
        String after = activation(before, name(HookPoint.MLP_POST, block));
        String output = name(HookPoint.MLP_OUTPUT, block);
        linear(after, h + "mlp.c_proj", config.innerWidth(), config.width(), output);
        return product(output);
    }

    private String activation(String before, String output) {
        return switch (config.activation()) {
            case GELU_NEW, GELU_PYTORCH_TANH -> graph.addFused("FastGelu", output, List.of(before));
            case GELU -> graph.addFused("Gelu", output, List.of(before));
            case GELU_10 -> {
                String gelu = graph.addFused("Gelu", output + ".gelu", List.of(before));
                yield graph.add("Min", output, List.of(gelu, graph.number(10)));
            }
            case QUICK_GELU -> graph.addFused("QuickGelu", output, List.of(before), real("alpha", 1.702));
            case SILU -> graph.addFused("QuickGelu", output, List.of(before), real("alpha", 1));
            case RELU -> graph.add("Relu", output, List.of(before));
            case TANH -> graph.add("Tanh", output, List.of(before));
        };
    }

    private void unembedding(String normalized) {
        String rows = graph.input(LOGIT_ROWS, "rows");
        String flat =
                graph.add("Reshape", "final_flat", List.of(normalized, graph.longs(-1, config.width()))); // [B·T, D]
        String scored = graph.add("Gather", "scored", List.of(flat, rows), integer("axis", 0L)); // [R, D]
        String head =
                config.tiedHead() ? "wte.weight" : graph.weight("lm_head.weight", config.vocabulary(), config.width());
        graph.add("Gemm", HookKey.of(HookPoint.LOGITS).name(), List.of(scored, head), integer("transB", 1L)); // [R, V]
    }

    private String layerNorm(String x, String norm, String output) {
        return graph.add(
                "LayerNormalization",
                output,
                List.of(x, graph.weight(norm + ".weight", config.width()), bias(norm, config.width())),
                integer("axis", -1L),
                real("epsilon", config.layerNormEpsilon()));
    }

    /**
     * sum = stream + update + bias, and the norm that reads it, in one operator. Without it ONNX Runtime would fuse the
     * two by itself, but only for sums that nobody asked for, and asking for all would cost more than copying them.
     */
    private void addAndNormalize(
            String stream, String update, String bias, String sum, String norm, String normalized) {
        graph.addFusedMany(
                "SkipLayerNormalization",
                List.of(normalized, "", "", sum),
                List.of(
                        stream,
                        update,
                        graph.weight(norm + ".weight", config.width()),
                        bias(norm, config.width()),
                        bias),
                real("epsilon", config.layerNormEpsilon()));
    }

    /** x·W + b, with W stored {@code [in, out]} as GPT-2 does. */
    private String linear(String x, String layer, long in, long out, String output) {
        graph.add("MatMul", product(output), List.of(x, matrix(layer, in, out)));
        return graph.add("Add", output, List.of(product(output), bias(layer, out)));
    }

    /** What a layer's output is before its bias is added. */
    private static String product(String output) {
        return output + ".product";
    }

    private String matrix(String layer, long in, long out) {
        return graph.weight(layer + ".weight", in, out);
    }

    private String bias(String layer, long length) {
        return graph.weight(layer + ".bias", length);
    }

    private static String name(HookPoint point, int block) {
        return HookKey.of(point, block).name();
    }

    private boolean wants(int block, Set<HookPoint> points) {
        return points.stream().anyMatch(point -> wanted.contains(HookKey.of(point, block)));
    }
}
