package io.github.residual4j.render;

import io.github.residual4j.Token;

/** How a token is written on an axis: with its white space visible. */
final class TokenLabel {
    private TokenLabel() {}

    static String of(Token token) {
        String label = token.label();
        return label.isEmpty()
                ? "∅"
                : label.replace(' ', '␣').replace("\n", "⏎").replace("\t", "⇥");
    }
}
