package io.github.residual4j.capture.hub;

import io.github.residual4j.error.CaptureException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * Speaks HTTP with a hub: one request, followed to where the hub redirects it. The access token goes to the hub's own
 * scheme, host and port and nowhere else. Addresses in messages are without their query, which may hold a signature.
 */
final class HubClient {
    private static final int MAX_REDIRECTS = 10;

    private final HttpClient http;
    private final URI endpoint;
    private final Optional<String> token;
    private final Duration timeout;

    HubClient(URI endpoint, Optional<String> token, Duration timeout) {
        this.endpoint = endpoint;
        this.token = token;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    Duration timeout() {
        return timeout;
    }

    boolean hasToken() {
        return token.isPresent();
    }

    /** Where the hub has a file of a repository at a revision. */
    URI address(String repository, String revision, String file) {
        return URI.create(endpoint + "/" + repository + "/resolve/" + encode(revision) + "/"
                + encode(file).replace("%2F", "/"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** An address as messages show it. */
    static String shown(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath();
    }

    /**
     * Asks for the headers of a file.
     *
     * @param enough is shown every answer on the way, and tells whether a redirection need not be followed
     */
    HttpResponse<HubBody> head(URI address, Predicate<HttpResponse<HubBody>> enough) throws HubTrouble {
        return send(HttpRequest.newBuilder().method("HEAD", HttpRequest.BodyPublishers.noBody()), address, enough);
    }

    /** Asks for the bytes of a file from an offset on. The caller closes the body. */
    HttpResponse<HubBody> get(URI address, long from) throws HubTrouble {
        HttpRequest.Builder request = HttpRequest.newBuilder().GET();
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        return send(request, address, response -> false);
    }

    static boolean isRedirection(HttpResponse<?> response) {
        return switch (response.statusCode()) {
            case 301, 302, 303, 307, 308 ->
                response.headers().firstValue("Location").isPresent();
            default -> false;
        };
    }

    private HttpResponse<HubBody> send(
            HttpRequest.Builder request, URI address, Predicate<HttpResponse<HubBody>> enough) throws HubTrouble {
        request.header("User-Agent", "residual4j").header("Accept-Encoding", "identity");
        URI target = address;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpRequest.Builder hop = request.copy().uri(target);
            if (isEndpoint(target)) {
                token.ifPresent(t -> hop.header("Authorization", "Bearer " + t));
            }
            HttpResponse<HubBody> response = await(hop.build());
            if (enough.test(response) || !isRedirection(response)) {
                return response;
            }
            response.body().close();
            target = follow(target, response.headers().firstValue("Location").orElseThrow());
        }
        throw new CaptureException(shown(address) + " redirects more than " + MAX_REDIRECTS + " times.");
    }

    private boolean isEndpoint(URI target) {
        return endpoint.getScheme().equalsIgnoreCase(target.getScheme())
                && endpoint.getHost().equalsIgnoreCase(target.getHost())
                && port(endpoint) == port(target);
    }

    private static int port(URI address) {
        int standard = "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
        return address.getPort() < 0 ? standard : address.getPort();
    }

    private static URI follow(URI from, String location) {
        try {
            URI target = from.resolve(new URI(location));
            String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
            if (target.getHost() != null
                    && (scheme.equals("https") || scheme.equals("http") && "http".equalsIgnoreCase(from.getScheme()))) {
                return target;
            }
        } catch (URISyntaxException e) {
            throw new CaptureException(shown(from) + " redirects to what is not an address.", e);
        }
        throw new CaptureException(shown(from) + " redirects to an address that is not safe to follow.");
    }

    // The timeout of HttpRequest covers the headers alone on some JDKs and the whole body on others.
    private HttpResponse<HubBody> await(HttpRequest request) throws HubTrouble {
        CompletableFuture<HttpResponse<HubBody>> answer = http.sendAsync(request, info -> new HubBody());
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            String silence = shown(request.uri()) + " did not answer for " + HubBody.seconds(timeout);
            throw new HubTrouble(silence, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CaptureException("Interrupted while waiting for " + shown(request.uri()) + ".", e);
        } catch (ExecutionException e) {
            throw failure(request.uri(), e.getCause() == null ? e : e.getCause());
        }
    }

    private static HubTrouble failure(URI address, Throwable cause) {
        String host = address.getScheme() + "://" + address.getRawAuthority();
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof UnresolvedAddressException || root instanceof UnknownHostException) {
            throw new CaptureException(
                    host + " is not known here: check the network, HF_ENDPOINT and, behind a proxy,"
                            + " the JVM's -Dhttps.proxyHost and -Dhttps.proxyPort.",
                    cause);
        }
        if (cause instanceof SSLException) {
            throw new CaptureException("No safe connection to " + host + " (" + HubTrouble.told(cause) + ").", cause);
        }
        if (cause instanceof ConnectException) {
            return new HubTrouble(host + " takes no connection", cause);
        }
        if (cause instanceof IOException) {
            return new HubTrouble("the connection to " + host + " broke (" + HubTrouble.told(cause) + ")", cause);
        }
        throw new CaptureException("The request to " + shown(address) + " failed (" + cause + ").", cause);
    }
}
