package io.github.residual4j.capture.internal.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.TextFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * GPT-2's tokenizer in the form its authors published: byte-level BPE with ids in {@code vocab.json} and ranked merges in
 * {@code merges.txt}. {@code added_tokens.json}, {@code special_tokens_map.json} and {@code tokenizer_config.json} are
 * heeded where they are there.
 */
final class VocabularyAndMerges {
    private static final String END_OF_TEXT = "<|endoftext|>";

    private final Path folder;
    private final JsonObject vocabulary;
    private final JsonArray merges = new JsonArray();
    private final Map<String, JsonObject> added = new LinkedHashMap<>(); // by content

    private VocabularyAndMerges(Path folder) {
        this.folder = folder;
        vocabulary = ids(folder.resolve("vocab.json"));
    }

    /** @throws BadFileException if a file is damaged or contradicts another */
    static VocabularyAndMerges read(Path folder) {
        VocabularyAndMerges tokenizer = new VocabularyAndMerges(folder);
        tokenizer.readMerges(folder.resolve("merges.txt"));
        tokenizer.readAddedTokens();
        return tokenizer;
    }

    private static JsonObject ids(Path file) {
        JsonObject ids = JsonFile.read(file);
        for (Map.Entry<String, JsonElement> token : ids.entrySet()) {
            if (!token.getValue().toString().matches("\\d{1,9}")) {
                throw new BadFileException(
                        file,
                        "token \"" + token.getKey() + "\" has the id " + token.getValue() + ", not a whole number.");
            }
        }
        return ids;
    }

    private void readMerges(Path file) {
        List<String> lines = TextFile.read(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || i == 0 && line.startsWith("#version")) {
                continue;
            }
            String[] parts = line.split(" ", -1);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw new BadFileException(
                        file,
                        "line " + (i + 1) + " is \"" + line + "\"; a merge is two parts with a space between them.");
            }
            for (String token : List.of(parts[0], parts[1], parts[0] + parts[1])) {
                if (!vocabulary.has(token)) {
                    throw new BadFileException(
                            file,
                            "line " + (i + 1) + " is \"" + line + "\", but vocab.json has no token \"" + token + "\".");
                }
            }
            merges.add(line);
        }
    }

    private void readAddedTokens() {
        if (vocabulary.has(END_OF_TEXT)) {
            add(END_OF_TEXT, vocabulary.get(END_OF_TEXT), "special");
        }
        Set<String> special = specialTokens(folder.resolve("special_tokens_map.json"));
        Path file = folder.resolve("added_tokens.json");
        if (Files.exists(file)) {
            ids(file).entrySet().stream()
                    .sorted((a, b) -> Integer.compare(
                            a.getValue().getAsInt(), b.getValue().getAsInt()))
                    .forEach(token -> addBeyondVocabulary(file, token.getKey(), token.getValue(), special));
        }
        for (String token : special) {
            if (vocabulary.has(token)) {
                add(token, vocabulary.get(token), "special");
            }
        }
    }

    private void addBeyondVocabulary(Path file, String token, JsonElement id, Set<String> special) {
        JsonElement known = vocabulary.get(token);
        long next = vocabulary.size()
                + added.keySet().stream().filter(t -> !vocabulary.has(t)).count();
        long expected = known == null ? next : known.getAsInt();
        if (id.getAsInt() != expected) {
            throw new BadFileException(
                    file,
                    "token \"" + token + "\" has the id " + id + " where, after vocab.json, " + expected + " is due.");
        }
        add(token, id, special.contains(token) ? "special" : "");
    }

    private void add(String content, JsonElement id, String flag) {
        JsonObject token = new JsonObject();
        token.add("id", id);
        token.addProperty("content", content);
        for (String property : List.of("single_word", "lstrip", "rstrip", "normalized", "special")) {
            token.addProperty(property, property.equals(flag));
        }
        added.putIfAbsent(content, token);
    }

    /** The texts that a {@code special_tokens_map.json} gives a role, whatever the role. */
    private static Set<String> specialTokens(Path file) {
        Set<String> tokens = new HashSet<>();
        if (Files.exists(file)) {
            collect(JsonFile.read(file).asMap().values(), tokens);
        }
        return tokens;
    }

    private static void collect(Collection<JsonElement> values, Set<String> tokens) {
        for (JsonElement value : values) {
            if (value.isJsonArray()) {
                collect(value.getAsJsonArray().asList(), tokens);
            } else if (value.isJsonObject() && value.getAsJsonObject().has("content")) {
                collect(List.of(value.getAsJsonObject().get("content")), tokens);
            } else if (value.isJsonPrimitive()) {
                tokens.add(value.getAsString());
            }
        }
    }

    /** Whether words are to be read as if a space stood before the text. */
    private JsonPrimitive addPrefixSpace() {
        Path file = folder.resolve("tokenizer_config.json");
        JsonElement value = Files.exists(file) ? JsonFile.read(file).get("add_prefix_space") : null;
        boolean yes = value != null && value.isJsonPrimitive() && value.getAsBoolean();
        return new JsonPrimitive(yes);
    }

    /** The same tokenizer as one {@code tokenizer.json}. */
    TokenizerJson toTokenizerJson() {
        JsonObject bytes = new JsonObject();
        bytes.addProperty("type", "ByteLevel");
        bytes.add("add_prefix_space", addPrefixSpace());
        bytes.addProperty("trim_offsets", true);
        bytes.addProperty("use_regex", true);
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("vocab", vocabulary);
        model.add("merges", merges);
        JsonArray addedTokens = new JsonArray();
        added.values().forEach(addedTokens::add);
        JsonObject tokenizer = new JsonObject();
        tokenizer.addProperty("version", "1.0");
        tokenizer.add("added_tokens", addedTokens);
        tokenizer.add("pre_tokenizer", bytes);
        tokenizer.add("decoder", bytes);
        tokenizer.add("model", model);
        return new TokenizerJson(folder.resolve("vocab.json"), tokenizer.toString());
    }
}
