package io.github.residual4j.capture.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.residual4j.capture.checkpoint.Activation;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.error.BadFileException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Gpt2Config}, refusing by name every field that asks for something else than GPT-2. */
public final class Gpt2ConfigReader {
    private final Path file;
    private final JsonObject fields;

    private Gpt2ConfigReader(Path file, JsonObject fields) {
        this.file = file;
        this.fields = fields;
    }

    /**
     * Reads a {@code config.json}.
     *
     * @throws BadFileException if it cannot be read, is not JSON, or does not describe a GPT-2 this library computes
     */
    public static Gpt2Config read(Path file) {
        if (!Files.exists(file)) {
            throw new BadFileException(
                    file,
                    "there is no such file; a checkpoint folder holds config.json and model.safetensors"
                            + OtherFormats.inFolder(file.toAbsolutePath().getParent())
                                    .map(found -> ", but " + found)
                                    .orElse("")
                            + ".");
        }
        return parse(file, JsonFile.text(file));
    }

    /** Reads the configuration of weights that are to be read too, which must not be rounded to a few bits. */
    static Gpt2Config readOfWeights(Path file) {
        Gpt2Config config = read(file);
        JsonElement quantization = JsonFile.read(file).get("quantization_config");
        if (quantization != null && quantization.isJsonObject()) {
            JsonElement method = quantization.getAsJsonObject().get("quant_method");
            throw new BadFileException(
                    file,
                    "quantization_config says that the weights are quantized"
                            + (method == null ? "" : " (" + method + ")")
                            + "; weights are read unquantized, so take the checkpoint they were made from, or load the"
                            + " model in Python with transformers, call dequantize() and save_pretrained(folder).");
        }
        return config;
    }

    /** @param file what error messages call it */
    static Gpt2Config parse(Path file, String json) {
        return new Gpt2ConfigReader(file, JsonFile.parse(file, json)).config();
    }

    private Gpt2Config config() {
        checkModelType();
        int width = positive("n_embd");
        int heads = positive("n_head");
        if (width % heads != 0) {
            throw bad("n_embd " + width + " cannot be divided among n_head " + heads + " heads.");
        }
        if (flag("add_cross_attention", false)) {
            throw bad("add_cross_attention is true; only GPT-2 as a decoder on its own is supported.");
        }
        return new Gpt2Config(
                positive("n_layer"),
                heads,
                width,
                isGiven("n_inner") ? positive("n_inner") : Math.multiplyExact(4, width),
                positive("vocab_size"),
                isGiven("n_positions") || !isGiven("n_ctx") ? positive("n_positions") : positive("n_ctx"),
                activation(),
                epsilon(),
                flag("scale_attn_weights", true),
                flag("scale_attn_by_inverse_layer_idx", false),
                flag("tie_word_embeddings", true),
                false,
                isGiven("bos_token_id") ? OptionalLong.of(whole("bos_token_id", 0)) : OptionalLong.empty(),
                isGiven("eos_token_id") ? OptionalLong.of(whole("eos_token_id", 0)) : OptionalLong.empty());
    }

    private void checkModelType() {
        if (!isGiven("model_type")) {
            return; // the first GPT-2 checkpoints had none: the fields decide
        }
        JsonElement type = fields.get("model_type");
        if (!type.isJsonPrimitive() || !type.getAsString().equals("gpt2")) {
            throw bad("model_type is " + type + "; only \"gpt2\" is supported.");
        }
    }

    private Activation activation() {
        String field = "activation_function";
        if (!isGiven(field)) {
            return Activation.GELU_NEW; // Hugging Face's default
        }
        String name = primitive(field).getAsString();
        return Arrays.stream(Activation.values())
                .filter(activation -> activation.configNames().contains(name))
                .findFirst()
                .orElseThrow(() -> bad(field + " is \"" + name + "\"; supported are "
                        + Arrays.stream(Activation.values())
                                .flatMap(activation -> activation.configNames().stream())
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    private double epsilon() {
        String field = "layer_norm_epsilon";
        if (!isGiven(field)) {
            return 1e-5; // Hugging Face's default
        }
        JsonPrimitive value = primitive(field);
        double epsilon = value.isNumber() ? value.getAsDouble() : Double.NaN;
        if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
            throw bad(field + " must be a number of at least 0, not " + value + ".");
        }
        return epsilon;
    }

    private boolean isGiven(String field) {
        @Nullable JsonElement value = fields.get(field);
        return value != null && !value.isJsonNull();
    }

    private JsonPrimitive primitive(String field) {
        if (!isGiven(field)) {
            throw bad(field + " is missing; a GPT-2 configuration has it.");
        }
        JsonElement value = fields.get(field);
        if (!value.isJsonPrimitive()) {
            throw bad(field + " must be a single value, not " + value + ".");
        }
        return value.getAsJsonPrimitive();
    }

    private boolean flag(String field, boolean whenMissing) {
        if (!isGiven(field)) {
            return whenMissing;
        }
        JsonPrimitive value = primitive(field);
        if (!value.isBoolean()) {
            throw bad(field + " must be true or false, not " + value + ".");
        }
        return value.getAsBoolean();
    }

    private int positive(String field) {
        return whole(field, 1);
    }

    private int whole(String field, int least) {
        JsonPrimitive value = primitive(field);
        try {
            int number = value.isNumber() ? new BigDecimal(value.getAsString()).intValueExact() : -1;
            if (number >= least) {
                return number;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // reported below
        }
        throw bad(field + " must be a whole number of at least " + least + ", not " + value + ".");
    }

    private BadFileException bad(String reason) {
        return new BadFileException(file, reason);
    }
}
