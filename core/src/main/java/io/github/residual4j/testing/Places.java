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
import java.util.stream.Stream;

/**
 * Words for the places of an array: what the whole of it is, and what an index along each axis means.
 *
 * @param name the whole, such as {@code blocks.3.resid_mid}
 * @param axes what an index along each axis adds to it, such as {@code , token 4 " of"}
 */
record Places(String name, List<Axis> axes) {
    private static final String TEXT = "text";
    private static final String TOKEN = "token";

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
                List.of(tokens(session.tokens()), counted("dimension", session.width())));
    }

    /** The places of one of a session's further arrays. */
    static Places ofArray(ActivationSession session, String name) {
        return ofArray(session, name, session.arrays().get(name).shape());
    }

    /** The places of an array of some name and shape that a session holds or that was taken from one it holds. */
    static Places ofArray(ActivationSession session, String name, int[] shape) {
        List<String> names = axisNames(name, shape);
        int tokenAxis = names.indexOf(TOKEN);
        boolean oneForEach =
                tokenAxis >= 0 && shape[tokenAxis] == session.tokens().size();
        if (!oneForEach && !name.equals(ActivationSession.LOGITS)) {
            return ofIndices(name, shape);
        }
        List<Axis> axes = new ArrayList<>();
        for (int axis = 0; axis < shape.length; axis++) {
            axes.add(
                    switch (names.get(axis)) {
                        case TEXT -> new Axis("Text", shape[axis], i -> "");
                        case TOKEN -> lastTokens(session.tokens(), shape[axis]);
                        default -> counted(names.get(axis), shape[axis]);
                    });
        }
        return new Places(name, axes);
    }

    /** Which axis of an array has a value for each of the session's tokens, if one has. */
    static OptionalInt tokenAxis(ActivationSession session, String name) {
        int[] shape = session.arrays().get(name).shape();
        int axis = axisNames(name, shape).indexOf(TOKEN);
        return axis >= 0 && shape[axis] == session.tokens().size() ? OptionalInt.of(axis) : OptionalInt.empty();
    }

    /** What the axes of an array run over: those of the hook point it is named after, or what its shape suggests. */
    private static List<String> axisNames(String name, int[] shape) {
        boolean ofOneText = shape.length > 0 && shape[0] == 1;
        if (name.equals(ActivationSession.ATTENTION_PATTERNS)) {
            return axisNames("block", HookPoint.ATTENTION_PATTERN.axes());
        }
        if (!ofOneText) {
            return List.of();
        }
        List<String> known = HookKey.find(name).map(key -> key.point().axes()).orElse(List.of());
        if (known.size() == shape.length - 1) {
            return axisNames(TEXT, known);
        }
        return switch (shape.length) {
            case 3 -> List.of(TEXT, TOKEN, "dimension");
            case 4 -> List.of(TEXT, TOKEN, "head", "dimension");
            default -> List.of();
        };
    }

    private static List<String> axisNames(String first, List<String> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    /** The places of an array of which only the shape is known. */
    static Places ofIndices(String name, int[] shape) {
        return new Places(
                name,
                Arrays.stream(shape)
                        .mapToObj(length -> new Axis("Index", length, i -> "[" + i + "]"))
                        .toList());
    }

    private static Axis counted(String word, int length) {
        String noun = Character.toUpperCase(word.charAt(0)) + word.substring(1);
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
