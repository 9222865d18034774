package io.github.residual4j.capture.internal.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.edit.EditedRun;
import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.CheckpointModel;
import io.github.residual4j.capture.internal.run.Feed;
import io.github.residual4j.capture.internal.run.KeyValueCache;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.CancelledException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Texts of different lengths that grow in shared runs, against each by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecoderTest {
    private static final long[] LONG = new Random(5).longs(40, 0, 4096).toArray();
    private static final long[] SHORT = new Random(6).longs(40, 0, 4096).toArray();
    private static final long[] MIDDLE = new Random(7).longs(40, 0, 4096).toArray();

    private final CheckpointModel model =
            CheckpointModel.of(Checkpoint.embedded(), new RuntimeOptions(Device.cpu(), Optimization.ALL));
    private final List<OnnxTensor> seen = new ArrayList<>();

    @AfterAll
    void close() {
        model.close();
    }

    private Decoder decoder() {
        return decoder(new Cancellation());
    }

    private Decoder decoder(Cancellation cancellation) {
        ModelSizes sizes = new ModelSizes(8, 160, OptionalInt.of(5), OptionalInt.empty(), 4096, OptionalDouble::empty);
        return new Decoder(model, EditedRun.of(model, sizes, List.of()), Set.of(), cancellation);
    }

    private List<float[]> read(Decoder decoder, List<long[]> texts) {
        return decoder.read(texts, this::see);
    }

    private void see(RunValues values) {
        KeyValueCache cache = values.cache().orElseThrow();
        Feed lent = new Feed();
        lent.lend("", cache, Gpt2Graph.present(7));
        seen.add(lent.tensors().get(""));
    }

    private void assertAsAlone(float[] logits, long[] ids) {
        try (Decoder alone = decoder()) {
            float[] expected = read(alone, List.of(ids)).get(0);
            for (int id = 0; id < expected.length; id++) {
                assertThat(logits[id]).isCloseTo(expected[id], within(1e-5f + 1e-5f * Math.abs(expected[id])));
            }
        }
    }

    @Test
    void eachTextIsReadAsByItself() {
        try (Decoder together = decoder()) {
            for (int step = 0; step < 3; step++) {
                List<long[]> texts = List.of(
                        Arrays.copyOf(LONG, 20 + step),
                        Arrays.copyOf(SHORT, 1 + step),
                        Arrays.copyOf(MIDDLE, 7 + step));
                List<float[]> logits = read(together, texts);
                for (int text = 0; text < texts.size(); text++) {
                    assertAsAlone(logits.get(text), texts.get(text));
                }
            }
        }
    }

    @Test
    void severalTokensOfEachMayFollow() {
        try (Decoder together = decoder()) {
            for (int[] lengths : new int[][] {{6, 1}, {8, 6}, {9, 11}, {12, 12}}) {
                List<long[]> texts = List.of(Arrays.copyOf(LONG, lengths[0]), Arrays.copyOf(SHORT, lengths[1]));
                List<float[]> logits = read(together, texts);
                assertAsAlone(logits.get(0), texts.get(0));
                assertAsAlone(logits.get(1), texts.get(1));
            }
        }
    }

    @Test
    void whatIsCancelledInTheMiddleIsFreed() {
        seen.clear();
        Cancellation cancellation = new Cancellation();
        try (Decoder together = decoder(cancellation)) {
            read(together, List.of(Arrays.copyOf(LONG, 9), Arrays.copyOf(SHORT, 3)));
            read(together, List.of(Arrays.copyOf(LONG, 10), Arrays.copyOf(SHORT, 4)));
            cancellation.cancel();
            List<long[]> next = List.of(Arrays.copyOf(LONG, 11), Arrays.copyOf(SHORT, 5));
            assertThatThrownBy(() -> read(together, next)).isInstanceOf(CancelledException.class);
        }
        assertThat(seen).hasSize(2).allMatch(OnnxTensor::isClosed);
    }

    @Test
    void textsThatLeaveAreForgottenAndAllIsFreed() {
        seen.clear();
        try (Decoder together = decoder()) {
            read(together, List.of(Arrays.copyOf(LONG, 9), Arrays.copyOf(SHORT, 3), Arrays.copyOf(MIDDLE, 5)));
            together.keep(List.of(2, 1));
            List<long[]> left = List.of(Arrays.copyOf(MIDDLE, 6), Arrays.copyOf(SHORT, 4));
            List<float[]> logits = read(together, left);
            assertAsAlone(logits.get(0), left.get(0));
            assertAsAlone(logits.get(1), left.get(1));
            together.keep(List.of(1));
            assertThat(seen).allMatch(OnnxTensor::isClosed);
            assertAsAlone(read(together, List.of(Arrays.copyOf(SHORT, 5))).get(0), Arrays.copyOf(SHORT, 5));
        }
        assertThat(seen).hasSize(6).allMatch(OnnxTensor::isClosed);
    }
}
