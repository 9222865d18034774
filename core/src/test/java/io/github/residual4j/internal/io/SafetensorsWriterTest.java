package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.TestSessions;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    private Path temp;

    private static FloatBuffer values(float... values) {
        return FloatBuffer.wrap(values);
    }

    /** The bytes that the format's own package wrote of the same arrays; see make_safetensors_samples.py. */
    @Test
    void theFileIsTheOneTheReferenceImplementationWrites() {
        Path file = temp.resolve("plain.safetensors");
        new SafetensorsWriter()
                .metadata("who", "a \"quoted\" é 🌍\n")
                .floats("b", FloatType.F32, values(1.5f, -0f, Float.POSITIVE_INFINITY, 3), 2, 2)
                .floats("c é", FloatType.F32, values(2.5f))
                .floats("none", FloatType.F32, values(), 0, 3)
                .floats("half", FloatType.F16, values(0.5f, -65504, 6e-8f), 3)
                .longs("ids", new long[] {1, -2, 1L << 62}, 1, 3)
                .save(file);
        assertThat(file).hasSameBinaryContentAs(TestSessions.resource("safetensors/plain.safetensors"));
    }

    @Test
    void valuesAreRoundedAsNumPyAndExactArithmeticRoundThem() {
        SafetensorsFile reference = SafetensorsFile.open(TestSessions.resource("safetensors/rounding.safetensors"));
        FloatBuffer values = reference.floats("values");
        Path file = temp.resolve("ours.safetensors");
        new SafetensorsWriter()
                .floats("values", FloatType.F32, values, values.remaining())
                .floats("as_f16", FloatType.F16, values, values.remaining())
                .floats("as_bf16", FloatType.BF16, values, values.remaining())
                .save(file);
        SafetensorsFile ours = SafetensorsFile.open(file);
        for (String name : reference.entries().keySet()) {
            assertThat(ours.bytes(name)).as(name).isEqualTo(reference.bytes(name));
        }
    }

    @Test
    void everyValueLiesAtAMultipleOfItsSize() throws IOException {
        Path file = temp.resolve("aligned.safetensors");
        for (int length = 0; length < 20; length++) {
            new SafetensorsWriter()
                    .metadata("pad", "x".repeat(length))
                    .floats("odd", FloatType.BF16, values(1, 2, 3), 3)
                    .floats("single", FloatType.F32, values(1), 1)
                    .longs("long", new long[] {5}, 1)
                    .save(file);
            ByteBuffer start = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(start.getLong(0) % 8).isZero();
            assertThat(start.get(8)).isEqualTo((byte) '{');
            Map<String, SafetensorsEntry> entries = SafetensorsFile.open(file).entries();
            assertThat(entries).containsOnlyKeys("long", "single", "odd");
            assertThat(entries.get("long").offset()).isZero();
            assertThat(entries.get("single").offset()).isEqualTo(8);
            assertThat(entries.get("odd").offset()).isEqualTo(12);
        }
    }

    @Test
    void aFileWithoutAnyArrayIsRead() {
        Path file = temp.resolve("empty.safetensors");
        new SafetensorsWriter().save(file);
        assertThat(SafetensorsFile.open(file).entries()).isEmpty();
        assertThat(SafetensorsFile.open(file).metadata()).isEmpty();
    }

    @Test
    void whatTheFormatCannotKeepIsRefused() {
        SafetensorsWriter writer = new SafetensorsWriter().longs("a", new long[1], 1);
        assertThatThrownBy(() -> writer.longs("a", new long[1], 1)).hasMessageContaining("\"a\" was given twice");
        assertThatThrownBy(() -> writer.longs("__metadata__", new long[1], 1)).hasMessageContaining("__metadata__");
        assertThatThrownBy(() -> writer.longs("b", new long[3], 2))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Array \"b\" has 3 values, which do not fill its shape [2].");
        assertThatThrownBy(() -> writer.longs("b", new long[6], -2, -3)).hasMessageContaining("[-2, -3]");
        assertThatThrownBy(() -> writer.longs("b", new long[0], 1 << 30, 1 << 30, 1 << 30))
                .isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> writer.longs("half \uD83C", new long[1], 1)).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> writer.floats("b", FloatType.F16, values(1, -65520), 2))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("\"b\" holds -65520.0, which F16 cannot");
        assertThatThrownBy(() -> writer.floats("b", FloatType.BF16, values(Float.MAX_VALUE), 1))
                .hasMessageContaining("3.4028235E38, which BF16 cannot");
        writer.metadata("m", "1");
        assertThatThrownBy(() -> writer.metadata("m", "2")).hasMessageContaining("\"m\" was given twice");
    }

    @Test
    void aHeaderBeyondTheFormatsLimitIsRefusedAndNothingWritten() {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("long", "x".repeat(100_000_000));
        assertThatThrownBy(() -> writer.save(temp.resolve("long.safetensors")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("the safetensors format allows 100000000");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() {
        Path file = temp.resolve("missing/x.safetensors");
        assertThatThrownBy(() -> new SafetensorsWriter().save(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": it cannot be written");
    }
}
