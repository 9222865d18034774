package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Sessions to draw. */
public final class Sessions {
    private Sessions() {}

    /** The embedded model's stream for "Paris is the capital of": {@code [17, 6, 160]} as little-endian float32. */
    public static ActivationSession paris() {
        try (InputStream in = Sessions.class.getResourceAsStream("paris-17x6x160.f32")) {
            FloatBuffer values = ByteBuffer.wrap(in.readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            return named(List.of("P", "aris", " is", " the", " capital", " of"), 17, 160, values)
                    .text("Paris is the capital of")
                    .modelName("tiny-gpt2")
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Normally distributed values. */
    public static ActivationSession random(List<String> tokens, int points, int width) {
        Random random = new Random(7);
        float[] values = new float[points * tokens.size() * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return named(tokens, points, width, FloatBuffer.wrap(values)).build();
    }

    private static ActivationSessionBuilder named(List<String> texts, int points, int width, FloatBuffer values) {
        ActivationSessionBuilder builder = ActivationSession.builder();
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            tokens.add(Token.of(i, i, texts.get(i)));
        }
        int size = texts.size() * width;
        for (int point = 0; point < points; point++) {
            builder.point(StreamPoint.canonical(point).name(), values.slice(point * size, size), texts.size(), width);
        }
        return builder.tokens(tokens);
    }
}
