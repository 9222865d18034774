package io.github.residual4j.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the tokens of a text are called. A token that is part of a character decodes to U+FFFD alone; it is told by
 * its bytes and the character they belong to, {@code ⟨E6 9D⟩ 東}, which the whole text gives away.
 */
public final class TokenTexts {
    private static final int REPLACEMENT = 0xFFFD;
    private static final HexFormat HEX = HexFormat.ofDelimiter("\u00A0").withUpperCase();

    private static final Pattern NAMED = Pattern.compile("⟨([0-9A-F\u00A0]+)⟩(?:\u00A0(.+))?", Pattern.DOTALL);

    private final byte[] text;

    private TokenTexts(byte[] text) {
        this.text = text;
    }

    /**
     * {@return a name for each token of a text}
     *
     * @param labels what each decodes to alone, in their order
     * @param text what all decode to together; labels that do not make it up stay as they are
     */
    public static List<String> of(List<String> labels, String text) {
        if (labels.stream().noneMatch(TokenTexts::isPartOfACharacter)) {
            return labels;
        }
        TokenTexts whole = new TokenTexts(text.getBytes(UTF_8));
        int[] begin = whole.begins(labels);
        List<String> names = new ArrayList<>(labels);
        for (int i = 0; begin.length > 0 && i < labels.size(); i++) {
            if (isPartOfACharacter(labels.get(i)) && begin[i] < begin[i + 1]) {
                names.set(i, whole.named(labels.get(i), begin[i], begin[i + 1]));
            }
        }
        return names;
    }

    /**
     * {@return whether a token is no whole character, or more than whole ones}
     *
     * @param label what it decodes to alone
     */
    public static boolean isPartOfACharacter(String label) {
        return label.indexOf(REPLACEMENT) >= 0;
    }

    /**
     * {@return how bytes are written where the character they belong to is not known, {@code ⟨E6 9D⟩}}
     *
     * @param bytes at least one
     */
    public static String ofBytes(byte[] bytes) {
        return "⟨" + HEX.formatHex(bytes) + "⟩";
    }

    /**
     * {@return the next token with the character that its bytes complete, {@code ⟨B1⟩ 東} after {@code ⟨E6 9D⟩ 東}; as it is
     * where it completes none}
     *
     * @param label what the token before it is called
     * @param next what it is called alone
     */
    public static String following(String label, String next) {
        Matcher before = NAMED.matcher(label);
        Matcher after = NAMED.matcher(next);
        if (!before.matches() || before.group(2) == null || !after.matches() || after.group(2) != null) {
            return next;
        }
        byte[] whole = before.group(2).getBytes(UTF_8);
        byte[] begun = HEX.parseHex(before.group(1));
        byte[] rest = HEX.parseHex(after.group(1));
        for (int end = begun.length; end < whole.length; end++) {
            if (Arrays.equals(whole, end - begun.length, end, begun, 0, begun.length)) {
                byte[] bytes = Arrays.copyOf(whole, end + rest.length);
                System.arraycopy(rest, 0, bytes, end, rest.length);
                return characters(bytes).map(c -> next + "\u00A0" + c).orElse(next);
            }
        }
        return next; // the token before it ended the character
    }

    private static Optional<String> characters(byte[] utf8) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** What the text itself holds as U+FFFD may stand for any bytes, and keeps its label. */
    private String named(String label, int begin, int end) {
        int first = begin;
        while (first > 0 && isContinuation(first)) {
            first--;
        }
        int last = end;
        while (last < text.length && isContinuation(last)) {
            last++;
        }
        String characters = new String(text, first, last - first, UTF_8);
        return isPartOfACharacter(characters)
                ? label
                : ofBytes(Arrays.copyOfRange(text, begin, end)) + "\u00A0" + characters;
    }

    /** Where each token begins in the text and, last, where the last one ends; none if they do not make up the text. */
    private int[] begins(List<String> labels) {
        List<Map<Integer, Integer>> ends = new ArrayList<>(); // of each token: where it ends, and where it then began
        Set<Integer> now = Set.of(0);
        for (String label : labels) {
            Map<Integer, Integer> reached = new LinkedHashMap<>();
            for (int begin : now) {
                after(label, begin).forEach(end -> reached.putIfAbsent(end, begin));
                if (label.startsWith("<|")) { // a special token that was put before the text
                    reached.putIfAbsent(begin, begin);
                }
            }
            ends.add(reached);
            now = reached.keySet();
        }
        if (now.isEmpty()) {
            return new int[0];
        }
        int[] begins = new int[labels.size() + 1];
        int at = now.contains(text.length) ? text.length : now.iterator().next();
        begins[labels.size()] = at;
        for (int i = labels.size() - 1; i >= 0; i--) {
            at = ends.get(i).get(at);
            begins[i] = at;
        }
        return begins;
    }

    /** Where what decodes to a label can end when it begins at a byte, the likeliest first. */
    private Set<Integer> after(String label, int begin) {
        Set<Integer> now = new LinkedHashSet<>(Set.of(begin));
        int[] characters = label.codePoints().toArray();
        for (int i = 0; i < characters.length; i++) {
            Set<Integer> next = new LinkedHashSet<>();
            for (int at : now) {
                step(characters[i], at, i == characters.length - 1, next);
            }
            now = next;
        }
        return now;
    }

    /** A decoder writes one replacement character for the beginning of a character, and one for each byte of its rest. */
    private void step(int character, int at, boolean isLast, Set<Integer> next) {
        if (character == REPLACEMENT && at < text.length && isContinuation(at)) {
            next.add(at + 1);
            return;
        }
        byte[] whole = Character.toString(character).getBytes(UTF_8);
        if (isThere(whole, at)) {
            next.add(at + whole.length);
        }
        for (int length = bytesAt(at) - 1; character == REPLACEMENT && isLast && length > 0; length--) {
            next.add(at + length);
        }
    }

    private boolean isThere(byte[] bytes, int at) {
        for (int i = 0; i < bytes.length; i++) {
            if (at + i >= text.length || text[at + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** How many bytes the character that begins here has; 0 at the end of the text. */
    private int bytesAt(int at) {
        int end = at;
        while (end < text.length && (end == at || isContinuation(end))) {
            end++;
        }
        return end - at;
    }

    private boolean isContinuation(int at) {
        return (text[at] & 0xC0) == 0x80;
    }
}
