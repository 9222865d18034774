package io.github.residual4j.capture.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.capture.internal.checkpoint.Gpt2ConfigReader;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A graph runs ONNX Runtime's fused operators wherever nothing is read or changed inside them, and nowhere else. */
class FusedOperatorsTest {
    private static final int BLOCKS = 2;

    private static Stream<NodeProto> operators(String type, RunPlan plan) {
        try {
            Path config = Path.of(
                    FusedOperatorsTest.class.getResource("/micro/config.json").toURI());
            return Gpt2Graph.of(Gpt2ConfigReader.read(config), plan).model().getGraph().getNodeList().stream()
                    .filter(node -> node.getOpType().equals(type));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static long count(String type, RunPlan plan) {
        return operators(type, plan).count();
    }

    private static RunPlan reading(HookPoint... points) {
        Set<HookKey> keys = new TreeSet<>();
        for (HookPoint point : points) {
            if (!point.isInEveryBlock()) {
                keys.add(HookKey.of(point));
            }
            for (int block = 0; block < BLOCKS && point.isInEveryBlock(); block++) {
                keys.add(HookKey.of(point, block));
            }
        }
        return RunPlan.reading(keys);
    }

    @Test
    void aPlainCaptureIsFusedThroughout() {
        RunPlan stream = reading(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.FINAL);
        assertThat(count("Attention", stream)).isEqualTo(BLOCKS);
        assertThat(count("SkipLayerNormalization", stream)).isEqualTo(2 * BLOCKS);
        assertThat(count("FastGelu", stream)).isEqualTo(BLOCKS);
        assertThat(count("Softmax", stream)).isZero();
    }

    @Test
    void readingAPatternUndoesOnlyAttentions() {
        RunPlan patterns = reading(HookPoint.EMBED, HookPoint.ATTENTION_PATTERN, HookPoint.RESID_POST);
        assertThat(count("Attention", patterns)).isZero();
        assertThat(count("Softmax", patterns)).isEqualTo(BLOCKS);
        assertThat(count("FastGelu", patterns)).isEqualTo(BLOCKS);
    }

    @Test
    void readingOneBlocksPatternLeavesTheOthersFused() {
        Set<HookKey> keys =
                new TreeSet<>(reading(HookPoint.EMBED, HookPoint.RESID_POST).reads());
        keys.add(HookKey.of(HookPoint.ATTENTION_PATTERN, 1));
        assertThat(count("Attention", RunPlan.reading(keys))).isEqualTo(BLOCKS - 1);
    }

    @Test
    void readingTheNormInsideUndoesOnlyNorms() {
        RunPlan norms = reading(HookPoint.EMBED, HookPoint.LN1_SCALE, HookPoint.LN2_SCALE, HookPoint.RESID_POST);
        assertThat(count("Attention", norms)).isEqualTo(BLOCKS);
        assertThat(count("FastGelu", norms)).isEqualTo(BLOCKS);
        assertThat(count("SkipLayerNormalization", norms)).isLessThan(2 * BLOCKS);
    }
}
