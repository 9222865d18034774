package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * Words for the places of an array: what the whole of it is, and what an index along each axis means.
 *
 * @param name the whole, such as {@code blocks.3.resid_mid}
 * @param axes what an index along each axis adds to it, such as {@code , token 4 " of"}
 */
record Places(String name, List<Axis> axes) {
    /**
     * One axis.
     *
     * @param noun what its indices count; the message for one that does not exist begins with it
     * @param length how many there are
     * @param words what an index adds to the name
     */
    record Axis(String noun, int length, IntFunction<String> words) {}

    Places {
        axes = List.copyOf(axes);
    }

    /** The places of one point of the stream, {@code [tokens, width]}. */
    static Places ofPoint(ActivationSession session, int point) {
        return new Places(
                session.points().get(point).name(),
                List.of(tokens(session.tokens()), counted("Dimension", session.width())));
    }

    /** The places of one of a session's further arrays. */
    static Places ofArray(ActivationSession session, String name) {
        int[] shape = session.arrays().get(name).shape();
        OptionalInt tokenAxis = tokenAxis(session, name);
        if (tokenAxis.isEmpty() && !name.equals(ActivationSession.LOGITS)) {
            return ofIndices(name, shape);
        }
        Axis tokens = lastTokens(session.tokens(), shape[tokenAxis.orElse(1)]);
        if (isPattern(name, shape)) {
            boolean ofAllBlocks = name.equals(ActivationSession.ATTENTION_PATTERNS);
            return new Places(
                    name,
                    List.of(
                            ofAllBlocks ? counted("Block", shape[0]) : batch(),
                            counted("Head", shape[1]),
                            tokens,
                            counted("Attended position", shape[3])));
        }
        if (shape.length == 4) {
            return new Places(
                    name, List.of(batch(), tokens, counted("Head", shape[2]), counted("Dimension", shape[3])));
        }
        String last = name.equals(ActivationSession.LOGITS) ? "Id" : "Dimension";
        return new Places(name, List.of(batch(), tokens, counted(last, shape[2])));
    }

    /** Which axis of an array has a value for each of the session's tokens, if one has. */
    static OptionalInt tokenAxis(ActivationSession session, String name) {
        int[] shape = session.arrays().get(name).shape();
        int tokens = session.tokens().size();
        if (isPattern(name, shape)) {
            return shape[2] == tokens ? OptionalInt.of(2) : OptionalInt.empty();
        }
        boolean each = (shape.length == 3 || shape.length == 4) && shape[0] == 1 && shape[1] == tokens;
        return each ? OptionalInt.of(1) : OptionalInt.empty();
    }

    private static boolean isPattern(String name, int[] shape) {
        return shape.length == 4
                && (name.equals(ActivationSession.ATTENTION_PATTERNS)
                        || HookKey.find(name)
                                .filter(Places::isByHeadAndPosition)
                                .isPresent());
    }

    private static boolean isByHeadAndPosition(HookKey key) {
        return key.point() == HookPoint.ATTENTION_PATTERN || key.point() == HookPoint.ATTENTION_SCORES;
    }

    /** The places of an array of which only the shape is known. */
    static Places ofIndices(String name, int[] shape) {
        return new Places(
                name,
                Arrays.stream(shape)
                        .mapToObj(length -> new Axis("Index", length, i -> "[" + i + "]"))
                        .toList());
    }

    private static Axis batch() {
        return new Axis("Text", 1, i -> "");
    }

    private static Axis counted(String noun, int length) {
        String word = Character.toLowerCase(noun.charAt(0)) + noun.substring(1);
        return new Axis(noun, length, i -> ", " + word + " " + i);
    }

    private static Axis tokens(List<Token> tokens) {
        return lastTokens(tokens, tokens.size());
    }

    private static Axis lastTokens(List<Token> tokens, int count) {
        int first = tokens.size() - count;
        return new Axis("Token", count, i -> ", " + describe(tokens.get(first + i), first + i));
    }

    /** A token by its index, its text, and its position in the text when that is another number. */
    static String describe(Token token, int index) {
        return "token " + index
                + token.text().map(text -> " \"" + escape(text) + "\"").orElse("")
                + (token.position() == index ? "" : " (position " + token.position() + ")");
    }

    /** A text on one line. */
    static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    /** The place of one value. */
    String at(int offset) {
        return prefix(axes.size(), offset);
    }

    /** The place of one row, which runs along the last axis. */
    String row(int row) {
        return prefix(axes.size() - 1, row);
    }

    private String prefix(int axisCount, int offset) {
        List<String> words = new ArrayList<>();
        int rest = offset;
        for (int axis = axisCount - 1; axis >= 0; axis--) {
            int length = axes.get(axis).length();
            words.add(0, axes.get(axis).words().apply(rest % length));
            rest /= length;
        }
        return name + String.join("", words);
    }

    /** What is left of the places when an index is fixed along the first axis. */
    Places within(int index) {
        return new Places(name + axes.get(0).words().apply(index), axes.subList(1, axes.size()));
    }
}
