package io.github.residual4j.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells what often lies in the place of a file of another kind, and how to get the real one. */
public final class MistakenFile {
    private static final int ENOUGH = 512;
    private static final Pattern POINTER = Pattern.compile("version https?://(?:git-lfs|hawser)[^\\n]*\\n(?s:.*)");
    private static final Pattern POINTED_SIZE = Pattern.compile("\\nsize (\\d{1,18})");
    private static final Pattern PAGE = Pattern.compile("(?:<!doctype|<html|<head|<\\?xml|<!--)(?s:.*)");
    private static final Pattern HUB_ERROR = Pattern.compile(
            "(?:\\{\"error\"|entry not found|repository not found|invalid (?:username|credentials)|access to model|"
                    + "not found|forbidden|unauthorized)(?s:.*)");

    private MistakenFile() {}

    /** A sentence without the file's name, if the file is none of the kinds this library reads but a known other one. */
    public static Optional<String> explain(Path file) {
        byte[] start;
        long size;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(ENOUGH);
            size = Files.size(file);
        } catch (IOException e) {
            return Optional.empty(); // whoever reads it says why
        }
        return text(start, size).or(() -> binary(start, size));
    }

    private static Optional<String> text(byte[] start, long size) {
        if (size == 0) {
            return Optional.of("the file is empty; download or copy it again.");
        }
        String text = TextFile.lenient(start).stripLeading().toLowerCase(Locale.ROOT);
        if (POINTER.matcher(text).matches()) {
            Matcher pointed = POINTED_SIZE.matcher(text);
            return Optional.of("this is a Git LFS pointer in place of the file"
                    + (pointed.find() ? ", which has " + pointed.group(1) + " bytes" : "")
                    + "; run \"git lfs install\" and \"git lfs pull\" in its folder, or download the file itself.");
        }
        if (PAGE.matcher(text).matches()) {
            return Optional.of(
                    "this is an HTML or XML page in place of the file, as a server sends it that wants a login"
                            + " or has nothing under the address; download the file itself.");
        }
        if (size <= ENOUGH && HUB_ERROR.matcher(text).matches()) {
            String said = new String(start, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
            return Optional.of(
                    "this is a server's error message in place of the file (" + said + "); download the file again.");
        }
        return Optional.empty();
    }

    private static Optional<String> binary(byte[] start, long size) {
        String hex = HexFormat.of().formatHex(start, 0, Math.min(16, start.length));
        if (hex.startsWith("504b0304")) {
            return Optional.of("this is a zip archive; unpack it, or, if torch.save wrote it (.bin, .pt), "
                    + WeightFormats.LOAD_AND_SAVE + ".");
        }
        if (hex.matches("80(?:0[2-5]).*")) {
            return Optional.of(
                    "this is a Python pickle, as torch.save writes it; " + WeightFormats.LOAD_AND_SAVE + ".");
        }
        if (hex.startsWith("894844460d0a1a0a")) {
            return Optional.of("this is an HDF5 file of TensorFlow; " + WeightFormats.FROM_TENSORFLOW + ".");
        }
        if (hex.startsWith("47475546")) {
            return Optional.of("this is a GGUF file; " + WeightFormats.ORIGINAL + ".");
        }
        if (hex.matches("(?:1f8b|fd377a585a00|28b52ffd|425a68|377abcaf271c).*")) {
            return Optional.of("this is a compressed archive; unpack it first.");
        }
        if (size > 64 && hex.matches("0{32}")) {
            return Optional.of("it begins with zeros only, as a download leaves it that was broken off; get it again.");
        }
        return Optional.empty();
    }
}
