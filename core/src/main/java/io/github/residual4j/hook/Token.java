package io.github.residual4j.hook;

import io.github.residual4j.error.BadRequestException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One position of a text as the model saw it.
 *
 * @param position place in the text the model saw, counted from 0
 * @param id the vocabulary's number for the token, when known
 * @param text what the token alone decodes to, when known; part of a character decodes to U+FFFD
 */
public record Token(int position, OptionalLong id, Optional<String> text) {
    /**
     * {@return a token about which only its position is known}
     *
     * @param position its place in the text, counted from 0
     */
    public static Token at(int position) {
        return new Token(position, OptionalLong.empty(), Optional.empty());
    }

    /**
     * {@return a token with an id but no known text}
     *
     * @param position its place in the text, counted from 0
     * @param id its id in the vocabulary
     */
    public static Token of(int position, long id) {
        return new Token(position, OptionalLong.of(id), Optional.empty());
    }

    /**
     * {@return a token whose id and text are known}
     *
     * @param position its place in the text, counted from 0
     * @param id its id in the vocabulary
     * @param text what it reads
     */
    public static Token of(int position, long id, String text) {
        return new Token(position, OptionalLong.of(id), Optional.of(text));
    }

    /**
     * Checks what it is given.
     *
     * @param position place in the text the model saw, counted from 0
     * @param id the vocabulary's number for the token, when known
     * @param text what the token alone decodes to, when known; part of a character decodes to U+FFFD
     */
    public Token {
        if (position < 0) {
            throw new BadRequestException("A token's position counts from 0, so it cannot be " + position + ".");
        }
        if (id.isPresent() && id.getAsLong() < 0) {
            throw new BadRequestException("A token's id counts from 0, so it cannot be " + id.getAsLong() + ".");
        }
    }

    /** {@return the token's text, or {@code T3} for position 3 when the text is not known} */
    public String label() {
        return text.orElse("T" + position);
    }
}
