package io.github.residual4j.render.internal.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.Token;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the tokens of a session are called. A token that is part of a character decodes to U+FFFD alone; it is told by
 * its bytes and the character they belong to, {@code ⟨E6 9D⟩ 東}, which the whole text gives away.
 */
public final class TokenTexts {
    private static final int REPLACEMENT = 0xFFFD;
    private static final HexFormat HEX = HexFormat.ofDelimiter("\u00A0").withUpperCase();

    private final byte[] text;

    private TokenTexts(byte[] text) {
        this.text = text;
    }

    /** A name for each token, in their order; where the text does not tell, what the token alone decodes to. */
    public static List<String> of(ActivationSession session) {
        List<String> labels = session.tokens().stream().map(Token::label).toList();
        Optional<String> text = session.text();
        boolean anyPart = labels.stream().anyMatch(label -> label.indexOf(REPLACEMENT) >= 0);
        return anyPart && text.isPresent() ? of(labels, text.get()) : labels;
    }

    /** A name for each token of a text. */
    static List<String> of(List<String> labels, String text) {
        TokenTexts whole = new TokenTexts(text.getBytes(UTF_8));
        int[] begin = whole.begins(labels);
        List<String> names = new ArrayList<>(labels);
        for (int i = 0; begin.length > 0 && i < labels.size(); i++) {
            if (labels.get(i).indexOf(REPLACEMENT) >= 0 && begin[i] < begin[i + 1]) {
                names.set(i, whole.named(begin[i], begin[i + 1]));
            }
        }
        return names;
    }

    private String named(int begin, int end) {
        int first = begin;
        while (first > 0 && isContinuation(first)) {
            first--;
        }
        int last = end;
        while (last < text.length && isContinuation(last)) {
            last++;
        }
        String characters = new String(text, first, last - first, UTF_8);
        return "⟨" + HEX.formatHex(text, begin, end) + "⟩\u00A0" + characters;
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
