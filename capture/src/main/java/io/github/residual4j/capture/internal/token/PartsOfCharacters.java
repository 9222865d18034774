package io.github.residual4j.capture.internal.token;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of the tokens that are no whole characters, which decode to U+FFFD alone. A byte-level encoding writes each
 * byte of a token as a letter (Radford et al. 2019), others have a token {@code <0xE6>} for each byte.
 */
final class PartsOfCharacters {
    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
    private static final Map<Integer, Byte> BYTE_BY_LETTER = bytesByLetter();

    private final Map<Long, byte[]> bytes = new HashMap<>();
    private final boolean byteLevel;

    private PartsOfCharacters(boolean byteLevel) {
        this.byteLevel = byteLevel;
    }

    /** @param json a {@code tokenizer.json} that the native library has taken */
    static PartsOfCharacters of(String json) {
        JsonObject root = JsonParser.parseString(json).getAsJsonObject();
        JsonElement decoder = root.get("decoder");
        PartsOfCharacters parts =
                new PartsOfCharacters(decoder != null && decoder.toString().contains("\"ByteLevel\""));
        JsonElement vocabulary = root.getAsJsonObject("model").get("vocab");
        if (vocabulary != null && vocabulary.isJsonObject()) {
            vocabulary
                    .getAsJsonObject()
                    .entrySet()
                    .forEach(entry -> parts.add(entry.getKey(), entry.getValue().getAsLong()));
        } else if (vocabulary != null && vocabulary.isJsonArray()) { // of pieces with their scores
            JsonArray pieces = vocabulary.getAsJsonArray();
            for (int id = 0; id < pieces.size(); id++) {
                parts.add(pieces.get(id).getAsJsonArray().get(0).getAsString(), id);
            }
        }
        return parts;
    }

    /** The bytes of a token, if it is part of a character. */
    Optional<byte[]> of(long id) {
        return Optional.ofNullable(bytes.get(id)).map(byte[]::clone);
    }

    private void add(String token, long id) {
        Matcher single = BYTE.matcher(token);
        byte[] spelled = single.matches()
                ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)}
                : byteLevel ? spelled(token) : new byte[0];
        if (!isWholeCharacters(spelled)) {
            bytes.put(id, spelled);
        }
    }

    /** The bytes that the letters stand for; none if one is no letter of a byte, as in a special token. */
    private static byte[] spelled(String token) {
        int[] letters = token.codePoints().toArray();
        byte[] spelled = new byte[letters.length];
        for (int i = 0; i < letters.length; i++) {
            Byte value = BYTE_BY_LETTER.get(letters[i]);
            if (value == null) {
                return new byte[0];
            }
            spelled[i] = value;
        }
        return spelled;
    }

    private static boolean isWholeCharacters(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Bytes that print as one letter of Latin-1 stand for themselves, the others for the letters from U+0100 on. */
    private static Map<Integer, Byte> bytesByLetter() {
        Map<Integer, Byte> letters = new HashMap<>();
        int next = 0x100;
        for (int value = 0; value < 0x100; value++) {
            boolean prints = value > ' ' && value <= '~' || value >= 0xA1 && value != 0xAD;
            letters.put(prints ? value : next++, (byte) value);
        }
        return letters;
    }
}
