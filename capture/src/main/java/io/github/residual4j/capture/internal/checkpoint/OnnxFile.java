package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.MistakenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A decoder that somebody exported to ONNX, and what lies beside it.
 *
 * @param name what the model is called
 * @param file the ONNX file
 * @param config the {@code config.json} of a GPT-2, if one is there; it may be another model's
 * @param limits what a {@code config.json} of any kind says of the texts; it may be another model's
 * @param tokenizer what splits text into its tokens; without one the model takes ids only
 */
public record OnnxFile(
        String name,
        Path file,
        Optional<Gpt2Config> config,
        Optional<TextLimits> limits,
        Optional<TokenizerJson> tokenizer) {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxFile.class);
    private static final String ENDING = ".onnx";
    private static final String USUAL_NAME = "model" + ENDING;

    /**
     * {@return whether a path is to be opened as an ONNX file: by its ending, or as a folder with one and no other
     * weights}
     *
     * @param path the file or the folder
     */
    public static boolean isMeant(Path path) {
        if (!Files.isDirectory(path)) {
            return path.toString().endsWith(ENDING);
        }
        boolean checkpoint = Files.exists(path.resolve("model.safetensors"))
                || Files.exists(path.resolve("model.safetensors.index.json"));
        return !checkpoint && !candidates(path).isEmpty();
    }

    /**
     * Opens a file, or the one in a folder or in its subfolder {@code onnx}: {@code model.onnx} if there are several.
     *
     * @param path the file or the folder
     * @return the file
     * @throws BadFileException if there is none, or it cannot be told which is meant
     */
    public static OnnxFile open(Path path) {
        if (!Files.isDirectory(path)) {
            String name = String.valueOf(path.getFileName());
            return open(path, name.equals(USUAL_NAME) ? Checkpoint.name(home(path)) : withoutEnding(name));
        }
        List<Path> candidates = candidates(path);
        Path file = candidates.size() == 1
                ? candidates.get(0)
                : candidates.stream()
                        .filter(f -> f.endsWith(USUAL_NAME))
                        .findFirst()
                        .orElseThrow(() -> new BadFileException(
                                path,
                                "this folder holds several ONNX files, "
                                        + candidates.stream()
                                                .map(Path::getFileName)
                                                .toList()
                                        + "; name the one to open."));
        return open(file, Checkpoint.name(path));
    }

    private static OnnxFile open(Path file, String name) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        requireReal(file, folder);
        Path above = home(file);
        return new OnnxFile(
                name,
                file,
                config(folder, Gpt2ConfigReader::read).or(() -> config(above, Gpt2ConfigReader::read)),
                config(folder, TextLimits::read).or(() -> config(above, TextLimits::read)),
                TokenizerFiles.read(folder).or(() -> TokenizerFiles.read(above)));
    }

    /** Refuses what lies in the place of the file, or of the external data beside it. */
    private static void requireReal(Path file, Path folder) {
        List<Path> files = new ArrayList<>(List.of(file));
        if (Files.isDirectory(folder)) {
            try (Stream<Path> beside = Files.list(folder)) {
                beside.filter(f -> f.toString().endsWith("data") && Files.isRegularFile(f))
                        .sorted()
                        .forEach(files::add);
            } catch (IOException e) {
                throw new BadFileException(folder, "the folder cannot be read: " + e.getMessage() + ".", e);
            }
        }
        for (Path one : files) {
            MistakenFile.explain(one)
                    .filter(reason -> one.equals(file) || reason.contains("in place of the file"))
                    .ifPresent(reason -> {
                        throw new BadFileException(one, reason);
                    });
        }
    }

    private static List<Path> candidates(Path folder) {
        for (Path place : List.of(folder, folder.resolve("onnx"))) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.list(place)) {
                    List<Path> found = files.filter(f -> f.toString().endsWith(ENDING) && Files.isRegularFile(f))
                            .sorted()
                            .toList();
                    if (!found.isEmpty()) {
                        return found;
                    }
                } catch (IOException e) {
                    throw new BadFileException(place, "the folder cannot be read: " + e.getMessage() + ".", e);
                }
            }
        }
        return List.of();
    }

    /** The folder of the model a file belongs to: its own, or the one above a folder {@code onnx}. */
    private static Path home(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return folder.endsWith("onnx") && folder.getParent() != null ? folder.getParent() : folder;
    }

    private static String withoutEnding(String name) {
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }

    /** The configuration in a folder; one that cannot be read belongs to something else that lies there. */
    private static <T> Optional<T> config(Path folder, Function<Path, T> reader) {
        Path file = folder.resolve("config.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(file));
        } catch (BadFileException e) {
            LOG.debug("Leaving aside what lies beside an ONNX file: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
