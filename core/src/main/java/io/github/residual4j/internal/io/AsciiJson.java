package io.github.residual4j.internal.io;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** JSON in ASCII: Python reads it whatever its locale, and unpaired surrogates survive. */
public final class AsciiJson {
    private static final Gson COMPACT =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
    private static final Gson INDENTED =
            COMPACT.newBuilder().setFormattingStyle(FormattingStyle.PRETTY).create();

    private AsciiJson() {}

    /** On one line. */
    public static String of(JsonElement json) {
        return ascii(COMPACT.toJson(json));
    }

    /** Indented, with a line break at the end. */
    public static String document(JsonObject json) {
        return ascii(INDENTED.toJson(json)) + '\n';
    }

    private static String ascii(String json) {
        StringBuilder ascii = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x80) {
                ascii.append(c);
            } else {
                ascii.append("\\u").append(String.format("%04x", (int) c));
            }
        }
        return ascii.toString();
    }
}
