package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as exporters write them. */
class ExportsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "micro-opset11",
                "micro-opset13",
                "micro-hidden-states",
                "micro-with-past",
                "head-mask",
                "dynamo-opset23",
                "fixed-length"
            })
    void sameAtEveryOptimizationLevel(String name) {
        Map<HookKey, float[]> plain =
                Agreement.run(Agreement.resource("/exports/" + name + ".onnx"), Optimization.NONE);
        Agreement.assertMicro(plain, 1e-4f, 1e-3f);
        assertThat(plain).hasSize(17); // 5 states, final, logits; 2 norms, 2 outputs and a pattern of each block
        for (Optimization level : Optimization.values()) {
            Map<HookKey, float[]> optimized = Agreement.run(Agreement.resource("/exports/" + name + ".onnx"), level);
            assertThat(optimized.keySet()).isEqualTo(plain.keySet());
            optimized.forEach((site, values) -> Agreement.assertClose(site, values, plain.get(site), 1e-5f, 1e-5f));
        }
    }

    @Test
    void float16() {
        for (Optimization level : Optimization.values()) {
            Map<HookKey, float[]> values = Agreement.run(Agreement.resource("/exports/optimized-float16.onnx"), level);
            Agreement.assertMicro(values, 4e-2f, 1e-2f); // 11 bits, after some dozens of roundings
        }
    }

    @Test
    void halfOfADecoderIsRefused() {
        assertThatThrownBy(() -> open("with-past-only"))
                .hasMessageContaining("its attention looks ahead")
                .hasMessageContaining("continues from a cache");
    }

    @Test
    void structureIsTold() {
        try (ForeignStreamModel model = open("micro-with-past")) {
            assertThat(model.blocks()).isEqualTo(2);
            assertThat(model.width()).isEqualTo(16);
            assertThat(model.heads()).hasValue(2);
            assertThat(model.vocabulary()).isEqualTo(61);
            assertThat(model.context()).hasValue(32);
            assertThat(model.length()).isEmpty();
        }
    }

    @Test
    void onlyWhatIsAskedIsRun() {
        ForeignModel found = ForeignModel.read(Agreement.resource("/exports/micro-with-past.onnx"));
        GraphProto whole = found.runnable(found.points().values()).getGraph();
        GraphProto part = found.runnable(Set.of(found.points().get(HookKey.of(HookPoint.RESID_MID, 0))))
                .getGraph();
        assertThat(part.getNodeCount()).isLessThan(whole.getNodeCount() / 2);
        assertThat(part.getInputList().stream().map(ValueInfoProto::getName))
                .containsExactlyInAnyOrder(
                        "input_ids", "attention_mask", "past_key_values.0.key", "past_key_values.0.value");
        assertThat(part.getOutputCount()).isOne();
    }

    @Test
    void textsOfABatchDoNotTouchEachOther() {
        long[] other = {60, 1, 2};
        try (ForeignStreamModel model = open("micro-opset13")) {
            Map<HookKey, float[]> first = Agreement.run(model, Agreement.IDS);
            Map<HookKey, float[]> second = Agreement.run(model, other);
            Set<HookKey> sites = new HashSet<>(first.keySet());
            try (RunValues both =
                    Agreement.run(model, sites, Batch.of(List.of(other, Agreement.IDS)), Positions.all())) {
                for (HookKey site : sites) {
                    assertThat(Agreement.values(both, site, 0, 3))
                            .as("%s", site)
                            .isEqualTo(second.get(site));
                    assertThat(Agreement.values(both, site, 1, 11))
                            .as("%s", site)
                            .isEqualTo(first.get(site));
                }
            }
        }
    }

    @Test
    void logitsOfSomePositions() {
        HookKey logits = HookKey.of(HookPoint.LOGITS);
        try (ForeignStreamModel model = open("micro-opset13")) {
            float[] all = Agreement.run(model, Agreement.IDS).get(logits);
            try (RunValues some =
                    Agreement.run(model, Set.of(logits), Batch.of(List.of(Agreement.IDS)), Positions.range(4, 6))) {
                assertThat(Agreement.values(some, logits, 0, 11)).isEqualTo(Arrays.copyOfRange(all, 4 * 61, 6 * 61));
            }
        }
    }

    @Test
    void fixedLengthExportSaysItsLength() {
        try (ForeignStreamModel model = open("fixed-length")) {
            assertThatThrownBy(() -> Agreement.run(model, 1, 2, 3))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("fixed-length.onnx was exported for texts of exactly 11 tokens");
        }
    }

    private static ForeignStreamModel open(String name) {
        return ForeignStreamModel.open(Agreement.resource("/exports/" + name + ".onnx"), RuntimeOptions.DEFAULT);
    }
}
