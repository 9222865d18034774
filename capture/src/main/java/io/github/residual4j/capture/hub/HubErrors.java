package io.github.residual4j.capture.hub;

import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.capture.internal.cache.HubName;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.error.ResidualException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;

/** Says in words what an answer of the hub other than 2xx means. The hub's {@code X-Error-Code} tells more than HTTP. */
final class HubErrors {
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final int MAX_QUOTE = 200;

    private final HubName model;
    private final URI endpoint;
    private final boolean tokenSent;

    HubErrors(HubName model, URI endpoint, boolean tokenSent) {
        this.model = model;
        this.endpoint = endpoint;
        this.tokenSent = tokenSent;
    }

    /** Whether repository and revision are there, but the file asked for is not. Some mirrors send no error code. */
    static boolean saysNoSuchFile(HttpResponse<?> answer, String revision) {
        String code = code(answer);
        return answer.statusCode() == 404
                && (code.equals("EntryNotFound") || code.isEmpty() && CacheLayout.isCommit(revision));
    }

    /**
     * What to throw for an answer that is not the file.
     *
     * @throws HubTrouble if the same request may succeed later
     */
    ResidualException of(HttpResponse<?> answer, String file) throws HubTrouble {
        int status = answer.statusCode();
        if (PASSING.contains(status)) {
            throw new HubTrouble("the hub answered " + status + quote(answer), null, retryAfter(answer));
        }
        String repository = model.repository() + " at " + endpoint;
        String code = code(answer);
        if (code.equals("GatedRepo")) {
            return new BadRequestException(repository + " is gated: accept its terms at " + endpoint + "/"
                    + model.repository()
                    + (tokenSent
                            ? " with the account whose token this is (HF_TOKEN)"
                            : " and set HF_TOKEN to a token of the account that did")
                    + quote(answer) + ".");
        }
        if (code.equals("RevisionNotFound")) {
            return new BadRequestException(repository + " has no revision \"" + model.revision()
                    + "\": name a branch, a tag or a commit of it.");
        }
        if (status == 401 || status == 403 || code.equals("RepoNotFound")) {
            return new BadRequestException(repository
                    + (tokenSent
                            ? " does not exist, or the access token (HF_TOKEN) does not open it"
                            : " does not exist, or is private and needs an access token in HF_TOKEN")
                    + quote(answer) + ".");
        }
        if (status == 404) {
            return new BadRequestException(
                    repository + ": no such repository, revision \"" + model.revision() + "\" or file " + file + ".");
        }
        return new CaptureException(
                file + " of " + repository + " cannot be had: the hub answered " + status + quote(answer) + ".");
    }

    private static String code(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Error-Code").orElse("");
    }

    private static String quote(HttpResponse<?> answer) {
        String message =
                answer.headers().firstValue("X-Error-Message").orElse("").strip();
        if (message.isEmpty()) {
            return "";
        }
        return " (it says: " + (message.length() > MAX_QUOTE ? message.substring(0, MAX_QUOTE) + "…" : message) + ")";
    }

    private static Duration retryAfter(HttpResponse<?> answer) {
        String seconds = answer.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,6}") ? Duration.ofSeconds(Integer.parseInt(seconds)) : Duration.ZERO;
    }
}
