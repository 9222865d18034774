package io.github.residual4j.spark;

import io.github.residual4j.capture.LanguageModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The files of the embedded model, as a model of one's own has them. */
final class TinyModel {
    private static final List<String> FILES = List.of("config.json", "model.safetensors", "tokenizer.json");

    private TinyModel() {}

    /** Writes them into a folder, which is made. */
    static Path folder(Path folder) throws IOException {
        Files.createDirectory(folder);
        for (String name : FILES) {
            try (InputStream in = LanguageModel.class.getResourceAsStream("tiny-gpt2/" + name)) {
                Files.copy(in, folder.resolve(name));
            }
        }
        return folder;
    }

    /** Zips a folder with them; they lie at the archive's top. */
    static Path zipped(Path folder, Path archive) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String name : FILES) {
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(folder.resolve(name), zip);
            }
        }
        return archive;
    }
}
