package io.github.residual4j;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.io.ArrayReader;
import io.github.residual4j.internal.text.Counted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a session of what a file holds. Values go from the file straight to their place in the session, so that hardly
 * more heap is used than the session itself takes.
 */
final class SessionReader {
    private static final Logger LOG = LoggerFactory.getLogger(SessionReader.class);

    private final SessionSource source;
    private final SessionConfig config;

    private SessionReader(SessionSource source, SessionConfig config) {
        this.source = source;
        this.config = config;
    }

    /**
     * Reads a session.
     *
     * @param source what it is read from; it stays open
     * @param beside tells what is known about the session from elsewhere, in case the file itself does not
     */
    static ActivationSession read(SessionSource source, Supplier<SessionConfig> beside) {
        try {
            Optional<String> json = source.config();
            SessionConfig config = json.isPresent() ? SessionConfig.parse(json.get()) : beside.get();
            return new SessionReader(source, config).session();
        } catch (IOException e) {
            throw new BadFileException(source.file(), SessionArrays.CONFIG + ": " + e.getMessage() + ".", e);
        } catch (BadRequestException e) {
            throw new BadFileException(source.file(), e.getMessage(), e);
        } catch (OutOfMemoryError e) { // thrown for an array as a whole, before it is read
            throw new BadFileException(
                    source.file(),
                    "its arrays take more memory than the heap has left; raise -Xmx above the file's size.",
                    e);
        }
    }

    private ActivationSession session() {
        ActivationSessionBuilder builder = config.huggingFaceHiddenStates()
                ? ActivationSession.fromHuggingFaceHiddenStates()
                : ActivationSession.builder();
        int tokens = source.read(SessionArrays.HIDDEN_STATES, array -> addStates(builder, array));
        builder.tokens(tokens(tokens, config.tokenTexts()));
        config.text().ifPresent(builder::text);
        config.modelName().ifPresent(builder::modelName);
        builder.provenance(config.provenance()).tokenTexts(config.nextTokenTexts());
        source.names().stream()
                .filter(name -> !SessionArrays.OWN.contains(name))
                .forEach(name -> addArray(builder, name));
        return builder.build();
    }

    /** Adds all points and returns how many tokens they have. */
    private int addStates(ActivationSessionBuilder builder, ArrayReader array) throws IOException {
        List<Integer> shape = array.shape();
        boolean batch = shape.size() == 4 && shape.get(1) == 1;
        if (!batch && shape.size() != 3) {
            throw new IOException("its shape is " + shape + "; expected [points, 1, tokens, width], where the batch is"
                    + " always 1, or [points, tokens, width]");
        }
        if (shape.contains(0)) {
            throw new IOException(
                    "its shape is " + shape + "; a session needs at least one point, token and dimension");
        }
        array.requireFloats();
        Optional<List<String>> stored = source.layerNames();
        builder.namesAreAssumed(stored.isEmpty() || config.namesAssumed());
        List<String> names = stored.orElseGet(() -> IntStream.range(0, shape.get(0))
                .mapToObj(i -> StreamPoint.canonical(i).name())
                .toList());
        if (names.size() != shape.get(0)) {
            throw new BadFileException(
                    source.file(),
                    "layer_names: its shape is [" + names.size() + "]; hidden_states has "
                            + Counted.of(shape.get(0), "point") + ".");
        }
        int tokens = shape.get(shape.size() - 2);
        int width = shape.get(shape.size() - 1);
        unwrapping(() -> builder.pointsOfAnyName(names, tokens, width, values -> wrapping(() -> array.floats(values))));
        return tokens;
    }

    private void addArray(ActivationSessionBuilder builder, String name) {
        source.read(name, array -> {
            if (!array.isFloat()) {
                LOG.warn(
                        "{}: array \"{}\" holds {} values, which a session does not keep; it is left out",
                        source.file(),
                        name,
                        array.spelling());
                return name;
            }
            array.requireFloats();
            int[] shape = withBatch(name, array.shape());
            unwrapping(() -> builder.array(
                    name, FloatTensor.filled(values -> wrapping(() -> array.floats(List.of(values))), shape)));
            return name;
        });
    }

    /** The shape of an array, with the batch axis that files without it leave out. */
    private static int[] withBatch(String name, List<Integer> shape) {
        boolean ofPositions = name.equals(ActivationSession.FINAL) || name.equals(ActivationSession.LOGITS);
        IntStream axes = shape.stream().mapToInt(i -> i);
        return (ofPositions && shape.size() == 2 ? IntStream.concat(IntStream.of(1), axes) : axes).toArray();
    }

    private interface Reading {
        void run() throws IOException;
    }

    /** Lets an IOException pass through code that knows of none. */
    private static void wrapping(Reading reading) {
        try {
            reading.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unwrapping(Runnable reading) throws IOException {
        try {
            reading.run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private List<Token> tokens(int count, List<Optional<String>> texts) {
        if (!texts.isEmpty() && texts.size() != count) {
            throw new BadFileException(
                    source.file(),
                    "its configuration names " + Counted.of(texts.size(), "token") + "; hidden_states has " + count
                            + ".");
        }
        long[] ids = longs(SessionArrays.TOKEN_IDS, count);
        long[] positions = longs(SessionArrays.POSITIONS, count);
        List<Token> tokens = new ArrayList<>();
        for (int t = 0; t < count; t++) {
            long position = positions.length == 0 ? t : positions[t];
            if (position < 0 || position > Integer.MAX_VALUE) {
                throw new BadFileException(source.file(), "array \"positions\": " + position + " is no position.");
            }
            OptionalLong id = ids.length == 0 || ids[t] == SessionArrays.UNKNOWN_ID
                    ? OptionalLong.empty()
                    : OptionalLong.of(ids[t]);
            tokens.add(new Token((int) position, id, texts.isEmpty() ? Optional.empty() : texts.get(t)));
        }
        return tokens;
    }

    /** The integers of an array that may be left out. */
    private long[] longs(String name, int count) {
        if (!source.names().contains(name)) {
            return new long[0];
        }
        return source.read(name, array -> {
            if (!array.shape().equals(List.of(count))) {
                throw new IOException(
                        "its shape is " + array.shape() + "; hidden_states has " + Counted.of(count, "token"));
            }
            return array.longs();
        });
    }
}
