package io.github.residual4j.capture.hub;

import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.error.CaptureException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the answers on the way to a file tell about it. The first to tell something is believed: the hub says
 * what it redirects to ({@code X-Linked-Etag}, {@code X-Linked-Size}), and a storage server's own headers may differ.
 */
final class HubHeaders {
    private static final Pattern ETAG = Pattern.compile("(?:W/)?\"?([^\"]*)\"?");

    private @Nullable String commit;
    private @Nullable String etag;
    private long size = -1;

    HubHeaders add(HttpResponse<?> answer) {
        HttpHeaders headers = answer.headers();
        boolean isFile = answer.statusCode() == 200;
        if (commit == null) {
            commit = headers.firstValue("X-Repo-Commit")
                    .filter(CacheLayout::isCommit)
                    .orElse(null);
        }
        if (etag == null) {
            Optional<String> own = isFile ? headers.firstValue("ETag") : Optional.empty();
            etag = headers.firstValue("X-Linked-Etag")
                    .or(() -> own)
                    .map(HubHeaders::bare)
                    .filter(HubFile::isSafeEtag)
                    .orElse(null);
        }
        if (size < 0) {
            Optional<String> own = isFile ? headers.firstValue("Content-Length") : Optional.empty();
            size = headers.firstValue("X-Linked-Size")
                    .or(() -> own)
                    .filter(text -> text.matches("\\d{1,18}"))
                    .map(Long::parseLong)
                    .orElse(-1L);
        }
        return this;
    }

    private static String bare(String etag) {
        Matcher matcher = ETAG.matcher(etag);
        return matcher.matches() ? matcher.group(1) : "";
    }

    /** Whether commit and content are known; a size is welcome. */
    boolean areWhole() {
        return commit != null && etag != null;
    }

    /** @throws CaptureException if no answer told the commit and the content */
    HubFile file(String name, URI address) {
        if (commit == null || etag == null) {
            throw new CaptureException(HubClient.shown(address) + " does not tell the commit and the hash of " + name
                    + " (X-Repo-Commit, ETag): this is not a Hugging Face hub; check HF_ENDPOINT.");
        }
        return new HubFile(name, commit, etag, size);
    }
}
