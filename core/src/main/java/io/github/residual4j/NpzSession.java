package io.github.residual4j;

import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.internal.io.ArrayReader;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.NpzReader;
import io.github.residual4j.internal.io.NpzWriter;
import io.github.residual4j.internal.io.StoredArray;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session as an npz file, whose texts are arrays of strings. */
final class NpzSession implements SessionSource {
    private final Path file;
    private final NpzReader npz;

    NpzSession(Path file) {
        this.file = file;
        npz = new NpzReader(file);
    }

    static void write(ActivationSession session, String config, OutputStream out) throws IOException {
        try (NpzWriter npz = new NpzWriter(out)) {
            for (Map.Entry<String, StoredArray> array :
                    SessionArrays.of(session, FloatType.F32).entrySet()) {
                npz.write(array.getKey(), array.getValue());
            }
            npz.write(
                    SessionArrays.LAYER_NAMES,
                    StoredArray.strings(
                            session.points().stream().map(StreamPoint::name).toList()));
            npz.write(SessionArrays.CONFIG, StoredArray.string(config));
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public List<String> names() {
        return npz.names();
    }

    @Override
    public <T> T read(String array, ArrayReader.Decoder<T> decoder) {
        return npz.read(array, decoder);
    }

    @Override
    public Optional<List<String>> layerNames() {
        return npz.names().contains(SessionArrays.LAYER_NAMES)
                ? Optional.of(npz.read(SessionArrays.LAYER_NAMES, ArrayReader::strings))
                : Optional.empty();
    }

    @Override
    public Optional<String> config() {
        if (!npz.names().contains(SessionArrays.CONFIG)) {
            return Optional.empty();
        }
        return Optional.of(npz.read(SessionArrays.CONFIG, array -> {
            if (!array.shape().isEmpty()) {
                throw new IOException("its shape is " + array.shape() + "; expected a single string");
            }
            return array.strings().get(0);
        }));
    }

    @Override
    public void close() {
        npz.close();
    }
}
