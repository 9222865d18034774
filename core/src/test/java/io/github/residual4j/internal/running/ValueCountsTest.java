package io.github.residual4j.internal.running;

import static org.assertj.core.api.Assertions.assertThat;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-kernels")
class ValueCountsTest {
    private static byte[] encoded(DDSketch sketch) throws IOException {
        GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
        sketch.encode(out, false);
        return out.trimmedCopy();
    }

    /** Floats of every exponent, the neighbours of every border between buckets, and zeros of both signs. */
    @Test
    void theSketchIsAsIfItHadTakenEachValueByItself() throws IOException {
        DDSketch byItself = DDSketches.unboundedDense(0.01);
        DDSketch counted = DDSketches.unboundedDense(0.01);
        ValueCounts counts = new ValueCounts(new ValueCounts.Buckets(counted.getIndexMapping()));
        Random random = new Random(1);
        for (int i = 0; i < 300_000; i++) {
            take(Float.intBitsToFloat(random.nextInt()), byItself, counts);
            take((float) random.nextGaussian(), byItself, counts);
            if (i == 100_000) {
                counts.moveInto(counted);
            }
        }
        int last = counted.getIndexMapping().index(Float.MAX_VALUE);
        for (int index = counted.getIndexMapping().index(Float.MIN_VALUE); index <= last; index++) {
            float border = (float) counted.getIndexMapping().lowerBound(index);
            for (float x : new float[] {Math.nextDown(border), border, Math.nextUp(border)}) {
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

    private static void take(float x, DDSketch byItself, ValueCounts counts) {
        assertThat(counts.add(x)).isEqualTo(Float.isFinite(x));
        if (Float.isFinite(x)) {
            byItself.accept(x);
        }
    }

    @Test
    void whatWasMovedIsNotMovedAgain() {
        DDSketch sketch = DDSketches.unboundedDense(0.01);
        ValueCounts counts = new ValueCounts(new ValueCounts.Buckets(sketch.getIndexMapping()));
        counts.add(3);
        counts.add(-0f);
        counts.moveInto(sketch);
        counts.moveInto(sketch);
        assertThat(sketch.getCount()).isEqualTo(2);
    }
}
