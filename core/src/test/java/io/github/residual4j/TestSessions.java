package io.github.residual4j;

import io.github.residual4j.hook.StreamPoint;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The sessions that tests share. */
public final class TestSessions {
    private TestSessions() {}

    /** A reference session: {@code paris}, {@code unicode}, {@code single} or {@code micro}. */
    public static ActivationSession reference(String name) {
        return ActivationSession.load(resource("reference/" + name));
    }

    /** A file or folder among the test resources. */
    public static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(TestSessions.class.getResource("/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** A session under canonical names from {@code states[points][tokens][width]}. */
    public static ActivationSession of(float[][]... states) {
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int p = 0; p < states.length; p++) {
            builder.point(StreamPoint.canonical(p).name(), states[p]);
        }
        return builder.build();
    }
}
