package io.github.residual4j.capture.hub;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@link Hub} takes from its environment: the same variables, with the same defaults, as the Python library
 * {@code huggingface_hub} reads. An empty variable counts as unset.
 *
 * <table>
 * <caption>Variables</caption>
 * <tr><td>{@code HF_HUB_CACHE}</td><td>the cache folder; by default {@code HUGGINGFACE_HUB_CACHE}, else {@code hub} in
 * {@code HF_HOME}</td></tr>
 * <tr><td>{@code HF_HOME}</td><td>by default {@code huggingface} in {@code XDG_CACHE_HOME}, which is by default
 * {@code ~/.cache}</td></tr>
 * <tr><td>{@code HF_ENDPOINT}</td><td>the hub; by default {@value #DEFAULT_ENDPOINT}</td></tr>
 * <tr><td>{@code HF_TOKEN}</td><td>the access token; by default {@code HUGGING_FACE_HUB_TOKEN}, else the content of the
 * file {@code HF_TOKEN_PATH}, by default {@code token} in {@code HF_HOME}; none with
 * {@code HF_HUB_DISABLE_IMPLICIT_TOKEN=1}</td></tr>
 * <tr><td>{@code HF_HUB_OFFLINE}</td><td>{@code 1}: use only what is in the cache; also {@code TRANSFORMERS_OFFLINE}
 * </td></tr>
 * <tr><td>{@code HF_HUB_DOWNLOAD_TIMEOUT}</td><td>seconds without a byte after which a connection is given up; by default
 * 30</td></tr>
 * <tr><td>{@code HF_HUB_DISABLE_SYMLINKS}</td><td>{@code 1}: the cache holds files, not links to them</td></tr>
 * </table>
 */
public final class HubEnvironment {
    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Duration DEFAULT_STALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");
    // What an HTTP header may carry.
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    private final Map<String, String> variables;
    private final Path userHome;

    private HubEnvironment(Map<String, String> variables, Path userHome) {
        this.variables = Map.copyOf(variables);
        this.userHome = userHome;
    }

    /** {@return the environment of this process} */
    public static HubEnvironment ofProcess() {
        return new HubEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /**
     * {@return an environment of one's own, which takes nothing from the process}
     *
     * @param variables names and values, as in {@link System#getenv()}
     * @param userHome what {@code ~} means
     */
    public static HubEnvironment of(Map<String, String> variables, Path userHome) {
        return new HubEnvironment(variables, userHome);
    }

    /** {@return the folder that holds the {@code models--owner--name} folders; it need not exist} */
    public Path cacheFolder() {
        return folder("HF_HUB_CACHE").or(() -> folder("HUGGINGFACE_HUB_CACHE")).orElseGet(() -> home().resolve("hub"));
    }

    /**
     * {@return the hub's address, without a slash at its end}
     *
     * @throws BadRequestException if {@code HF_ENDPOINT} is not an http address
     */
    public URI endpoint() {
        String text = value("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT).replaceFirst("/+$", "");
        try {
            URI endpoint = new URI(text);
            String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
            if (endpoint.getHost() != null
                    && endpoint.getRawQuery() == null
                    && endpoint.getRawFragment() == null
                    && endpoint.getRawUserInfo() == null
                    && Set.of("http", "https").contains(scheme)) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            throw new BadRequestException(notAnEndpoint(text), e);
        }
        throw new BadRequestException(notAnEndpoint(text));
    }

    private static String notAnEndpoint(String text) {
        return "HF_ENDPOINT is \"" + text + "\", which is not the address of a hub such as " + DEFAULT_ENDPOINT + ".";
    }

    /**
     * {@return the access token, if there is one}
     *
     * @throws BadRequestException if it holds characters no token has; the message does not repeat it
     * @throws BadFileException if the token file is there but cannot be read
     */
    public Optional<String> token() {
        if (isSet("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            return Optional.empty();
        }
        Optional<String> token = value("HF_TOKEN").or(() -> value("HUGGING_FACE_HUB_TOKEN"));
        return token.or(this::tokenInFile)
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .map(HubEnvironment::checked);
    }

    private Optional<String> tokenInFile() {
        Path file = folder("HF_TOKEN_PATH").orElseGet(() -> home().resolve("token"));
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            throw new BadFileException(file, "the access token in it cannot be read (" + e + "); set HF_TOKEN.", e);
        }
    }

    private static String checked(String token) {
        if (!TOKEN.matcher(token).matches()) {
            throw new BadRequestException("The access token for the hub (HF_TOKEN or the token file) holds blanks or"
                    + " characters outside ASCII: a token is one word such as hf_….");
        }
        return token;
    }

    /** {@return whether nothing may be asked of the network} */
    public boolean offline() {
        return isSet(value("HF_HUB_OFFLINE").isPresent() ? "HF_HUB_OFFLINE" : "TRANSFORMERS_OFFLINE");
    }

    /** {@return whether the cache is to hold files where it would otherwise hold links} */
    public boolean linksDisabled() {
        return isSet("HF_HUB_DISABLE_SYMLINKS");
    }

    /**
     * {@return how long a connection may stay silent}
     *
     * @throws BadRequestException if {@code HF_HUB_DOWNLOAD_TIMEOUT} is not a positive number of seconds
     */
    public Duration stallTimeout() {
        String text = value("HF_HUB_DOWNLOAD_TIMEOUT").orElse("");
        if (text.isEmpty()) {
            return DEFAULT_STALL_TIMEOUT;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) == 0) {
            throw new BadRequestException(
                    "HF_HUB_DOWNLOAD_TIMEOUT is \"" + text + "\", which is not a number of seconds such as 30.");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private Path home() {
        return folder("HF_HOME")
                .orElseGet(() -> folder("XDG_CACHE_HOME")
                        .orElseGet(() -> userHome.resolve(".cache"))
                        .resolve("huggingface"));
    }

    /** A variable that names a place, with {@code ~} and variables in it replaced. */
    private Optional<Path> folder(String variable) {
        return value(variable).map(text -> path(variable, text));
    }

    private Path path(String variable, String text) {
        String place = VARIABLE.matcher(text).replaceAll(this::replacement);
        try {
            boolean inHome = place.equals("~") || place.startsWith("~/") || place.startsWith("~\\");
            return inHome ? userHome.resolve(place.substring(Math.min(2, place.length()))) : Path.of(place);
        } catch (InvalidPathException e) {
            throw new BadRequestException(variable + " is \"" + text + "\", which is not a path.", e);
        }
    }

    private String replacement(MatchResult match) {
        String name = match.group(1) == null ? match.group(2) : match.group(1);
        return Matcher.quoteReplacement(variables.getOrDefault(name, match.group()));
    }

    private boolean isSet(String variable) {
        return value(variable)
                .filter(v -> TRUE.contains(v.toUpperCase(Locale.ROOT)))
                .isPresent();
    }

    private Optional<String> value(String variable) {
        return Optional.ofNullable(variables.get(variable)).filter(v -> !v.isBlank());
    }
}
