package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    private static final String TWO_FLOATS = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @TempDir
    private Path folder;

    private Path file(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(json.length).put(json).put(data);
        return Files.write(folder.resolve("model.safetensors"), all.array());
    }

    private static byte[] littleEndian(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static float[] array(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.duplicate().get(values);
        return values;
    }

    @Test
    void readsWhatTheHeaderDescribes() throws IOException {
        String header =
                "{\"__metadata__\":{\"format\":\"pt\"},\"m\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[4,16]},"
                        + "\"scalar\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"F32\"},"
                        + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[16,16]}}   ";
        SafetensorsFile file = SafetensorsFile.open(file(header, littleEndian(9, 1.5f, Float.NaN, -0f)));
        assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
        assertThat(file.entries()).containsOnlyKeys("m", "scalar", "none");
        assertThat(file.entries().get("m")).isEqualTo(new SafetensorsEntry("m", "F32", List.of(1L, 3L), 4, 12));
        assertThat(array(file.floats("m"))).containsExactly(1.5f, Float.NaN, -0f);
        assertThat(array(file.floats("scalar"))).containsExactly(9);
        assertThat(array(file.floats("none"))).isEmpty();
        assertThat(file.floats("m").isDirect()).isTrue();
    }

    @Test
    void anInterruptedThreadIsToldSoAndStaysInterrupted() throws IOException {
        Path whole = file("{}", new byte[0]);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> SafetensorsFile.open(whole))
                    .isInstanceOf(BadFileException.class)
                    .hasMessage(whole + ": the file cannot be read: the thread was interrupted.");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void valuesThatAreNotAlignedAreReadAsWell() throws IOException {
        byte[] data = new byte[9];
        System.arraycopy(littleEndian(1.25f, -3), 0, data, 1, 8);
        SafetensorsFile file = SafetensorsFile.open(file(
                "{\"odd\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}",
                data));
        FloatBuffer values = file.floats("a");
        assertThat(array(values)).containsExactly(1.25f, -3);
        assertThat(values.isDirect()).isTrue();
        assertThat(values.order()).isEqualTo(ByteOrder.nativeOrder());
    }

    @Test
    void halfPrecisionIsWidenedExactly() throws IOException {
        // 1.5, the smallest subnormal and −infinity in binary16; 3.140625 and −2 in bfloat16
        byte[] data = {0x00, 0x3e, 0x01, 0x00, 0x00, (byte) 0xfc, 0x49, 0x40, 0x00, (byte) 0xc0};
        SafetensorsFile file = SafetensorsFile.open(file(
                "{\"half\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
                        + "\"brain\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[6,10]}}",
                data));
        assertThat(array(file.floats("half"))).containsExactly(1.5f, (float) Math.pow(2, -24), Float.NEGATIVE_INFINITY);
        assertThat(array(file.floats("brain"))).containsExactly(3.140625f, -2f);
        assertThat(file.floats("half").isDirect()).isTrue();
    }

    @Test
    void aFileInMemoryReadsTheSame() throws Exception {
        byte[] content = Files.readAllBytes(file(TWO_FLOATS, littleEndian(4, 5)));
        ByteBuffer memory =
                ByteBuffer.allocateDirect(content.length).put(content).flip();
        SafetensorsFile file = SafetensorsFile.of(Path.of("in memory"), memory);
        assertThat(array(file.floats("a"))).containsExactly(4, 5);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        assertThat(file.sha256()).isEqualTo(sha256);
        assertThat(SafetensorsFile.open(folder.resolve("model.safetensors")).sha256())
                .isEqualTo(sha256);
    }

    @Test
    void aFileBeyondTwoGibibytesIsMappedInParts() throws IOException {
        long length = (2L << 30) + 64;
        String header = "{\"big\":{\"dtype\":\"U8\",\"shape\":[" + length + "],\"data_offsets\":[0," + length + "]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + length + "," + (length + 8) + "]}}";
        Path path = file(header, new byte[0]);
        long end = Files.size(path) + length;
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(littleEndian(6, 7)), end); // the gap stays a hole on disk
        }
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThat(array(file.floats("a"))).containsExactly(6, 7);
        assertThatThrownBy(() -> file.bytes("big"))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("tensor \"big\" takes 2147483712 bytes; at most 2 GiB can be read at once");
    }

    @Test
    void lengthsOfTheHeaderThatCannotBeAreRefused() throws IOException {
        Path path = folder.resolve("model.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.open(path)).hasMessage(path + ": there is no such file.");
        Files.write(path, new byte[5]);
        assertRefused(path, "the file has 5 bytes");
        Files.write(path, "<!DOCTYPE html><html></html>".getBytes(StandardCharsets.US_ASCII));
        assertRefused(path, "this is an HTML or XML page in place of the file");
        Files.write(path, "[DOCTYPE html][/html]".getBytes(StandardCharsets.US_ASCII));
        assertRefused(path, "more than the format's limit of 100000000; this is not a safetensors file");
        Files.write(path, new byte[] {50, 0, 0, 0, 0, 0, 0, 0, '{', '}'});
        assertRefused(path, "the header claims to be 50 bytes long but only 2 follow; the file is cut off");
    }

    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        assertRefused(
                file(TWO_FLOATS, littleEndian(1)),
                "tensor \"a\" ends at byte 8 of the data but the file holds 4; it is cut off");
        assertRefused(file(TWO_FLOATS, littleEndian(1, 2, 3)), "holds 12; it is followed by something else");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nonsense | the header is not the JSON of a safetensors file",
                "[] | the header is not the JSON of a safetensors file",
                "{\"a\":3} | the header is not the JSON of a safetensors file",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}} | the header is not the JSON",
                "{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}} | tensor \"a\" is of the type \"F33\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}} | tensor \"a\" needs two data_offsets",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,8]}} | does not take the 8 bytes its data_offsets [0, 8]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2,-1],\"data_offsets\":[0,8]}} | does not take the 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} | does not take the 0 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | does not take the -8 bytes",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,-1]}} | does not take the -1 bytes",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807],\"data_offsets\":[0,9223372036854775807]},\"b\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[9223372036854775807,-9223372036854775800]}} | tensor",
                "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}} | does not take the 1 bytes",
                "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}} | says \"a\" twice",
                "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}} | the header is not the JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | tensor \"a\" begins at byte 4 of the data, where 0 is next",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | gaps or overlaps",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | lists tensor \"a\" twice",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]} | the header is not the JSON",
            })
    void aHeaderThatDoesNotDescribeTheFileIsRefused(String header, String reason) throws IOException {
        assertRefused(file(header, littleEndian(1, 2)), reason);
    }

    @Test
    void whatIsNotThereOrIsNoWeightIsNamed() throws IOException {
        SafetensorsFile file = SafetensorsFile.open(
                file("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]));
        assertThatThrownBy(() -> file.floats("b")).hasMessageContaining("there is no tensor \"b\"");
        assertThatThrownBy(() -> file.floats("a"))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("tensor \"a\" is of type I64; weights are read from F64, F32, F16 and BF16");
    }

    @Test
    void doublesAreRoundedToTheNearestFloat() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(5 * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : new double[] {0.1, -0.0, Double.POSITIVE_INFINITY, 1 + 0x1p-24, 1e39}) {
            data.putDouble(value);
        }
        String header = "{\"a\":{\"dtype\":\"F64\",\"shape\":[4],\"data_offsets\":[0,32]},"
                + "\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[32,40]}}";
        SafetensorsFile file = SafetensorsFile.open(file(header, data.array()));
        assertThat(array(file.floats("a"))).containsExactly(0.1f, -0f, Float.POSITIVE_INFINITY, 1); // a tie, to even
        assertThat(file.floats("a").isDirect()).isTrue();
        assertThatThrownBy(() -> file.floats("b"))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("tensor \"b\" holds 1.0E39, which is beyond float32");
    }

    private static void assertRefused(Path path, String reason) {
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(reason);
    }
}
