package io.github.residual4j.internal.io;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts what Gson says of a text into words for those who wrote the text, not for those who call Gson. */
public final class JsonFault {
    private static final Pattern CLASS_NAME = Pattern.compile("^(?:[a-z]+\\.)+[A-Za-z]+(?:Exception|Error): ");
    private static final Pattern PLACE = Pattern.compile("^(.*?)\\s*at line (\\d+) column (\\d+)(?: path (\\S+))?.*$");
    private static final Pattern ADVICE = Pattern.compile("^Use JsonReader\\.\\S+ to accept malformed JSON");

    private JsonFault() {}

    /** What is wrong and where, such as {@code malformed JSON in line 3, column 7}, without a full stop. */
    public static String of(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        message = CLASS_NAME.matcher(message).replaceFirst("");
        message = ADVICE.matcher(message).replaceFirst("malformed JSON");
        Matcher place = PLACE.matcher(message);
        if (!place.matches()) {
            return message.isBlank() || message.equals("null") ? "malformed JSON" : message.replaceFirst("\\.$", "");
        }
        String path = place.group(4) == null || place.group(4).matches("\\$\\.?") ? "" : ", at " + place.group(4);
        String what =
                place.group(1).isBlank() ? "malformed JSON" : place.group(1).strip();
        return what + " in line " + place.group(2) + ", column " + place.group(3) + path;
    }
}
