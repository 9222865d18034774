package io.github.residual4j.internal.running;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.RowSums;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What is kept about one point: moments of its values and of its tokens' norms, and a sketch of its quantiles. */
public final class PointTotals {
    private final RunningMoments values;
    private final RunningMoments norms;
    private final DDSketch sketch;
    private final ValueCounts counts = new ValueCounts(); // of values on their way into the sketch
    private long notFinite;

    public PointTotals() {
        this(
                new RunningMoments(),
                new RunningMoments(),
                new DDSketch(ValueCounts.MAPPING, UnboundedSizeDenseStore::new),
                0);
    }

    private PointTotals(RunningMoments values, RunningMoments norms, DDSketch sketch, long notFinite) {
        this.values = values;
        this.norms = norms;
        this.sketch = sketch;
        this.notFinite = notFinite;
    }

    /** How many numbers {@link #moments()} gives. */
    public static final int MOMENTS = 2 * RunningMoments.SIZE;

    /**
     * One that continues from what another kept.
     *
     * @throws IOException if the sketch is damaged
     */
    public static PointTotals of(double[] moments, int from, long notFinite, byte[] sketch) throws IOException {
        DDSketch decoded;
        try {
            decoded = DDSketch.decode(ByteArrayInput.wrap(sketch), UnboundedSizeDenseStore::new);
        } catch (IOException | RuntimeException e) {
            throw new IOException("its quantile sketch cannot be read: " + e.getMessage(), e);
        }
        if (!decoded.getIndexMapping().equals(ValueCounts.MAPPING)) {
            throw new IOException("its quantile sketch has other buckets than those of this version");
        }
        return new PointTotals(
                RunningMoments.of(moments, from),
                RunningMoments.of(moments, from + RunningMoments.SIZE),
                decoded,
                notFinite);
    }

    /** Takes in {@code rows} states that lie one after the other from a place of an array on. */
    public void add(Kernels kernels, float[] x, int from, int rows, int width) {
        RowSums sums = new RowSums(rows);
        kernels.sums(x, from, rows, width, sums, 0);
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            if (Double.isFinite(sums.square[row])) {
                values.add(width, sums.sum[row] / width, sums.deviation[row], sums.min[row], sums.max[row]);
                norms.add(Math.sqrt(sums.square[row]));
                counts.add(x, at, width);
            } else {
                addEach(x, at, width);
            }
        }
    }

    private void addEach(float[] x, int at, int width) {
        for (int i = at; i < at + width; i++) {
            if (Float.isFinite(x[i])) {
                values.add(x[i]);
                counts.add(x, i, 1);
            } else {
                notFinite++;
            }
        }
    }

    /** Takes in all that another took in. */
    public void add(PointTotals other) {
        values.add(other.values);
        norms.add(other.norms);
        sketch.mergeWith(other.filled());
        notFinite += other.notFinite;
    }

    /** Of all finite values. */
    public RunningMoments values() {
        return values;
    }

    /** Of the L2 norms of the tokens whose values are all finite. */
    public RunningMoments norms() {
        return norms;
    }

    /** How many values were not finite. */
    public long notFinite() {
        return notFinite;
    }

    /** The value below which a share of all values lies; NaN if there are none. */
    public double quantile(double share) {
        return filled().isEmpty() ? Double.NaN : sketch.getValueAtQuantile(share);
    }

    /** The sketch with all values in it. */
    private DDSketch filled() {
        counts.moveInto(sketch);
        return sketch;
    }

    /** What the moments keep. */
    public double[] moments() {
        double[] both = new double[MOMENTS];
        System.arraycopy(values.toArray(), 0, both, 0, RunningMoments.SIZE);
        System.arraycopy(norms.toArray(), 0, both, RunningMoments.SIZE, RunningMoments.SIZE);
        return both;
    }

    /** What the sketch keeps. */
    public byte[] sketch() {
        GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
        try {
            filled().encode(out, false);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail to be written", e);
        }
        return out.trimmedCopy();
    }
}
