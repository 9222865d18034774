package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsEntry;
import io.github.residual4j.internal.io.SafetensorsFile;
import io.github.residual4j.internal.io.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of another kind in the place of a model's are named, with the way to the real ones. */
class MistakenFilesTest {
    @TempDir
    Path folder;

    private static final String POINTER = """
            version https://git-lfs.github.com/spec/v1
            oid sha256:248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707
            size 548105171
            """;

    /** What is found in a file's place, and what is said of it. */
    private static Map<String, byte[]> mistakes() throws IOException {
        Map<String, byte[]> mistakes = new LinkedHashMap<>();
        mistakes.put(
                "Git LFS pointer in place of the file, which has 548105171 bytes",
                POINTER.getBytes(StandardCharsets.UTF_8));
        mistakes.put(
                "HTML or XML page",
                "\n<!DOCTYPE html>\n<html><body>Sign in</body></html>".getBytes(StandardCharsets.UTF_8));
        mistakes.put(
                "(Invalid username or password.)", "Invalid username or password.".getBytes(StandardCharsets.UTF_8));
        mistakes.put("file is empty", new byte[0]);
        mistakes.put("compressed archive", gzip());
        mistakes.put("zip archive", zip());
        mistakes.put("Python pickle", HexFormat.of().parseHex("80028a0a6cfc9c46f920".repeat(20)));
        mistakes.put("HDF5 file", HexFormat.of().parseHex("894844460d0a1a0a" + "00".repeat(100)));
        mistakes.put("GGUF file", "GGUF\3\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
        mistakes.put("zeros only", new byte[4096]);
        return mistakes;
    }

    private static byte[] gzip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("{}".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(new byte[20]);
        }
        return bytes.toByteArray();
    }

    static Stream<Arguments> everyMistakeInEveryPlace() throws IOException {
        Map<String, byte[]> mistakes = mistakes();
        List<Arguments> all = new java.util.ArrayList<>();
        for (String file : List.of(
                "model.safetensors",
                "model-00002-of-00003.safetensors",
                "model.safetensors.index.json",
                "config.json",
                "tokenizer.json",
                "vocab.json",
                "model.onnx")) {
            mistakes.forEach((said, content) -> all.add(Arguments.of(file, said, content)));
        }
        mistakes.forEach((said, content) -> {
            if (said.contains("in place")) { // an empty one holds no merges, and the rest is seen as such
                all.add(Arguments.of("merges.txt", said, content));
                all.add(Arguments.of("model.onnx_data", said, content));
            }
        });
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everyMistakeInEveryPlace")
    void isNamedForWhatItIs(String file, String said, byte[] content) throws IOException {
        if (file.contains("-of-") || file.endsWith(".index.json")) {
            copyAll("sharded");
        } else if (file.startsWith("model.onnx")) {
            Files.copy(Reference.resource("/exports/micro-opset13.onnx"), folder.resolve("model.onnx"));
        } else {
            copyAll("plain");
        }
        if (file.equals("merges.txt") || file.equals("vocab.json")) {
            Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0}");
            Files.writeString(folder.resolve("merges.txt"), "");
        }
        Files.write(folder.resolve(file), content);
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(folder.resolve(file) + ": ")
                .hasMessageContaining(said)
                .hasMessageEndingWith(".")
                .message()
                .doesNotContain("\n", "Gson", "JsonReader");
    }

    private void copyAll(String variant) throws IOException {
        try (Stream<Path> files = Files.list(Reference.resource("/variants/" + variant))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pytorch_model.bin | PyTorch's own format; load the model in Python",
                "pytorch_model.bin.index.json | PyTorch's own format",
                "tf_model.h5 | from_tf=True",
                "flax_model.msgpack | from_flax=True",
                "gpt2.Q4_K_M.gguf | llama.cpp",
                "ckpt.pt | GPT2LMHeadModel",
                "model.ckpt.data-00000-of-00001 | OpenAI published",
                "rust_model.ot | rust-bert",
                "adapter_model.safetensors | merge_and_unload()",
                "gpt2.fp16.safetensors | name the file model.safetensors",
            })
    void weightsInAnotherFormatAreNamedWithTheWayToConvertThem(String file, String said) throws IOException {
        Files.copy(Reference.resource("/variants/plain/config.json"), folder.resolve("config.json"));
        Files.write(folder.resolve(file), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(folder.resolve("model.safetensors") + ": there is no such file")
                .hasMessageContaining("the folder holds \"" + file + "\"")
                .hasMessageContaining(said);
        Files.delete(folder.resolve("config.json"));
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .hasMessageStartingWith(folder.resolve("config.json") + ": there is no such file")
                .hasMessageContaining(said);
        if (!file.endsWith(".json") && !file.endsWith(".safetensors")) {
            assertThatThrownBy(() -> LanguageModel.load(folder.resolve(file)).close())
                    .isInstanceOf(BadFileException.class)
                    .hasMessageContaining(said);
        }
    }

    @Test
    void anAdapterAloneIsNoModel() throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), "{\"base_model_name_or_path\": \"gpt2\"}");
        Files.write(folder.resolve("adapter_model.safetensors"), new byte[9]);
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("\"adapter_config.json\", a PEFT adapter")
                .hasMessageContaining("merge_and_unload()");
    }

    @Test
    void quantizedWeightsAreNamed() throws IOException {
        copyAll("plain");
        Path config = folder.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\\{", "{\"quantization_config\": {\"quant_method\": \"bitsandbytes\"},"));
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(config + ": quantization_config")
                .hasMessageContaining("\"bitsandbytes\"")
                .hasMessageContaining("dequantize()");
    }

    /** Writes the plain variant's weights under other names. */
    private void rename(UnaryOperator<String> name, Map<String, String> metadata) throws IOException {
        copyAll("plain");
        SafetensorsFile stored =
                SafetensorsFile.open(Reference.resource("/variants/plain").resolve("model.safetensors"));
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        for (SafetensorsEntry tensor : stored.entries().values()) {
            writer.floats(
                    name.apply(tensor.name()),
                    FloatType.F32,
                    stored.floats(tensor.name()),
                    tensor.shape().stream().mapToInt(Long::intValue).toArray());
        }
        writer.save(folder.resolve("model.safetensors"));
    }

    @ParameterizedTest
    @CsvSource({
        "_orig_mod.transformer.",
        "module.transformer.",
        "module.",
        "module._orig_mod.transformer.",
        "_orig_mod.module.transformer.",
        "_fsdp_wrapped_module.transformer.",
        "transformer._orig_mod."
    })
    void namesThatTrainingWrappersGaveAreRead(String prefix) throws IOException {
        rename(name -> prefix + name, Map.of());
        Reference expected =
                new Reference(SafetensorsFile.open(Reference.resource("/variants/plain/expected.safetensors")));
        try (LanguageModel model = LanguageModel.load(folder)) {
            ActivationSession session = model.capture(expected.ids());
            float[] points = expected.values("points");
            int last = points.length - session.width();
            Reference.assertClose(
                    "last state", session.vector(4, session.tokens().size() - 1), points, last);
        }
    }

    @Test
    void layersThatWereWrappedOneByOneAreRead() throws IOException {
        rename(
                name -> "transformer."
                        + name.replaceFirst("^(h\\.\\d+)\\.", "$1._checkpoint_wrapped_module.")
                                .replaceFirst("\\.mlp\\.", ".mlp._orig_mod."),
                Map.of());
        try (LanguageModel model = LanguageModel.load(folder)) {
            assertThat(model.selfCheck(1, 2, 3).largestDifference()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "base_model.model.transformer. | merge_and_unload()",
                "model.transformer. | the prefix \"model.\"",
                "gpt2. | the prefix \"gpt2.\"",
            })
    void otherPrefixesAreNamed(String prefix, String said) throws IOException {
        rename(name -> prefix + name, Map.of());
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("there is no tensor \"wte.weight\"; \"" + prefix)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({"tf, TensorFlow's, from_tf=True", "flax, Flax's, from_flax=True"})
    void weightsOfOtherFrameworksAreNamed(String format, String framework, String said) throws IOException {
        rename(name -> "transformer/" + name.replace('.', '/'), Map.of("format", format));
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("the file is " + framework)
                .hasMessageContaining(said);
        rename(name -> name, Map.of("format", format)); // the label alone is no reason to refuse
        LanguageModel.load(folder).close();
    }

    @Test
    void aTokenizerGivenByPathIsLookedAtToo() throws IOException {
        try (InputStream none = InputStream.nullInputStream()) {
            Files.copy(none, folder.resolve("t.json"));
        }
        ModelOptions options = ModelOptions.defaults().tokenizer(folder.resolve("t.json"));
        assertThatThrownBy(() -> LanguageModel.embedded(options))
                .isInstanceOf(BadFileException.class)
                .hasMessage(folder.resolve("t.json") + ": the file is empty; download or copy it again.");
    }
}
