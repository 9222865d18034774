package io.github.residual4j.capture.internal.token;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.JsonFault;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;

/**
 * Makes sure that a text is a JSON object which the native tokenizers library can take. Parts of that library end the
 * whole process when they meet JSON they cannot parse.
 */
final class StrictJson {
    private static final int DEEPEST = 100; // the library's own parser gives up at 128

    private StrictJson() {}

    /** @throws BadFileException if the text is no JSON, or holds a number or a text that other parsers refuse */
    static void require(Path source, String json) {
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEEPEST);
            for (JsonToken next = reader.peek(); next != JsonToken.END_DOCUMENT; next = reader.peek()) {
                take(reader, next);
            }
        } catch (IOException | RuntimeException e) { // of several kinds, all about the text
            throw new BadFileException(source, "this is not a tokenizer.json: " + JsonFault.of(e) + ".", e);
        }
    }

    private static void take(JsonReader reader, JsonToken next) throws IOException {
        switch (next) {
            case BEGIN_ARRAY -> reader.beginArray();
            case END_ARRAY -> reader.endArray();
            case BEGIN_OBJECT -> reader.beginObject();
            case END_OBJECT -> reader.endObject();
            case NAME -> requireText(reader.nextName(), reader);
            case STRING -> requireText(reader.nextString(), reader);
            case NUMBER -> {
                String number = reader.nextString();
                if (Double.isInfinite(Double.parseDouble(number))) {
                    throw new IOException("the number " + number + " is too large at path " + reader.getPath());
                }
            }
            case BOOLEAN, NULL -> reader.skipValue();
            case END_DOCUMENT -> throw new IllegalStateException("taken by the caller");
        }
    }

    private static void requireText(String text, JsonReader reader) throws IOException {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new IOException("a text holds half a surrogate pair at path " + reader.getPath());
        }
    }
}
