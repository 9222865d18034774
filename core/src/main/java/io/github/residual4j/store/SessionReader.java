package io.github.residual4j.store;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.BadFileException;
import io.github.residual4j.BadRequestException;
import io.github.residual4j.FloatTensor;
import io.github.residual4j.Token;
import io.github.residual4j.internal.io.StagedFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a session directory. */
final class SessionReader {
    /** What stands in {@code token_ids} for a token whose id is not known. */
    static final long UNKNOWN_ID = -1;

    private static final Logger LOG = LoggerFactory.getLogger(SessionReader.class);
    private static final Set<String> OWN =
            Set.of("hidden_states", "layer_names", "token_ids", "positions", "config_json");

    private final Path directory;
    private final Path file;
    private final NpzReader npz;

    private SessionReader(Path directory, Path file, NpzReader npz) {
        this.directory = directory;
        this.file = file;
        this.npz = npz;
    }

    static ActivationSession read(Path directory) {
        Path file = directory.resolve(SessionDirectory.TENSORS);
        if (!Files.isDirectory(directory)) {
            throw new BadFileException(directory, "it is no folder; expected a session directory.");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadFileException(directory, "it holds no " + SessionDirectory.TENSORS + ", so it is no session.");
        }
        try (NpzReader npz = new NpzReader(file)) {
            return new SessionReader(directory, file, npz).session();
        }
    }

    private ActivationSession session() {
        SessionConfig config = config();
        int[] shape = new int[4];
        float[][] states = npz.read("hidden_states", array -> {
            requireStates(array.header().shape());
            IntStream.range(0, 4).forEach(i -> shape[i] = array.header().shape().get(i));
            return array.floatRows();
        });
        int tokens = shape[2];
        List<String> names = npz.read("layer_names", array -> {
            requireLength(array.header().shape(), states.length, "points");
            return array.strings();
        });
        try {
            ActivationSessionBuilder builder = config.huggingFaceHiddenStates()
                    ? ActivationSession.fromHuggingFaceHiddenStates()
                    : ActivationSession.builder();
            for (int p = 0; p < states.length; p++) {
                builder.point(names.get(p), FloatBuffer.wrap(states[p]), tokens, shape[3]);
                states[p] = new float[0]; // the builder has its own copy now
            }
            builder.tokens(tokens(tokens, config.tokenTexts()));
            config.text().ifPresent(builder::text);
            config.modelName().ifPresent(builder::modelName);
            builder.provenance(config.provenance()).tokenTexts(config.nextTokenTexts());
            addArrays(builder);
            return builder.build();
        } catch (BadRequestException e) {
            throw new BadFileException(file, e.getMessage(), e);
        }
    }

    private static void requireStates(List<Integer> shape) throws IOException {
        if (shape.size() != 4 || shape.get(1) != 1) {
            throw new IOException(
                    "its shape is " + shape + "; expected [points, 1, tokens, width], where the batch is always 1");
        }
        if (shape.contains(0)) {
            throw new IOException(
                    "its shape is " + shape + "; a session needs at least one point, token and dimension");
        }
    }

    private static void requireLength(List<Integer> shape, int length, String what) throws IOException {
        if (!shape.equals(List.of(length))) {
            throw new IOException("its shape is " + shape + "; hidden_states has " + length + " " + what);
        }
    }

    private List<Token> tokens(int count, List<Optional<String>> texts) {
        if (!texts.isEmpty() && texts.size() != count) {
            throw new BadFileException(
                    file, "its configuration names " + texts.size() + " tokens; hidden_states has " + count + ".");
        }
        long[] ids = longs("token_ids", count);
        long[] positions = longs("positions", count);
        List<Token> tokens = new ArrayList<>();
        for (int t = 0; t < count; t++) {
            long position = positions.length == 0 ? t : positions[t];
            if (position < 0 || position > Integer.MAX_VALUE) {
                throw new BadFileException(file, "array \"positions\": " + position + " is no position.");
            }
            OptionalLong id = ids.length == 0 || ids[t] == UNKNOWN_ID ? OptionalLong.empty() : OptionalLong.of(ids[t]);
            tokens.add(new Token((int) position, id, texts.isEmpty() ? Optional.empty() : texts.get(t)));
        }
        return tokens;
    }

    /** The integers of an array that may be left out. */
    private long[] longs(String name, int count) {
        if (!npz.names().contains(name)) {
            return new long[0];
        }
        return npz.read(name, array -> {
            requireLength(array.header().shape(), count, "tokens");
            return array.longs();
        });
    }

    private void addArrays(ActivationSessionBuilder builder) {
        for (String name : npz.names()) {
            if (OWN.contains(name)) {
                continue;
            }
            npz.read(name, array -> {
                if (!array.isFloat()) {
                    LOG.warn(
                            "{}: array \"{}\" holds {} values, which a session does not keep; it is left out",
                            file,
                            name,
                            array.header().descr());
                    return name;
                }
                int[] shape = array.header().shape().stream().mapToInt(i -> i).toArray();
                builder.array(name, FloatTensor.of(array.floats(), shape));
                return name;
            });
        }
    }

    /** What the npz itself says, or else config.json; a missing config.json is written anew from the npz. */
    private SessionConfig config() {
        Path json = directory.resolve(SessionDirectory.CONFIG);
        if (!npz.names().contains("config_json")) {
            return configFile(json);
        }
        String[] text = new String[1];
        SessionConfig config = npz.read("config_json", array -> {
            if (!array.header().shape().isEmpty()) {
                throw new IOException("its shape is " + array.header().shape() + "; expected a single string");
            }
            text[0] = array.strings().get(0);
            return SessionConfig.parse(text[0]);
        });
        if (!Files.exists(json)) {
            try {
                StagedFile.replace(json, text[0]);
            } catch (BadFileException e) {
                LOG.debug("{} is missing and cannot be mended", json, e);
            }
        }
        return config;
    }

    private SessionConfig configFile(Path json) {
        if (!Files.isRegularFile(json)) {
            throw new BadFileException(
                    json,
                    "it is missing, and " + SessionDirectory.TENSORS
                            + " holds no config_json; expected a JSON object with \"text\" and \"model_name\".");
        }
        try {
            return SessionConfig.parse(Files.readString(json));
        } catch (IOException e) {
            throw new BadFileException(json, StagedFile.reason(e) + ".", e);
        }
    }
}
