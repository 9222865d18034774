package io.github.residual4j.capture;

import io.github.residual4j.capture.hub.Hub;
import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.capture.internal.cache.HubName;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words that name a model: {@code embedded}, {@code hf:owner/name[@revision]}, the address of a model's page on a
 * hub, or a path. What people write out of habit is taken as it is meant where no doubt is possible; where a name may
 * be a folder's or a hub's, only the error knows both.
 */
final class ModelSpec {
    private static final String EMBEDDED = "embedded";
    private static final String HUB = "hf:";
    private static final Set<String> HUB_HOSTS = Set.of("huggingface.co", "www.huggingface.co", "hf.co");
    private static final Pattern ADDRESS = Pattern.compile("https?:/{1,2}.*", Pattern.CASE_INSENSITIVE);
    /** A model's page, and the pages of a revision and of the files in it. */
    private static final Pattern PAGE =
            Pattern.compile("/([^/]+/[^/]+)(?:/(?:tree|blob|resolve|raw)/([^/]+)(?:/.*)?)?/?");
    /** Files by which people name the folder they lie in. */
    private static final Set<String> FILES_OF_CHECKPOINT =
            Set.of("config.json", "model.safetensors", "model.safetensors.index.json");
    /** Where models have moved that once had no owner. */
    private static final Map<String, String> OLD_NAMES = Map.of(
            "gpt2", "openai-community/gpt2",
            "gpt2-medium", "openai-community/gpt2-medium",
            "gpt2-large", "openai-community/gpt2-large",
            "gpt2-xl", "openai-community/gpt2-xl",
            "distilgpt2", "distilbert/distilgpt2");

    private ModelSpec() {}

    /**
     * Opens the model that is meant.
     *
     * @throws BadRequestException if the words are none of these
     */
    static LanguageModel open(String spec, ModelOptions options) {
        String words = spec.strip();
        if (words.equals(EMBEDDED)) {
            return LanguageModel.embedded(options);
        }
        if (words.startsWith(HUB)) {
            String name = words.substring(HUB.length());
            return LanguageModel.download(isAddress(name) ? nameAt(name, options.hub()) : name, options);
        }
        if (isAddress(words)) {
            return LanguageModel.download(nameAt(words, options.hub()), options);
        }
        if (words.isEmpty()) {
            throw new BadRequestException("No model is named; name one as embedded, a path, or hf:owner/name.");
        }
        try {
            return LanguageModel.load(Path.of(words), options);
        } catch (InvalidPathException e) {
            throw new BadRequestException(
                    "\"" + words + "\" is no path (" + e.getReason() + "); a model is named as embedded, a path, or"
                            + " hf:owner/name.",
                    e);
        }
    }

    private static boolean isAddress(String words) {
        return ADDRESS.matcher(words).matches();
    }

    private static String currentName(String name) {
        String[] parts = name.split("@", 2);
        String current = OLD_NAMES.getOrDefault(parts[0], parts[0]);
        return parts.length == 1 ? current : current + "@" + parts[1];
    }

    private static String nameAt(String address, Hub hub) {
        try {
            URI uri = new URI(address);
            Matcher page = PAGE.matcher(String.valueOf(uri.getPath()));
            boolean known = uri.getHost() != null
                    && (HUB_HOSTS.contains(uri.getHost())
                            || uri.getHost().equals(hub.endpoint().getHost()));
            if (known && page.matches()) {
                return page.group(1) + (page.group(2) == null ? "" : "@" + page.group(2));
            }
        } catch (URISyntaxException e) {
            throw new BadRequestException(noPage(address), e);
        }
        throw new BadRequestException(noPage(address));
    }

    private static String noPage(String address) {
        return "\"" + address + "\" is not the address of a model on a hub, such as"
                + " https://huggingface.co/openai-community/gpt2; name the model as hf:owner/name.";
    }

    /**
     * The folder or file that a path means: of a repository in a hub's cache its snapshot, of a checkpoint's file the
     * folder.
     *
     * @throws BadFileException if nothing is there, with the words that would bring a model of this name from the hub
     */
    static Path meant(Path path) {
        if (!Files.exists(path)) {
            throw new BadFileException(
                    path,
                    "there is no such " + (path.toString().endsWith(".onnx") ? "file" : "folder")
                            + hubName(path)
                                    .map(name -> "; LanguageModel.open(\"" + HUB + name + "\"), or " + HUB + name
                                            + " on the command line, takes the model of that name from the hub")
                                    .orElse("")
                            + ".");
        }
        Path name = path.toAbsolutePath().normalize().getFileName();
        if (name != null && !Files.isDirectory(path) && FILES_OF_CHECKPOINT.contains(name.toString())) {
            return path.toAbsolutePath().getParent();
        }
        return Files.isDirectory(path) ? CacheLayout.snapshotIn(path).orElse(path) : path;
    }

    /** The name on a hub that somebody may have meant by a path that is not there. */
    private static Optional<String> hubName(Path path) {
        String words = path.toString().replace('\\', '/').replaceFirst("^hf:", "");
        words = words.replaceFirst("^https?:/{1,2}(?:huggingface\\.co|hf\\.co)/", "");
        try {
            HubName name = HubName.parse(currentName(words));
            boolean known = name.repository().contains("/") || OLD_NAMES.containsValue(name.repository());
            return known && !words.endsWith(".onnx") ? Optional.of(name.toString()) : Optional.empty();
        } catch (BadRequestException e) {
            return Optional.empty();
        }
    }
}
