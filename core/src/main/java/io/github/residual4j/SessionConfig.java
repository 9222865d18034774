package io.github.residual4j;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.RecordedEdit;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.io.AsciiJson;
import io.github.residual4j.internal.io.JsonFault;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a session directory's {@code config.json} says.
 *
 * @param text the text, when known
 * @param modelName the model's name, when known
 * @param tokenTexts what each token decodes to, when known; none if the file does not tell
 * @param huggingFaceHiddenStates whether the states follow Hugging Face's convention
 * @param namesAssumed whether the points' names were given to them, because the states came without
 * @param nextTokenTexts what the ids of likely next tokens decode to
 */
record SessionConfig(
        Optional<String> text,
        Optional<String> modelName,
        List<Optional<String>> tokenTexts,
        Provenance provenance,
        boolean huggingFaceHiddenStates,
        boolean namesAssumed,
        Map<Long, String> nextTokenTexts) {
    private static final int FORMAT_VERSION = 1;
    private static final String CONVENTION = "hidden_states_convention";
    private static final String WARNINGS = "warnings";
    private static final String EDITS = "edits";
    private static final String NAMES_ASSUMED = "names_assumed";
    private static final String HUGGING_FACE = "hugging_face";
    private static final Gson GSON = new Gson();

    /** What is known when a file says nothing. */
    static final SessionConfig UNKNOWN = new SessionConfig(
            Optional.empty(), Optional.empty(), List.of(), Provenance.UNKNOWN, false, false, Map.of());

    static SessionConfig of(ActivationSession session) {
        return new SessionConfig(
                session.text(),
                session.modelName(),
                session.tokens().stream().map(Token::text).toList(),
                session.provenance(),
                session.isHuggingFaceHiddenStates(),
                session.namesAssumed(),
                session.tokenTexts());
    }

    String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format_version", FORMAT_VERSION);
        json.addProperty("text", text.orElse(null));
        json.addProperty("model_name", modelName.orElse(null));
        JsonArray tokens = new JsonArray();
        tokenTexts.forEach(t -> tokens.add(t.orElse(null)));
        json.add("tokens", tokens);
        json.addProperty("prepend_bos", provenance.prependBos());
        json.addProperty("model_sha256", provenance.modelSha256().orElse(null));
        json.addProperty("runtime", provenance.runtime().orElse(null));
        json.addProperty("execution_provider", provenance.executionProvider().orElse(null));
        json.addProperty("optimization_level", provenance.optimizationLevel().orElse(null));
        json.addProperty("created", provenance.created().map(Instant::toString).orElse(null));
        OptionalDouble epsilon = provenance.layerNormEpsilon();
        json.addProperty("layer_norm_epsilon", epsilon.isPresent() ? epsilon.getAsDouble() : null);
        if (!provenance.warnings().isEmpty()) {
            JsonArray warnings = new JsonArray();
            provenance.warnings().forEach(warnings::add);
            json.add(WARNINGS, warnings);
        }
        if (!provenance.edits().isEmpty()) {
            JsonArray edits = new JsonArray();
            for (RecordedEdit edit : provenance.edits()) {
                JsonObject kept = new JsonObject();
                kept.addProperty("words", edit.words());
                kept.add("form", GSON.fromJson(edit.form(), JsonElement.class));
                edits.add(kept);
            }
            json.add(EDITS, edits);
        }
        json.addProperty(CONVENTION, huggingFaceHiddenStates ? HUGGING_FACE : "residual_stream");
        if (namesAssumed) {
            json.addProperty(NAMES_ASSUMED, true);
        }
        JsonObject next = new JsonObject();
        new TreeMap<>(nextTokenTexts).forEach((id, t) -> next.addProperty(id.toString(), t));
        json.add("next_token_texts", next);
        return AsciiJson.document(json);
    }

    /** @throws IOException if the text is no JSON or says something of another type than expected */
    static SessionConfig parse(String text) throws IOException {
        JsonObject json;
        try {
            json = GSON.fromJson(text, JsonObject.class);
        } catch (JsonParseException e) {
            throw new IOException("it is no JSON object (" + JsonFault.of(e) + ")", e);
        }
        if (json == null) {
            throw new IOException("it is empty; expected a JSON object with \"text\" and \"model_name\"");
        }
        double version = number(json, "format_version").orElse(FORMAT_VERSION);
        if (version != FORMAT_VERSION) {
            throw new IOException(
                    "its format_version is " + json.get("format_version") + "; this library reads " + FORMAT_VERSION);
        }
        return new SessionConfig(
                string(json, "text"),
                string(json, "model_name"),
                strings(json, "tokens"),
                provenance(json),
                string(json, CONVENTION).filter(HUGGING_FACE::equals).isPresent(),
                flag(json, NAMES_ASSUMED),
                nextTokens(json));
    }

    private static Provenance provenance(JsonObject json) throws IOException {
        try {
            return new Provenance(
                    flag(json, "prepend_bos"),
                    string(json, "model_sha256"),
                    string(json, "runtime"),
                    string(json, "execution_provider"),
                    string(json, "optimization_level"),
                    created(json),
                    number(json, "layer_norm_epsilon"),
                    strings(json, WARNINGS).stream().flatMap(Optional::stream).toList(),
                    edits(json));
        } catch (BadRequestException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static List<RecordedEdit> edits(JsonObject json) throws IOException {
        JsonElement list = json.get(EDITS);
        List<RecordedEdit> edits = new ArrayList<>();
        if (list == null || list.isJsonNull()) {
            return edits;
        }
        String expected = "a list of objects with \"words\" and \"form\"";
        if (!list.isJsonArray()) {
            throw wrong(EDITS, list, expected);
        }
        for (JsonElement edit : list.getAsJsonArray()) {
            if (!edit.isJsonObject() || !edit.getAsJsonObject().has("form")) {
                throw wrong(EDITS, edit, expected);
            }
            JsonObject kept = edit.getAsJsonObject();
            edits.add(new RecordedEdit(
                    string(kept, "words").orElse(""), kept.get("form").toString()));
        }
        return edits;
    }

    private static Optional<Instant> created(JsonObject json) throws IOException {
        Optional<String> created = string(json, "created");
        try {
            return created.map(Instant::parse);
        } catch (DateTimeException e) {
            throw new IOException(
                    "\"created\" is \"" + created.get() + "\"; expected a time such as 2026-01-31T12:00:00Z", e);
        }
    }

    private static List<Optional<String>> strings(JsonObject json, String key) throws IOException {
        JsonElement list = json.get(key);
        List<Optional<String>> texts = new ArrayList<>();
        if (list == null || list.isJsonNull()) {
            return texts;
        }
        if (!list.isJsonArray()) {
            throw wrong(key, list, "a list of strings");
        }
        for (JsonElement text : list.getAsJsonArray()) {
            JsonObject holder = new JsonObject();
            holder.add(key, text);
            texts.add(string(holder, key));
        }
        return texts;
    }

    private static Map<Long, String> nextTokens(JsonObject json) throws IOException {
        JsonElement next = json.get("next_token_texts");
        Map<Long, String> texts = new LinkedHashMap<>();
        if (next == null || next.isJsonNull()) {
            return texts;
        }
        if (!next.isJsonObject()) {
            throw wrong("next_token_texts", next, "an object from token ids to texts");
        }
        for (String id : next.getAsJsonObject().keySet()) {
            Optional<String> text = string(next.getAsJsonObject(), id);
            if (!id.matches("[0-9]{1,18}") || text.isEmpty()) {
                throw wrong("next_token_texts", next, "an object from token ids to texts");
            }
            texts.put(Long.parseLong(id), text.get());
        }
        return texts;
    }

    private static Optional<String> string(JsonObject json, String key) throws IOException {
        return value(json, key, "a string", JsonPrimitive::isString).map(JsonPrimitive::getAsString);
    }

    private static boolean flag(JsonObject json, String key) throws IOException {
        return value(json, key, "true or false", JsonPrimitive::isBoolean)
                .map(JsonPrimitive::getAsBoolean)
                .orElse(false);
    }

    private static OptionalDouble number(JsonObject json, String key) throws IOException {
        Optional<JsonPrimitive> number = value(json, key, "a number", JsonPrimitive::isNumber);
        return number.isPresent() ? OptionalDouble.of(number.get().getAsDouble()) : OptionalDouble.empty();
    }

    private static Optional<JsonPrimitive> value(
            JsonObject json, String key, String expected, Predicate<JsonPrimitive> fits) throws IOException {
        JsonElement value = json.get(key);
        if (value == null || value instanceof JsonNull) {
            return Optional.empty();
        }
        if (value instanceof JsonPrimitive primitive && fits.test(primitive)) {
            return Optional.of(primitive);
        }
        throw wrong(key, value, expected);
    }

    private static IOException wrong(String key, JsonElement value, String expected) {
        return new IOException("\"" + key + "\" is " + value + "; expected " + expected);
    }
}
