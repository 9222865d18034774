package io.github.residual4j.capture.internal.graph;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The one way by which values pass hook points: each is read or changed there as a plan asks, or goes on as it is. */
final class Hooks {
    /** Values of heads, which flow as {@code [B, T, D]} and are changed as {@code [B, T, H, D/H]}. */
    private static final Set<HookPoint> OF_HEADS = EnumSet.of(HookPoint.Q, HookPoint.K, HookPoint.V, HookPoint.Z);

    private final GraphWriter graph;
    private final Gpt2Config config;
    private final RunPlan plan;

    Hooks(GraphWriter graph, Gpt2Config config, RunPlan plan) {
        this.graph = graph;
        this.config = config;
        this.plan = plan;
    }

    /** Whether a plan reads or changes anything there. */
    boolean touches(HookPoint point, int block) {
        HookKey key = HookKey.of(point, block);
        return plan.reads().contains(key)
                || plan.edits().stream().anyMatch(edit -> edit.at().equals(key));
    }

    /** Passes a value through a hook point; what comes back is what flows on. */
    Value at(HookPoint point, int block, Value value) {
        HookKey key = HookKey.of(point, block);
        Value flowing = value;
        for (int number = 0; number < plan.edits().size(); number++) {
            EditShape edit = plan.edits().get(number);
            if (edit.at().equals(key)) {
                flowing = OF_HEADS.contains(point) ? byHead(edit, flowing, number) : edit.apply(graph, flowing, number);
            }
        }
        if (point != HookPoint.RESID_PRE || flowing != value) { // which otherwise is the state before, under its name
            flowing.rename(key.name());
        }
        if (plan.reads().contains(key)) {
            graph.output(flowing);
        }
        return flowing;
    }

    private Value byHead(EditShape edit, Value value, int number) {
        Value split = graph.add(
                "Reshape", List.of(value, graph.longs(0, 0, config.heads(), config.headWidth()))); // [B, T, H, D/H]
        Value edited = edit.apply(graph, split, number);
        return graph.add("Reshape", List.of(edited, graph.longs(0, 0, config.width())));
    }
}
