package io.github.residual4j.capture.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.hub.FakeHub;
import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWeightsTest {
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    Path folder;

    /** Writes a safetensors file of F32 vectors of length 1, named in order. */
    private void write(String file, String... names) throws IOException {
        StringBuilder header = new StringBuilder("{");
        ByteBuffer data = ByteBuffer.allocate(4 * names.length).order(ByteOrder.LITTLE_ENDIAN);
        for (String name : names) {
            header.append(header.length() > 1 ? "," : "")
                    .append("\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}"
                            .formatted(name, data.position(), data.position() + 4));
            data.putFloat(data.position() / 4f);
        }
        byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + json.length + data.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                folder.resolve(file),
                all.putLong(json.length).put(json).put(data.flip()).array());
    }

    private void assertRefused(String file, String reason) {
        assertThatThrownBy(() -> SafetensorsWeights.open(folder))
                .isInstanceOf(BadFileException.class)
                .hasMessage(folder.resolve(file) + ": " + reason);
    }

    @Test
    void namesAreReadWithAndWithoutPrefix() throws IOException {
        write(
                "model.safetensors",
                "transformer.wte.weight",
                "ln_f.bias",
                "lm_head.weight",
                "transformer.h.0.attn.bias");

        SafetensorsWeights weights = SafetensorsWeights.open(folder);

        assertThat(weights.floats("wte.weight", 1).get(0)).isEqualTo(0f);
        assertThat(weights.floats("ln_f.bias", 1).get(0)).isEqualTo(1f);
        assertThat(weights.floats("lm_head.weight", 1).get(0)).isEqualTo(2f);
    }

    @Test
    void aTensorUnderBothItsNamesIsRefused() throws IOException {
        write("model.safetensors", "wte.weight", "transformer.wte.weight");

        assertRefused(
                "model.safetensors",
                "tensor \"transformer.wte.weight\" is there twice, once more as \"wte.weight\" in model.safetensors.");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        write("model.safetensors", "transformer.wte.weight");
        SafetensorsWeights weights = SafetensorsWeights.open(folder);

        assertThatThrownBy(() -> weights.floats("wpe.weight", 1))
                .isInstanceOf(BadFileException.class)
                .hasMessageEndingWith("model.safetensors: there is no tensor \"wpe.weight\"; a GPT-2 has it.");
        assertThatThrownBy(() -> weights.floats("lm_head.weight", 1))
                .isInstanceOf(BadFileException.class)
                .hasMessageEndingWith("a GPT-2 has it when tie_word_embeddings is false in config.json.");
        assertThatThrownBy(() -> weights.floats("wte.weight", 2, 3))
                .isInstanceOf(BadFileException.class)
                .hasMessageEndingWith(
                        "tensor \"transformer.wte.weight\" has the shape [1]; config.json calls for [2, 3].");
    }

    @Test
    void aFolderWithoutSafetensorsSaysSo() throws IOException {
        assertRefused(
                "model.safetensors",
                "there is no such file, nor model.safetensors.index.json; weights are read from safetensors only.");
        Files.createFile(folder.resolve("pytorch_model.bin"));
        assertRefused(
                "model.safetensors",
                "there is no such file, nor model.safetensors.index.json; weights are read from safetensors only,"
                        + " but the folder holds \"pytorch_model.bin\", weights in PyTorch's own format; load the model in Python with transformers' from_pretrained(folder) and write it by save_pretrained(folder, safe_serialization=True).");
    }

    @Test
    void shardsThatContradictTheirIndexAreRefused() throws IOException {
        write("a.safetensors", "x");
        write("b.safetensors", "y", "x");
        Files.writeString(
                folder.resolve(INDEX), "{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"c.safetensors\"}}");
        assertRefused("c.safetensors", "there is no such file; " + INDEX + " names it as a part of the weights.");

        Files.writeString(folder.resolve(INDEX), "{\"weight_map\": {\"z\": \"a.safetensors\"}}");
        assertRefused("a.safetensors", "there is no tensor \"z\", which " + INDEX + " places here.");

        Files.writeString(
                folder.resolve(INDEX), "{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}}");
        assertRefused("b.safetensors", "tensor \"x\" is there twice, once more as \"x\" in a.safetensors.");
    }

    @Test
    void whatIsNoIndexIsRefused() throws IOException {
        Path index = folder.resolve(INDEX);
        Files.writeString(index, "{");
        assertRefused(INDEX, "the file is not valid JSON: End of input in line 1, column 2.");
        Files.writeString(index, "[]");
        assertRefused(INDEX, "the file holds no JSON object.");
        Files.writeString(index, "{\"weight_map\": []}");
        assertRefused(INDEX, "the index has no \"weight_map\", which says which file holds which tensor.");
        Files.writeString(index, "{\"weight_map\": {}}");
        assertRefused(INDEX, "the index names no tensor.");
        Files.writeString(index, "{\"weight_map\": {\"x\": \"../a.safetensors\"}}");
        assertRefused(
                INDEX,
                "the index places tensor \"x\" in \"../a.safetensors\", which is not a .safetensors file beside it.");
        Files.write(index, new byte[] {'{', (byte) 0xff, '}'});
        assertRefused(INDEX, "the file is not UTF-8 text (byte 0xff at 1, in line 1); save it as UTF-8.");
    }

    @Test
    void theHashIsTakenFromTheNameUnderWhichACacheKeepsTheFile() throws IOException {
        write("model.safetensors", "wte.weight");
        String computed = SafetensorsWeights.open(folder).sha256();
        assertThat(computed)
                .isEqualTo(FakeHub.hash("SHA-256", Files.readAllBytes(folder.resolve("model.safetensors"))));

        for (String blob : List.of("models--a--b/blobs/" + "a".repeat(64), "elsewhere/blobs/" + "a".repeat(64))) {
            Path file = folder.resolve(blob);
            Files.createDirectories(file.getParent());
            Files.copy(folder.resolve("model.safetensors"), file);
            Path snapshot = Files.createDirectories(folder.resolve(blob.replace("blobs", "snapshots")));
            Files.createSymbolicLink(snapshot.resolve("model.safetensors"), file);

            assertThat(SafetensorsWeights.open(snapshot).sha256())
                    .isEqualTo(blob.startsWith("models--") ? "a".repeat(64) : computed);
        }
    }

    @Test
    void weightsBeyondTwoGibibytesAreMappedInParts() throws IOException {
        long hole = (2L << 30) + 64; // takes no room on the disk
        String json =
                "{\"h.0.attn.bias\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},".formatted(hole, hole)
                        + "\"wte.weight\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
                                .formatted(hole, hole + 8);
        try (FileChannel channel = FileChannel.open(
                folder.resolve("model.safetensors"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer header = ByteBuffer.allocate(8 + json.length()).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(header.putLong(json.length())
                    .put(json.getBytes(StandardCharsets.US_ASCII))
                    .flip());
            ByteBuffer values = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(values.putFloat(1.5f).putFloat(-2.5f).flip(), 8 + json.length() + hole);
        }

        assertThat(SafetensorsWeights.open(folder).floats("wte.weight", 2).get(1))
                .isEqualTo(-2.5f);
    }
}
