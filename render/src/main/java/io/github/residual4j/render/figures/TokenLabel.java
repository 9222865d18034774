package io.github.residual4j.render.figures;

import java.util.List;

/** How a token is written on an axis: with its white space visible. */
final class TokenLabel {
    private TokenLabel() {}

    static String of(String label) {
        return label.isEmpty()
                ? "∅"
                : label.replace(' ', '␣').replace("\n", "⏎").replace("\t", "⇥");
    }

    static List<String> of(List<String> labels) {
        return labels.stream().map(TokenLabel::of).toList();
    }
}
