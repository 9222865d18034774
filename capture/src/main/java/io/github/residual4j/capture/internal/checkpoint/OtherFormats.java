package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.internal.io.WeightFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What people have in the place of a safetensors checkpoint, known by its file's name, and how it becomes one. */
final class OtherFormats {
    private static final String MERGE = "merge it into its base model in Python by PeftModel.from_pretrained(base,"
            + " folder).merge_and_unload() and write that by save_pretrained(folder)";

    /** The kinds of files by the pattern of their names, the most telling first. */
    private static final Map<Pattern, String> KINDS = kinds();

    private OtherFormats() {}

    private static Map<Pattern, String> kinds() {
        Map<Pattern, String> kinds = new LinkedHashMap<>();
        put(kinds, "adapter_(config\\.json|model\\.(safetensors|bin))", "a PEFT adapter, not a model; " + MERGE);
        put(kinds, ".*\\.bin(\\.index\\.json)?", "weights in PyTorch's own format; " + WeightFormats.LOAD_AND_SAVE);
        put(kinds, ".*\\.h5", "TensorFlow's weights; " + WeightFormats.FROM_TENSORFLOW);
        put(kinds, ".*\\.msgpack", "Flax's weights; " + WeightFormats.FROM_FLAX);
        put(kinds, ".*\\.(gguf|ggml)", "weights for llama.cpp; " + WeightFormats.ORIGINAL);
        put(
                kinds,
                ".*\\.ckpt\\.(index|meta|data-\\d+-of-\\d+)",
                "a TensorFlow 1 checkpoint, as OpenAI published GPT-2; take the model from a hub (hf:openai-community/gpt2)"
                        + " or convert it with transformers' convert_gpt2_original_tf_checkpoint_to_pytorch");
        put(
                kinds,
                ".*\\.(pt|pth|ckpt)",
                "a checkpoint in PyTorch's own format; load its weights into transformers' GPT2LMHeadModel in Python and"
                        + " write it by save_pretrained(folder, safe_serialization=True)");
        put(kinds, ".*\\.ot", "weights for rust-bert; " + WeightFormats.ORIGINAL);
        put(
                kinds,
                ".*\\.(ort|pb|tflite|mlmodel|engine|plan)",
                "a model for another runtime; " + WeightFormats.ORIGINAL);
        return kinds;
    }

    private static void put(Map<Pattern, String> kinds, String pattern, String kind) {
        kinds.put(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), kind);
    }

    /** What a file is by its name: a part of a sentence after "this is". */
    static Optional<String> ofFile(Path file) {
        String name = String.valueOf(file.getFileName());
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getKey().matcher(name).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** What a folder without a checkpoint's files holds instead, a sentence without a full stop. */
    static Optional<String> inFolder(Path folder) {
        List<Path> files = files(folder);
        for (Map.Entry<Pattern, String> kind : KINDS.entrySet()) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (kind.getKey().matcher(name).matches()) {
                    return Optional.of("the folder holds \"" + name + "\", " + kind.getValue());
                }
            }
        }
        return files.stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".safetensors"))
                .findFirst()
                .map(name -> "the folder holds \"" + name + "\"; if these are the weights, name the file "
                        + SafetensorsWeights.FILE_NAME);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            return List.of(); // whoever opens its files says why
        }
    }
}
