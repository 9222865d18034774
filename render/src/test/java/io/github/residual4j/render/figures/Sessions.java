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
import java.util.stream.IntStream;

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

    /**
     * Where the colours of one token's states end by default: at the size that 98 % of the values do not exceed, or the
     * largest where it is at most a quarter larger, rounded up to three digits.
     */
    public static double limit(ActivationSession session, int token) {
        double[] sizes = IntStream.range(0, session.points().size() * session.width())
                .mapToDouble(i -> Math.abs(session.value(i / session.width(), token, i % session.width())))
                .sorted()
                .toArray();
        double most = sizes[(int) Math.ceil(0.98 * sizes.length) - 1];
        double largest = sizes[sizes.length - 1];
        double end = largest <= 1.25 * most ? largest : most;
        double unit = Math.pow(10, Math.floor(Math.log10(end)) - 2);
        return Math.ceil(end / unit) * unit;
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
