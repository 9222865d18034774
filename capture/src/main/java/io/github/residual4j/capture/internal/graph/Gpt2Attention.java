package io.github.residual4j.capture.internal.graph;

import static io.github.residual4j.capture.internal.graph.Attributes.integer;
import static io.github.residual4j.capture.internal.graph.Attributes.integers;
import static io.github.residual4j.capture.internal.graph.Attributes.real;
import static io.github.residual4j.capture.internal.graph.Attributes.tensor;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.hook.HookPoint;
import java.util.List;

/**
 * The attention of GPT-2's blocks. Axes in comments: B texts, T tokens of this run, P columns of the cache before them,
 * S = P + T, D width, H heads.
 */
final class Gpt2Attention {
    private final GraphWriter graph;
    private final Gpt2Config config;
    private final RunPlan plan;
    private final Hooks hooks;
    private final Value attended;
    private final Value mask;

    /** @param length the number of tokens, {@code [1]} */
    Gpt2Attention(GraphWriter graph, Gpt2Config config, RunPlan plan, Hooks hooks, Value length) {
        this.graph = graph;
        this.config = config;
        this.plan = plan;
        this.hooks = hooks;
        if (plan.takesCache()) {
            attended = graph.add(
                    "Cast",
                    List.of(graph.input(Gpt2Graph.ATTENDED, TensorProto.DataType.INT64)),
                    integer("to", TensorProto.DataType.INT32.getNumber()));
            mask = maskAfterCache(length);
        } else {
            attended = Value.NONE;
            mask = causalMask(length, length, graph.longs(0));
        }
    }

    /** What its heads gather for each position, {@code [B, T, D]}, which is the same memory as {@code [B, T, H, D/H]}. */
    Value gather(int block, Value normalized) {
        String layer = "h." + block + ".attn.c_attn";
        Value matrix = graph.weight(layer + ".weight", config.width(), 3L * config.width());
        Value bias = graph.weight(layer + ".bias", 3L * config.width());
        Value past = plan.takesCache() ? graph.input(Gpt2Graph.past(block), TensorProto.DataType.FLOAT) : Value.NONE;

        GraphWriter.Opened whole = graph.open();
        Value all = graph.add("Add", List.of(graph.add("MatMul", List.of(normalized, matrix)), bias)); // [B, T, 3·D]
        long width = config.width();
        List<Value> split =
                graph.addMany("Split", 3, List.of(all, graph.longs(width, width, width)), integer("axis", 2L));
        Value q = hooks.at(HookPoint.Q, block, split.get(0)); // [B, T, D] each
        Value k = hooks.at(HookPoint.K, block, split.get(1));
        Value v = hooks.at(HookPoint.V, block, split.get(2));
        Value present = Value.NONE;
        Value z;
        if (plan.takesCache() || plan.givesCache()) {
            Value keys = afterPast(past, 0, byHead(k)); // [B, H, S, D/H]
            Value values = afterPast(past, 1, byHead(v));
            z = spelledOut(block, q, keys, values);
            present = stacked(keys, values);
            present.rename(Gpt2Graph.present(block));
            if (plan.givesCache()) {
                graph.output(present);
            }
        } else {
            GraphWriter.Opened ofHeads = graph.open();
            z = spelledOut(block, q, byHead(k), byHead(v));
            graph.close(ofHeads, fused(block, "MultiHeadAttention", List.of(q, k, v), List.of(z)));
        }
        List<Value> operands = plan.takesCache()
                ? List.of(normalized, matrix, bias, attended, past)
                : List.of(normalized, matrix, bias);
        List<Value> results = present == Value.NONE ? List.of(z) : List.of(z, present); // no past goes in without it
        graph.close(whole, fused(block, "Attention", operands, results));
        return z;
    }

    private Operator fused(int block, String type, List<Value> operands, List<Value> results) {
        List<AttributeProto> attributes = List.of(
                integer("num_heads", config.heads()),
                integer("unidirectional", 1L),
                real("mask_filter_value", -Float.MAX_VALUE),
                real("scale", config.attentionScale(block)));
        return new Operator(GraphWriter.MICROSOFT, type, operands, results, attributes);
    }

    /** softmax(q·kᵀ·scale + mask)·v, head by head. */
    private Value spelledOut(int block, Value q, Value keys, Value values) {
        Value transposed = graph.add("Transpose", List.of(keys), integers("perm", 0L, 1L, 3L, 2L)); // [B, H, D/H, S]
        Value products = graph.add("MatMul", List.of(byHead(q), transposed)); // [B, H, T, S]
        Value scale = graph.number((float) config.attentionScale(block));
        Value masked = graph.add("Add", List.of(graph.add("Mul", List.of(products, scale)), mask));
        Value scores = hooks.at(HookPoint.ATTENTION_SCORES, block, masked);
        Value softmax = graph.add("Softmax", List.of(scores), integer("axis", -1L));
        Value pattern = hooks.at(HookPoint.ATTENTION_PATTERN, block, softmax);
        Value gathered = graph.add("MatMul", List.of(pattern, values)); // [B, H, T, D/H]
        Value byPosition = graph.add("Transpose", List.of(gathered), integers("perm", 0L, 2L, 1L, 3L));
        return graph.add("Reshape", List.of(byPosition, graph.longs(0, 0, config.width())));
    }

    /** {@code [B, T, D]} as {@code [B, H, T, D/H]}. */
    private Value byHead(Value values) {
        Value split = graph.add("Reshape", List.of(values, graph.longs(0, 0, config.heads(), config.headWidth())));
        return graph.add("Transpose", List.of(split), integers("perm", 0L, 2L, 1L, 3L));
    }

    /** Keys (0) or values (1) of all positions: those given, {@code [2, B, H, P, D/H]}, and the new ones. */
    private Value afterPast(Value past, long which, Value now) {
        if (!plan.takesCache()) {
            return now;
        }
        Value chosen = graph.add("Gather", List.of(past, graph.longs(which)), integer("axis", 0L)); // [1, B, H, P, D/H]
        Value before = graph.add("Squeeze", List.of(chosen, graph.longs(0)));
        return graph.add("Concat", List.of(before, now), integer("axis", 2L));
    }

    /** {@code [2, B, H, S, D/H]}. */
    private Value stacked(Value keys, Value values) {
        Value axis = graph.longs(0);
        return graph.add(
                "Concat",
                List.of(graph.add("Unsqueeze", List.of(keys, axis)), graph.add("Unsqueeze", List.of(values, axis))),
                integer("axis", 0L));
    }

    /** Minus infinity also where a column of the cache holds nothing of a text, {@code [B, 1, T, S]}. */
    private Value maskAfterCache(Value length) {
        Value columns = graph.add(
                "Gather", List.of(graph.add("Shape", List.of(attended)), graph.longs(1)), integer("axis", 0L));
        Value before = graph.add("Sub", List.of(columns, length));
        Value held = graph.add("Cast", List.of(attended), integer("to", TensorProto.DataType.BOOL.getNumber()));
        Value empty = graph.add("Where", List.of(held, graph.number(0), graph.number(Float.NEGATIVE_INFINITY)));
        Value byText = graph.add("Unsqueeze", List.of(empty, graph.longs(1, 2))); // [B, 1, 1, S]
        return graph.add("Add", List.of(byText, causalMask(length, columns, before)));
    }

    /**
     * Minus infinity where a column is later than the one that attends, {@code [T, S]}.
     *
     * @param columns how many columns there are
     * @param first the first column of those that attend
     */
    private Value causalMask(Value length, Value columns, Value first) {
        Value shape = graph.add("Concat", List.of(length, columns), integer("axis", 0L));
        Value forbidden = graph.add("ConstantOfShape", List.of(shape), tensor("value", Float.NEGATIVE_INFINITY));
        Value later = graph.add("Add", List.of(first, graph.longs(1)));
        return graph.add("Trilu", List.of(forbidden, later), integer("upper", 1L));
    }
}
