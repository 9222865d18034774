package io.github.residual4j.internal.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-kernels")
class ValueCountsTest {
    private static DDSketch empty() {
        return new DDSketch(ValueCounts.MAPPING, UnboundedSizeDenseStore::new);
    }

    private static byte[] encoded(DDSketch sketch) throws IOException {
        GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
        sketch.encode(out, false);
        return out.trimmedCopy();
    }

    /** Floats of every exponent, the neighbours of every border between buckets, zeros and subnormals of both signs. */
    @Test
    void theSketchIsAsIfItHadTakenEachValueByItself() throws IOException {
        DDSketch byItself = empty();
        DDSketch counted = empty();
        ValueCounts counts = new ValueCounts();
        Random random = new Random(1);
        for (int i = 0; i < 300_000; i++) {
            take(beside(Float.intBitsToFloat(random.nextInt())), byItself, counts);
            take(beside((float) random.nextGaussian()), byItself, counts);
            if (i == 100_000) {
                counts.moveInto(counted);
            }
        }
        int last = ValueCounts.MAPPING.index(Float.MAX_VALUE);
        for (int index = ValueCounts.MAPPING.index(Float.MIN_NORMAL); index <= last; index++) {
            float border = (float) ValueCounts.MAPPING.lowerBound(index);
            for (float x : new float[] {Math.nextDown(border), Math.nextUp(border)}) {
                take(x, byItself, counts);
                take(-x, byItself, counts);
            }
        }
        take(0f, byItself, counts);
        take(-0f, byItself, counts);
        take(Float.MIN_VALUE, byItself, counts);
        take(-Float.MAX_VALUE, byItself, counts);
        counts.moveInto(counted);
        assertThat(counted.getCount()).isEqualTo(byItself.getCount());
        assertThat(Arrays.equals(encoded(counted), encoded(byItself)))
                .as("the same bytes")
                .isTrue();
        for (double share = 0; share <= 1; share += 0.001) {
            assertThat(counted.getValueAtQuantile(share)).isEqualTo(byItself.getValueAtQuantile(share));
        }
    }

    /** On no border of buckets. */
    private static float beside(float x) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(x) | 1);
    }

    private static void take(float x, DDSketch byItself, ValueCounts counts) {
        if (Float.isFinite(x)) {
            counts.add(new float[] {Float.NaN, x, Float.NaN}, 1, 1);
            byItself.accept(Math.abs(x) < Float.MIN_NORMAL ? 0 : x);
        }
    }

    @Test
    void eachBucketIsWithinOnePercent() {
        DDSketch sketch = empty();
        ValueCounts counts = new ValueCounts();
        float[] x = new float[1001];
        for (int i = 0; i < x.length; i++) {
            x[i] = 1 + i / 1000f; // of one power of two, from end to end
        }
        counts.add(x, 0, x.length);
        counts.moveInto(sketch);
        for (int i = 0; i < x.length; i++) {
            assertThat(sketch.getValueAtQuantile(i / 1000.0)).isCloseTo(x[i], within(0.0079 * x[i]));
        }
    }

    @Test
    void whatWasMovedIsNotMovedAgain() {
        DDSketch sketch = empty();
        ValueCounts counts = new ValueCounts();
        counts.add(new float[] {3, -0f}, 0, 2);
        counts.moveInto(sketch);
        counts.moveInto(sketch);
        assertThat(sketch.getCount()).isEqualTo(2);
    }
}
