package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.internal.io.ArrayReader;
import io.github.residual4j.internal.io.NpzReader;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names say what a point is where they are known. The sessions under {@code names} hold the states of a random GPT-2 of
 * 12 blocks that PyTorch computed, and the mean norms of what its attention and MLPs put out there.
 */
class PointNamesInSessionsTest {
    private static final int BLOCKS = 12;

    @TempDir
    Path temp;

    private static ActivationSession session(String name) {
        return ActivationSession.load(TestSessions.resource("names/" + name));
    }

    private static float[] expected(String array) {
        Path file = TestSessions.resource("names/tl-accumulated-resid/expected.npz");
        try (NpzReader npz = new NpzReader(file)) {
            return npz.read(array, PointNamesInSessionsTest::floats);
        }
    }

    private static float[] floats(ArrayReader array) throws IOException {
        float[] values = new float[BLOCKS];
        array.floats(List.of(FloatBuffer.wrap(values)));
        return values;
    }

    private static void assertTrueMagnitudes(ActivationSession session) {
        BlockMagnitudes magnitudes = ResidualAnalyzer.of(session).magnitudes();
        assertThat(magnitudes.blocks()).hasSize(BLOCKS);
        for (int block = 0; block < BLOCKS; block++) {
            float attention = expected("attention_l2")[block];
            float mlp = expected("mlp_l2")[block];
            assertThat(magnitudes.measure("attention_l2").value(block)).isCloseTo(attention, within(1e-4));
            assertThat(magnitudes.measure("mlp_l2").value(block)).isCloseTo(mlp, within(1e-4));
        }
    }

    /** The same states under other names, some left out. */
    private static ActivationSession renamed(ActivationSession session, List<Integer> points, List<String> names) {
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int i = 0; i < points.size(); i++) {
            builder.point(
                    names.get(i), session.state(points.get(i)), session.tokens().size(), session.width());
        }
        return builder.build();
    }

    @Test
    void whatABlockReadsIsWhatTheOneBeforeLeft() {
        ActivationSession session = session("tl-accumulated-resid");
        assertThat(session.blockCount()).isEqualTo(BLOCKS);
        assertThat(session.namesAssumed()).isFalse();
        assertThat(session.points().get(3))
                .isEqualTo(new StreamPoint(
                        3,
                        "blocks.1.hook_resid_pre",
                        StreamPoint.Role.RESID_POST,
                        session.points().get(2).block()));
        assertTrueMagnitudes(session);
    }

    @Test
    void namesInAFileThatAreNearlyKnownMustFitTheirPlaces() {
        ActivationSession fits = nearlyNamed("embed", "block.0.resid_mid", "block.0.resid_post");
        assertThat(fits.namesAssumed()).isTrue();
        assertThat(ResidualAnalyzer.of(fits).magnitudes().attention()).hasSize(1);
        ActivationSession leavesOut = nearlyNamed("embed", "block.0.resid_post", "block.1.resid_post");
        assertThatThrownBy(ResidualAnalyzer.of(leavesOut)::magnitudes)
                .isInstanceOf(BadRequestException.class)
                .hasMessageContainingAll(
                        "\"block.0.resid_post\"",
                        "nearly is blocks.0.resid_post",
                        "a whole stream has blocks.0.resid_mid");
    }

    /** As a file gives names, which stand in it as they are. */
    private static ActivationSession nearlyNamed(String... names) {
        return ActivationSession.builder()
                .pointsOfAnyName(List.of(names), 1, 1, states -> states.forEach(state -> state.put(1f)))
                .build();
    }

    @Test
    void outputsOfBlocksAloneTellNothingOfAttentionAndMlps() {
        ActivationSession session = session("tl-names-only-post");
        assertThat(session.blockCount()).isEqualTo(BLOCKS);
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        assertThatThrownBy(analyzer::magnitudes)
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("needs blocks.0.resid_mid");
        assertThat(analyzer.fullReport().whyNoBlocks()).isPresent();
        assertThat(analyzer.cosineBetweenConsecutivePoints().toArray()).hasDimensions(12, 12);
    }

    @Test
    void transformerLenssNamesOfAWholeStream() {
        ActivationSession all = session("tl-accumulated-resid");
        List<Integer> points = new ArrayList<>(List.of(0));
        List<String> hooks = new ArrayList<>(List.of("hook_embed"));
        List<String> accumulated = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            points.add(3 * block + 1);
            points.add(3 * block + 2);
            hooks.add("blocks." + block + ".hook_resid_mid");
            hooks.add("blocks." + block + ".hook_resid_post");
            accumulated.add(block + "_pre");
            accumulated.add(block + "_mid");
        }
        accumulated.add("final_post");
        assertTrueMagnitudes(renamed(all, points, hooks));
        assertTrueMagnitudes(renamed(all, points, accumulated));
        assertThat(renamed(all, points, hooks).namesAssumed()).isTrue(); // strictly, hook_embed has no positions
        assertThat(renamed(all, points, accumulated).namesAssumed()).isFalse();
    }

    /** The stream by names whose meaning is known, without what stands between attention and MLP. */
    @ParameterizedTest
    @ValueSource(strings = {"hidden_states.%d", "hidden_states[%d]", "hidden_state_%d", "layer_%d", "transformer.h.%d"})
    void namesThatCountLayersAreNoWholeStream(String pattern) {
        ActivationSession whole = session("tl-names-only-post");
        List<Integer> points = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i <= BLOCKS; i++) {
            points.add(i);
            names.add(pattern.formatted(i));
        }
        assertNoBlocks(renamed(whole, points, names), "one state for each layer");
        names.set(0, "embeddings");
        assertNoBlocks(renamed(whole, points, names), "one state for each layer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "embed, blocks.0.resid_post, blocks.0.resid_mid | \"blocks.0.resid_mid\" cannot follow \"blocks.0.resid_post\"",
                "embed, blocks.0.resid_mid, blocks.0.resid_mid | \"blocks.0.resid_mid\" cannot follow",
                "blocks.0.resid_mid, blocks.0.resid_post, embed | \"embed\" cannot follow",
                "final, embed, blocks.0.resid_mid | \"embed\" cannot follow \"final\"",
                "hook_embed, hook_pos_embed, blocks.0.hook_resid_pre, blocks.0.hook_resid_mid | \"hook_embed\" is no state",
                "embed, blocks.0.hook_attn_out, blocks.0.resid_post | \"blocks.0.hook_attn_out\" is no state",
                "embed, pos_embed, 0_attn_out, 0_mlp_out | \"pos_embed\" is no state",
                "x, embed, y | \"embed\" stands at place 1, where a whole stream has blocks.0.resid_mid",
                "embed, blocks.0.resid_post, y | \"blocks.0.resid_post\" stands at place 1",
            })
    void namesAgainstTheOrderRefuseBlocksAndNothingElse(String names, String reason) {
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (String name : names.split(", ")) {
            builder.point(name, new float[][] {{1, 2}});
        }
        assertNoBlocks(builder.build(), reason);
    }

    @Test
    void oneStateWithTwoValuesIsNoStream() {
        ActivationSession session = ActivationSession.builder()
                .point("blocks.0.hook_resid_pre", new float[][] {{1, 2}})
                .point("blocks.0.hook_resid_mid", new float[][] {{1, 3}})
                .point("blocks.0.hook_resid_post", new float[][] {{1, 4}})
                .point("blocks.1.hook_resid_pre", new float[][] {{1, 5}}) // edited by a hook
                .build();
        assertNoBlocks(session, "hold different values");
    }

    private static void assertNoBlocks(ActivationSession session, String reason) {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        assertThatThrownBy(analyzer::magnitudes)
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining(reason);
        assertThatThrownBy(analyzer.withoutDimensions(0)::updates).hasMessageContaining(reason);
        assertThatThrownBy(session::huggingFaceHiddenStates).isInstanceOf(BadRequestException.class);
        assertThat(analyzer.fullReport().toJson())
                .contains("blocks_unavailable", "cosine_consecutive")
                .doesNotContain("attention_l2");
    }

    @Test
    void labelsThatSayNothingLeaveTheOrderToDecide() {
        for (String names : List.of("a b c", "0 1 2", "L0_attn L0_mlp L1_attn", "layer_0_attn layer_0_mlp x")) {
            ActivationSessionBuilder builder = ActivationSession.builder();
            Arrays.stream(names.split(" ")).forEach(name -> builder.point(name, new float[][] {{1, 2}}));
            ActivationSession session = builder.build();
            assertThat(session.namesAssumed()).as(names).isTrue();
            assertThat(ResidualAnalyzer.of(session).magnitudes().blocks())
                    .as(names)
                    .hasSize(1);
        }
    }

    @Test
    void namesThatWereMissingAreTheCanonicalOnesAndStayAssumed() throws IOException {
        Files.copy(TestSessions.resource("npz/no-names.npz"), temp.resolve("tensors.npz"));
        Files.writeString(temp.resolve("config.json"), "{\"text\": \"t\", \"model_name\": \"m\"}");
        ActivationSession session = ActivationSession.load(temp);
        assertThat(session.points())
                .extracting(StreamPoint::name)
                .containsExactly("embed", "blocks.0.resid_mid", "blocks.0.resid_post");
        assertThat(ResidualAnalyzer.of(session).magnitudes().toString()).contains("assumed");
        for (SessionFormat format : SessionFormat.values()) {
            session.save(temp.resolve(format.name()), format);
            assertThat(ActivationSession.load(temp.resolve(format.name())).namesAssumed())
                    .isTrue();
        }
    }
}
