package io.github.residual4j.capture.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the {@code config.json} of any decoder says of the texts it takes.
 *
 * @param blocks number of transformer blocks
 * @param width dimensions of the residual stream
 * @param context longest text in tokens
 * @param beginningOfSequence the token put before a text on request
 * @param endOfSequence the token at which generated text ends, the first if there are several
 */
public record TextLimits(
        OptionalInt blocks,
        OptionalInt width,
        OptionalInt context,
        OptionalLong beginningOfSequence,
        OptionalLong endOfSequence) {
    private static final List<String> BLOCKS = List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");
    private static final List<String> WIDTH = List.of("hidden_size", "n_embd", "d_model");
    private static final List<String> CONTEXT =
            List.of("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx");

    /** What a file says; fields that are missing, or no whole numbers, are not known. */
    static TextLimits read(Path configJson) {
        JsonObject fields = JsonFile.read(configJson);
        return new TextLimits(
                size(fields, BLOCKS),
                size(fields, WIDTH),
                size(fields, CONTEXT),
                token(fields, "bos_token_id"),
                token(fields, "eos_token_id"));
    }

    /**
     * {@return whether these can be the limits of a model}
     *
     * @param ofBlocks its number of blocks
     * @param ofWidth the dimensions of its residual stream
     */
    public boolean fit(int ofBlocks, int ofWidth) {
        return blocks.orElse(ofBlocks) == ofBlocks && width.orElse(ofWidth) == ofWidth;
    }

    private static OptionalInt size(JsonObject fields, List<String> names) {
        return names.stream()
                .map(name -> whole(fields.get(name)))
                .flatMap(Optional::stream)
                .filter(number -> number > 0 && number <= Integer.MAX_VALUE)
                .mapToInt(Long::intValue)
                .findFirst();
    }

    private static OptionalLong token(JsonObject fields, String name) {
        JsonElement value = fields.get(name);
        boolean several =
                value != null && value.isJsonArray() && !value.getAsJsonArray().isEmpty();
        Optional<Long> id =
                whole(several ? value.getAsJsonArray().get(0) : value).filter(number -> number >= 0);
        return id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty();
    }

    private static Optional<Long> whole(JsonElement value) {
        boolean number = value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isNumber();
        double read = number ? value.getAsDouble() : Double.NaN;
        return read == Math.rint(read) && Math.abs(read) < 1L << 53 ? Optional.of((long) read) : Optional.empty();
    }
}
