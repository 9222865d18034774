package io.github.residual4j.capture.hub;

import io.github.residual4j.capture.internal.cache.HubName;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.error.ResidualException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One repository of the hub, as seen over the network. */
final class HubRepository {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final HubName model;
    private final HubClient client;
    private final HubErrors errors;
    private final Duration firstPause;
    private final URI endpoint;

    HubRepository(HubName model, URI endpoint, HubClient client, Duration firstPause) {
        this.model = model;
        this.endpoint = endpoint;
        this.client = client;
        this.errors = new HubErrors(model, endpoint, client.hasToken());
        this.firstPause = firstPause;
    }

    /** The bytes of a file from {@code start} on; {@code total} bytes in all, or -1 if the server does not tell. */
    record Download(HubBody body, long start, long total) implements AutoCloseable {
        @Override
        public void close() {
            body.close();
        }
    }

    HubName model() {
        return model;
    }

    HubRetries retries(String file) {
        return new HubRetries("download of " + file + " of " + model + " from " + endpoint, firstPause);
    }

    Duration stallTimeout() {
        return client.timeout();
    }

    /**
     * What the hub has under a name.
     *
     * @return empty if repository and revision are there, but this file is not
     * @throws ResidualException if there is no such repository or revision, it is not open to us, or nothing can be
     *     learnt
     */
    Optional<HubFile> find(String file, String revision) {
        HubRetries retries = retries(file);
        while (true) {
            try {
                return ask(file, revision);
            } catch (HubTrouble trouble) {
                retries.pauseAfter(trouble);
            }
        }
    }

    private Optional<HubFile> ask(String file, String revision) throws HubTrouble {
        HubHeaders seen = new HubHeaders();
        HttpResponse<HubBody> answer = client.head(
                client.address(model.repository(), revision, file),
                hop -> seen.add(hop).areWhole());
        answer.body().close();
        if (HubErrors.saysNoSuchFile(answer, revision)) {
            return Optional.empty();
        }
        if (!HubClient.isRedirection(answer) && answer.statusCode() != 200) {
            throw errors.of(answer, file);
        }
        return Optional.of(seen.file(file, answer.uri()));
    }

    /**
     * Opens a file for reading from an offset on, or from its beginning where the server cannot do better.
     *
     * @throws HubTrouble if another attempt may succeed
     */
    Download open(HubFile file, long from) throws HubTrouble {
        URI address = client.address(model.repository(), file.commit(), file.name());
        HttpResponse<HubBody> answer = client.get(address, from);
        if (answer.statusCode() == 416 && from > 0) {
            answer.body().close();
            answer = client.get(address, 0);
        }
        HttpHeaders headers = answer.headers();
        if (answer.statusCode() == 200) {
            return new Download(
                    answer.body(), 0, headers.firstValueAsLong("Content-Length").orElse(-1));
        }
        Matcher range =
                CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        if (answer.statusCode() == 206 && range.matches() && Long.parseLong(range.group(1)) == from) {
            return new Download(answer.body(), from, range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2)));
        }
        answer.body().close();
        if (answer.statusCode() == 206) {
            throw new CaptureException(HubClient.shown(answer.uri()) + " was asked for " + file.name() + " from byte "
                    + from + " on and sent another part of it.");
        }
        throw errors.of(answer, file.name());
    }
}
