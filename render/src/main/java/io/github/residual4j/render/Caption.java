package io.github.residual4j.render;

import io.github.residual4j.ActivationSession;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a figure says about where its numbers come from. */
final class Caption {
    private Caption() {}

    /** The model and the text, as far as they are known. */
    static String of(ActivationSession session) {
        return Stream.of(session.modelName(), session.text().map(t -> "“" + t + "”"))
                .flatMap(java.util.Optional::stream)
                .collect(Collectors.joining(" · "));
    }
}
