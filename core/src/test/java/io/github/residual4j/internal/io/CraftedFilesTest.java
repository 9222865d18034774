package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.SessionFormat;
import io.github.residual4j.error.BadFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to mislead a reader, one trick each. */
@Tag("any-kernels")
class CraftedFilesTest {
    @TempDir
    private Path temp;

    /** An array whose header says what the caller wants, before the bytes of eight zeros as float32. */
    private static byte[] npy(String header) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.write(header.length() & 0xff);
        out.write(header.length() >> 8);
        out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(new byte[32]);
        return out.toByteArray();
    }

    private static byte[] states(String shape) throws IOException {
        return npy("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n");
    }

    private static byte[] bytes(StoredArray array) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(array.npyHeader());
        array.values().writeTo(out);
        return out.toByteArray();
    }

    private Path session(byte[] states, String otherName, byte[] other) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("session"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("tensors.npz")))) {
            put(zip, "hidden_states.npy", states);
            put(zip, "layer_names.npy", bytes(StoredArray.strings(List.of("x"))));
            put(zip, "config_json.npy", bytes(StoredArray.string("{}")));
            put(zip, otherName, other);
        }
        return folder;
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
    }

    private static void assertRefused(Path folder, String reason) {
        assertThatThrownBy(() -> ActivationSession.load(folder))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "/tmp/residual4j-crafted", "..\\..\\x", "C:\\x", "a/../../x"})
    void namesThatPointElsewhereAreOnlyLabels(String name) throws IOException {
        Path folder = session(states("(1, 1, 2, 4)"), name + ".npy", states("(8,)"));
        ActivationSession session = ActivationSession.load(folder);
        assertThat(session.arrays()).containsOnlyKeys(name);
        session.save(folder);
        session.save(temp.resolve("safetensors"), SessionFormat.SAFETENSORS);
        assertThat(ActivationSession.load(temp.resolve("safetensors"))).isEqualTo(session);
        try (Stream<Path> files = Files.walk(temp)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(f -> temp.relativize(f).toString()))
                    .containsExactlyInAnyOrder(
                            "session/tensors.npz",
                            "session/config.json",
                            "safetensors/tensors.safetensors",
                            "safetensors/config.json");
        }
        assertThat(Path.of("/tmp/residual4j-crafted.npy")).doesNotExist();
    }

    @Test
    void twoEntriesOfOneName() throws IOException {
        Path folder = session(states("(1, 1, 2, 4)"), "hidden_statex.npy", states("(1, 1, 2, 4)"));
        Path npz = folder.resolve("tensors.npz");
        String zip = Files.readString(npz, StandardCharsets.ISO_8859_1);
        Files.writeString(npz, zip.replace("hidden_statex", "hidden_states"), StandardCharsets.ISO_8859_1);
        assertRefused(folder, "it holds \"hidden_states.npy\" more than once");
    }

    /** Entries that all name the same bytes, as a zip bomb without compression does. */
    @Test
    void entriesThatOverlap() throws IOException {
        Path folder = session(states("(1, 1, 2, 4)"), "a.npy", new byte[1000]);
        Path npz = folder.resolve("tensors.npz");
        byte[] zip = Files.readAllBytes(npz);
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int entry = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
        bytes.putInt(entry + 20, zip.length); // the length of the first entry's bytes in the directory
        Files.write(npz, zip);
        assertRefused(folder, "its entries take more bytes than the file has");
    }

    @Test
    void anEntryThatUnfoldsIntoMoreThanItClaims() throws IOException {
        byte[] states = Arrays.copyOf(states("(1, 1, 2, 4)"), 1 << 20);
        Path folder = session(states, "x", new byte[0]);
        Path npz = folder.resolve("tensors.npz");
        byte[] zip = Files.readAllBytes(npz);
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int entry = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
        bytes.putInt(entry + 24, 150); // the length unpacked
        Files.write(npz, zip);
        assertRefused(folder, "it holds more than the 150 bytes it claims to hold");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (1, 1, -2, -4)                                            | expected a plain 'descr', 'fortran_order' and 'shape'
            (1, 1, 2, 5)                                              | it ends before the 10 values
            (1, 1, 2147483647, 2147483647)                            | it ends before the 4611686014132420609 values
            (2147483647, 1, 2147483647, 2147483647)                   | more values than can be counted
            (1, 1, 2, 4294967300)                                     | an axis longer than 2^31
            (1, 1, 2, 99999999999999999999)                           | an axis longer than 2^31
            (1, 1, 0, 4)                                              | at least one point, token and dimension
            ()                                                        | expected [points, 1, tokens, width]
            (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8) | expected [points, 1, tokens, width]
            """)
    void shapesThatCannotBe(String shape, String reason) throws IOException {
        assertRefused(session(states(shape), "x", new byte[0]), reason);
    }

    @Test
    void headersOfArraysThatLieAboutTheirLength() throws IOException {
        byte[] honest = states("(1, 1, 2, 4)");
        byte[] beyond = honest.clone();
        beyond[9] = (byte) 0xff;
        assertRefused(session(beyond, "x", new byte[0]), "it ends inside the npy header");
        byte[] huge = honest.clone();
        huge[6] = 2; // four bytes give the length from version 2 on
        huge[8] = huge[9] = huge[10] = (byte) 0xff;
        huge[11] = 0x7f;
        assertRefused(session(huge, "x", new byte[0]), "its header claims to be 2147483647 bytes long");
        byte[] none = honest.clone();
        none[8] = none[9] = 0;
        assertRefused(session(none, "x", new byte[0]), "its header is \"\"");
    }

    @Test
    void aShapeOfManyValuesOverFewDeflatedBytes() throws IOException {
        byte[] states = states("(1, 1, 4096, 4096)");
        assertRefused(session(states, "x", new byte[0]), "it ends before the 16777216 values");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": 99999999999999999999999999999999}",
                "{\"format_version\": 1e999}",
                "{\"format_version\": 1.5}",
                "{\"layer_norm_epsilon\": -1e999}",
                "{\"tokens\": {\"0\": \"a\"}}",
                "{\"tokens\": [[\"a\"]]}",
                "{\"next_token_texts\": {\"-1\": \"a\"}}",
                "{\"created\": \"2026-13-45\"}",
                "[]",
                "\"\"",
                ""
            })
    void configurationsThatSayWhatCannotBe(String json) throws IOException {
        assertRefused(withConfig(json.getBytes(StandardCharsets.UTF_8)), "config.json: ");
    }

    @Test
    void configurationsThatAreNoTextOrTooDeep() throws IOException {
        assertRefused(withConfig(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'}), "config.json: ");
        assertRefused(withConfig("[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)), "config.json: ");
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        assertRefused(withConfig(deep.getBytes(StandardCharsets.UTF_8)), "config.json: ");
    }

    private Path withConfig(byte[] json) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("seed"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("tensors.npz")))) {
            put(zip, "hidden_states.npy", states("(1, 1, 2, 4)"));
            put(zip, "layer_names.npy", bytes(StoredArray.strings(List.of("x"))));
        }
        Files.write(folder.resolve("config.json"), json);
        return folder;
    }

    @Test
    void longTextInAFileMakesNoLongMessage() throws IOException {
        Path folder = withConfig(("{\"text\": [\"" + "x".repeat(100_000) + "\"]}").getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ActivationSession.load(folder))
                .hasMessageStartingWith(folder.resolve("config.json") + ": \"text\" is [\"xxx")
                .hasMessageContaining(" characters) … ")
                .hasMessageEndingWith("xxx\"]; expected a string.")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2_000));
    }
}
