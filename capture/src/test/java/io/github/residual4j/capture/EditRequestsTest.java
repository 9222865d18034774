package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Edits of requests: what they are refused for, functions, noise, batches, foreign files and threads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditRequestsTest {
    private static final long[] IDS = {3, 14, 15, 9, 26, 5};

    private LanguageModel micro;

    @BeforeAll
    void open() {
        micro = LanguageModel.load(Reference.micro());
    }

    @AfterAll
    void close() {
        micro.close();
    }

    private static void assertSame(ActivationSession actual, ActivationSession expected) {
        assertThat(actual.points()).isEqualTo(expected.points());
        for (int p = 0; p < expected.points().size(); p++) {
            CaptureAllTest.assertSame(expected.points().get(p).name(), actual.state(p), expected.state(p));
        }
        FloatBuffer logits = expected.arrays().get("logits").asBuffer();
        CaptureAllTest.assertSame("logits", actual.arrays().get("logits").asBuffer(), logits);
    }

    private CaptureRequest request(long... ids) {
        return micro.request(ids).points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.LOGITS);
    }

    /** A function that doubles is the edit that scales by 2, wherever it is. */
    @ParameterizedTest
    @EnumSource(HookPoint.class)
    void aFunctionIsDoneInsideTheRun(HookPoint point) {
        assertSame(
                request(IDS)
                        .edit(Edit.function(point, EditRequestsTest::doubled))
                        .capture(),
                request(IDS).edit(Edit.scale(point, 2)).capture());
    }

    private static FloatTensor doubled(FloatTensor values) {
        float[] all = values.toArray();
        for (int i = 0; i < all.length; i++) {
            all[i] *= 2;
        }
        return FloatTensor.of(all, values.shape());
    }

    @Test
    void functionsAndOtherEditsKeepTheirOrder() {
        float[] vector = new float[16];
        vector[3] = 2;
        CaptureRequest withFunction = request(IDS)
                .edit(Edit.function(HookPoint.RESID_POST, EditRequestsTest::doubled)
                        .blocks(1))
                .edit(Edit.add(HookPoint.RESID_POST, vector, 1).blocks(1))
                .edit(Edit.scale(HookPoint.RESID_MID, 0.5).blocks(0).positions(2));
        CaptureRequest without = request(IDS)
                .edit(Edit.scale(HookPoint.RESID_POST, 2).blocks(1))
                .edit(Edit.add(HookPoint.RESID_POST, vector, 1).blocks(1))
                .edit(Edit.scale(HookPoint.RESID_MID, 0.5).blocks(0).positions(2));
        assertSame(withFunction.capture(), without.capture());
        List<long[]> texts = List.of(IDS, new long[] {1, 2, 3}, new long[] {60});
        CaptureRequest batched = micro.request()
                .points(HookPoint.RESID_POST, HookPoint.LOGITS)
                .edit(Edit.function(HookPoint.ATTENTION_PATTERN, EditRequestsTest::doubled)
                        .positions(-1));
        List<ActivationSession> together = batched.captureAllIds(texts.stream()).toList();
        for (int i = 0; i < texts.size(); i++) {
            assertSame(
                    together.get(i),
                    micro.request(texts.get(i))
                            .points(HookPoint.RESID_POST, HookPoint.LOGITS)
                            .edit(Edit.scale(HookPoint.ATTENTION_PATTERN, 2).positions(-1))
                            .capture());
        }
    }

    @Test
    void aFunctionMustKeepTheShape() {
        assertRefused(
                () -> request(IDS)
                        .edit(Edit.function(HookPoint.EMBED, values -> FloatTensor.of(new float[] {1}, 1)))
                        .capture(),
                "The function for embed gave [1] for values of [6, 16]");
    }

    /** The embedding's deviation is computed here from what the model adds up. */
    @Test
    void noiseHasTheDeviationThatIsAskedFor() {
        Edit noise = Edit.absoluteNoise(0.5, 7).positions(1, 2);
        ActivationSession plain =
                micro.request(IDS).points(HookPoint.TOKEN_EMBED).capture();
        ActivationSession noisy =
                micro.request(IDS).points(HookPoint.TOKEN_EMBED).edit(noise).capture();
        ActivationSession again =
                micro.request(IDS).points(HookPoint.TOKEN_EMBED).edit(noise).capture();
        ActivationSession other = micro.request(IDS)
                .points(HookPoint.TOKEN_EMBED)
                .edit(Edit.absoluteNoise(0.5, 8).positions(1, 2))
                .capture();
        String point = HookPoint.TOKEN_EMBED.nameIn(0);
        assertThat(again.arrays().get(point)).isEqualTo(noisy.arrays().get(point));
        assertThat(other.arrays().get(point)).isNotEqualTo(noisy.arrays().get(point));
        float[] before = plain.arrays().get(point).toArray();
        float[] after = noisy.arrays().get(point).toArray();
        double squares = 0;
        for (int i = 0; i < before.length; i++) {
            boolean chosen = i / 16 == 1 || i / 16 == 2;
            if (!chosen) {
                assertThat(after[i]).isEqualTo(before[i]);
            }
            squares += Math.pow(after[i] - before[i], 2);
        }
        assertThat(Math.sqrt(squares / 32)).isCloseTo(0.5, within(0.25)); // 32 values: four standard errors
    }

    @Test
    void noiseInDeviationsOfTheEmbedding() throws IOException {
        try (LanguageModel embedded = LanguageModel.embedded()) {
            // Of all entries of wte.weight, told by NumPy in src/test/resources/edits/embedded.json.
            double deviation = EditsTest.embeddingDeviation();
            ActivationSession relative = embedded.request("Paris is")
                    .edit(Edit.noise(3, 5).positions(0))
                    .capture();
            ActivationSession absolute = embedded.request("Paris is")
                    .edit(Edit.absoluteNoise(3 * deviation, 5).positions(0))
                    .capture();
            for (int p = 0; p < 17; p++) {
                CaptureAllTest.assertSame("point " + p, relative.state(p), absolute.state(p));
            }
        }
    }

    @Test
    void positionsAreThoseOfEachTextOfABatch() {
        List<long[]> texts = List.of(IDS, new long[] {1, 2, 3}, new long[] {60}, new long[] {4, 4, 4, 9});
        Edit edit = Edit.scale(HookPoint.MLP_OUTPUT, -2).positions(Positions.last());
        CaptureRequest all = micro.request()
                .points(HookPoint.RESID_POST, HookPoint.LOGITS)
                .batch(4, 100)
                .edit(edit)
                .edit(Edit.zero(HookPoint.LOGITS).positions(-1).neurons(2));
        List<ActivationSession> together = all.captureAllIds(texts.stream()).toList();
        for (int i = 0; i < texts.size(); i++) {
            assertSame(
                    together.get(i),
                    micro.request(texts.get(i))
                            .points(HookPoint.RESID_POST, HookPoint.LOGITS)
                            .edit(edit)
                            .edit(Edit.zero(HookPoint.LOGITS).positions(-1).neurons(2))
                            .capture());
        }
    }

    @Test
    void meansOfACorpusComeFromItsStatistics() {
        List<ActivationSession> sessions =
                Stream.of(IDS, new long[] {1, 2, 3}).map(micro::capture).toList();
        StreamStatistics statistics = new StreamStatistics().withCovarianceOf("blocks.0.resid_mid");
        sessions.forEach(statistics::add);
        assertSame(
                request(IDS)
                        .edit(Edit.mean(HookPoint.RESID_MID, statistics).blocks(0))
                        .capture(),
                request(IDS)
                        .edit(Edit.mean(HookPoint.RESID_MID, sessions).blocks(0))
                        .capture());
        assertRefused(
                () -> request(IDS)
                        .edit(Edit.mean(HookPoint.RESID_MID, statistics).blocks(1))
                        .capture(),
                "The mean state of \"blocks.1.resid_mid\" cannot be had");
    }

    @Test
    void whatDoesNotFitIsRefusedInOneSentence() {
        ActivationSession plain = micro.capture(IDS);
        assertRefused(
                () -> request(IDS).edit(Edit.zero(HookPoint.Z).blocks(2)).capture(),
                "There is no block 2; the model has 2, counted from 0 to 1.");
        assertRefused(() -> request(IDS).edit(Edit.zero(HookPoint.Z).heads(9)).capture(), "There is no head 9;");
        assertRefused(
                () -> request(IDS)
                        .edit(Edit.zero(HookPoint.MLP_POST).neurons(64))
                        .capture(),
                "There is no dimension 64; MLP_POST has 64");
        assertRefused(
                () -> request(IDS).edit(Edit.zero(HookPoint.MLP_POST).heads(0)).capture(),
                "The values of MLP_POST are not those of single heads");
        assertRefused(
                () -> request(IDS).edit(Edit.zero(HookPoint.Z).positions(6)).capture(),
                "There is no position 6 in a text of 6 tokens");
        assertRefused(
                () -> request(IDS).edit(Edit.zero(HookPoint.Z).positions(-7)).capture(),
                "There is no position -7 in a text of 6 tokens");
        assertRefused(
                () -> request(IDS)
                        .edit(Edit.add(HookPoint.EMBED, new float[3], 1))
                        .capture(),
                "The vector has 3 values; those of embed have 16.");
        assertRefused(() -> Edit.projectOut(HookPoint.EMBED, new float[16]), "The direction is zero");
        assertRefused(() -> Edit.add(HookPoint.EMBED, new float[] {1, Float.NaN}, 1), "Value 1 of the vector is NaN");
        assertRefused(() -> Edit.scale(HookPoint.EMBED, Double.POSITIVE_INFINITY), "The factor is Infinity");
        assertRefused(() -> Edit.noise(-1, 0), "A standard deviation is not negative");
        assertRefused(() -> Edit.zero(), "at least one hook point");
        assertRefused(() -> Edit.zero(HookPoint.Z).blocks(), "At least one block must be named.");
        assertRefused(() -> Edit.mean(HookPoint.Z, List.of()), "A mean needs at least one session.");
        assertRefused(() -> Edit.freeze(HookPoint.Z, plain), "What can be frozen is");
        assertRefused(
                () -> request(IDS).edit(Edit.replace(HookPoint.Z, plain)).capture(),
                "holds no blocks.0.attn.z; capture it with HookPoint.Z.");
        assertRefused(
                () -> request(IDS)
                        .edit(Edit.replace(HookPoint.RESID_POST, micro.capture(1, 2, 3)))
                        .capture(),
                "There is no value of blocks.0.resid_post to put in at position 3 of a text of 6 tokens");
        assertRefused(
                () -> request(IDS)
                        .edit(Edit.knockOut(new int[] {0}, new int[] {3}))
                        .capture(),
                "Positions 0 never attend to 3");
        assertRefused(
                () -> request(IDS)
                        .edit(Edit.knockOut(Positions.range(2, 3), Positions.range(0, 3)))
                        .capture(),
                "position 2 would attend to nothing");
        assertRefused(
                () -> micro.request(IDS)
                        .stopAfterBlock(0)
                        .edit(Edit.zero(HookPoint.MLP_OUTPUT).blocks(1))
                        .capture(),
                "changes nothing that is read: the run ends with blocks.0.resid_post");
        assertRefused(
                () -> Edit.of(request(IDS)
                        .edit(Edit.function(HookPoint.EMBED, values -> values))
                        .capture()),
                "cannot be made again");
    }

    private static void assertRefused(ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(BadRequestException.class).hasMessageContaining(words);
    }

    @Test
    void editsOfAForeignFileAreThoseOfTheCheckpoint() {
        float[] vector = new float[16];
        vector[2] = 3;
        List<Edit> edits = List.of(
                Edit.zero(HookPoint.EMBED).positions(1),
                Edit.replace(HookPoint.RESID_MID, request(5, 4, 3, 2, 1, 0).capture())
                        .blocks(0)
                        .positions(2, 3),
                Edit.addKeepingNorm(HookPoint.RESID_POST, vector, 1.5).blocks(0),
                Edit.projectOut(HookPoint.RESID_MID, vector).blocks(1),
                Edit.absoluteNoise(0.2, 3).positions(4),
                Edit.function(HookPoint.RESID_POST, EditRequestsTest::doubled)
                        .blocks(0)
                        .positions(5));
        try (LanguageModel onnx = LanguageModel.load(Reference.resource("/exports/micro-opset11.onnx"))) {
            for (Edit edit : edits) {
                ActivationSession expected = micro.request(IDS).edit(edit).capture();
                ActivationSession actual = onnx.request(IDS).edit(edit).capture();
                for (int p = 0; p < expected.points().size(); p++) {
                    Reference.assertClose(
                            edit + ", " + expected.points().get(p).name(),
                            floats(actual.state(p)),
                            floats(expected.state(p)),
                            0);
                }
            }
            assertThatThrownBy(() -> onnx.request(IDS)
                            .edit(Edit.zero(HookPoint.MLP_POST))
                            .capture())
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("blocks.0.mlp.post of this model cannot be changed; what can is [EMBED");
        }
    }

    private static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** Runs with edits and without, in turns and together, each as if it were alone. */
    @Test
    void oneThreadsEditsNeverTouchAnothersRun() throws Exception {
        ActivationSession plain = request(IDS).capture();
        List<Edit> edits = List.of(
                Edit.zero(HookPoint.Z).heads(0),
                Edit.scale(HookPoint.MLP_OUTPUT, 3).blocks(0),
                Edit.scale(HookPoint.MLP_OUTPUT, -1).blocks(0),
                Edit.zero(HookPoint.EMBED).positions(2));
        List<ActivationSession> expected = new ArrayList<>();
        for (Edit edit : edits) {
            expected.add(request(IDS).edit(edit).capture());
        }
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 5; thread++) {
                int which = thread;
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 30; i++) {
                        ActivationSession own = which == 4
                                ? request(IDS).capture()
                                : request(IDS).edit(edits.get(which)).capture();
                        assertSame(own, which == 4 ? plain : expected.get(which));
                        assertThat(own.provenance().edits()).hasSize(which == 4 ? 0 : 1);
                    }
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void saysInWordsWhatItDoes() {
        assertThat(Edit.zero(HookPoint.Z).blocks(4).heads(1, 2).positions(3))
                .hasToString("zero at blocks.4.attn.z, heads 1,2, positions 3");
        assertThat(Edit.scale(HookPoint.MLP_OUTPUT, 0.5)).hasToString("scale by 0.5 at blocks.*.mlp_out");
        assertThat(Edit.knockOut(Positions.last(), Positions.range(1, 3)))
                .hasToString("knock out at blocks.*.attn.scores, positions last, attended positions 1 to 2");
    }
}
