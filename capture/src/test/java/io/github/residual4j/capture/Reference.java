package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Objects;

/** Expected values of one text, made by src/test/reference/make.py in NumPy float64. */
record Reference(SafetensorsFile file) {
    static Reference of(String name) {
        return new Reference(SafetensorsFile.open(resource("/reference/" + name + ".safetensors")));
    }

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Reference.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path micro() {
        return resource("/micro");
    }

    String text() {
        return file.metadata().get("text");
    }

    long[] ids() {
        return longs("input_ids");
    }

    private long[] longs(String name) {
        LongBuffer buffer = file.bytes(name).asLongBuffer();
        long[] values = new long[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    float[] values(String name) {
        FloatBuffer buffer = file.floats(name);
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** Every stream point at the positions this reference holds. */
    void assertStream(ActivationSession session) {
        long[] positions = longs("positions");
        float[] points = values("points"); // [P, positions, D]
        int width = session.width();
        assertThat(session.points()).hasSize(points.length / positions.length / width);
        for (int p = 0; p < session.points().size(); p++) {
            for (int i = 0; i < positions.length; i++) {
                float[] actual = session.vector(p, (int) positions[i]);
                assertClose(
                        session.points().get(p) + " at position " + positions[i],
                        actual,
                        points,
                        (p * positions.length + i) * width);
            }
        }
    }

    /** The state after the final norm at the positions this reference holds. */
    void assertFinal(ActivationSession session) {
        float[] actual = session.arrays().get(ActivationSession.FINAL).toArray();
        float[] expected = values("final");
        long[] positions = longs("positions");
        int width = session.width();
        for (int i = 0; i < positions.length; i++) {
            float[] row = new float[width];
            System.arraycopy(actual, (int) positions[i] * width, row, 0, width);
            assertClose("final at position " + positions[i], row, expected, i * width);
        }
    }

    /** The project's tolerance for captured values: |a − b| ≤ 1e-4 + 1e-3·|b|. */
    static void assertClose(String what, float[] actual, float[] expected, int from) {
        for (int i = 0; i < actual.length; i++) {
            float e = expected[from + i];
            assertThat(Math.abs(actual[i] - e))
                    .as("%s, dimension %d: %s, expected %s", what, i, actual[i], e)
                    .isLessThanOrEqualTo(1e-4f + 1e-3f * Math.abs(e));
        }
    }
}
