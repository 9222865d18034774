package io.github.residual4j.capture.hub;

import io.github.residual4j.capture.internal.cache.HubName;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings checkpoints from a Hugging Face hub into the cache folder that the Python tools use as well, and finds those
 * that are there already. A checkpoint in the cache is used as it is, without a word to the network: a branch means the
 * commit it meant when it was downloaded.
 *
 * <pre>{@code
 * Path folder = Hub.create().withProgress((file, received, total) -> ...).fetch("openai-community/gpt2");
 * }</pre>
 *
 * Where the hub is, where the cache is, and the access token come from the {@link HubEnvironment}; a proxy is the JVM's
 * ({@code -Dhttps.proxyHost}, {@link java.net.ProxySelector}). Immutable, and safe to share between threads; any number
 * of processes may use the same cache at once.
 */
public final class Hub {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final HubEnvironment environment;
    private final HubProgress progress;
    private final Duration firstPause;

    private Hub(HubEnvironment environment, HubProgress progress, Duration firstPause) {
        this.environment = environment;
        this.progress = progress;
        this.firstPause = firstPause;
    }

    /** {@return the hub that the environment variables of this process name} */
    public static Hub create() {
        return of(HubEnvironment.ofProcess());
    }

    /**
     * {@return the hub that {@code environment} names}
     *
     * @param environment where hub and cache are
     */
    public static Hub of(HubEnvironment environment) {
        BadRequestException.requireGiven(environment, "environment");
        return new Hub(environment, HubProgress.NONE, FIRST_PAUSE);
    }

    /**
     * {@return the same hub, which tells {@code progress} how downloads get on}
     *
     * @param progress is told how downloads get on
     */
    public Hub withProgress(HubProgress progress) {
        BadRequestException.requireGiven(progress, "progress");
        return new Hub(environment, progress, firstPause);
    }

    /** The same hub with another pause before the second attempt; later pauses are multiples of it. */
    Hub withFirstPause(Duration pause) {
        return new Hub(environment, progress, pause);
    }

    /**
     * {@return the hub's address}
     *
     * @throws BadRequestException if {@code HF_ENDPOINT} is not an http address
     */
    public URI endpoint() {
        return environment.endpoint();
    }

    /**
     * Finds a checkpoint in the cache, or downloads what of it is missing: {@code config.json}, the weights as
     * safetensors or else an ONNX file, and the tokenizer's files if the repository has any.
     *
     * @param name {@code owner/name} or {@code owner/name@revision}; see {@link HubName}
     * @return the folder that holds the checkpoint's files (or links to them) under their names
     * @throws BadRequestException if the name is malformed, there is no such model, it is not open to us, or it holds
     *     neither a safetensors checkpoint nor an ONNX file
     * @throws BadFileException if the checkpoint is not in the cache and the environment forbids to download it, what
     *     came is not what the hub announced, or the cache cannot be written
     * @throws CaptureException if the network or the hub failed, and went on failing; what has arrived is kept and the
     *     next call goes on from there
     */
    public Path fetch(String name) {
        BadRequestException.requireGiven(name, "model's name");
        HubName model = HubName.parse(name);
        HubCache cache = new HubCache(environment, model);
        Optional<String> known = cache.commit(model.revision());
        boolean offline = environment.offline();
        if (known.isPresent()) {
            HubCheckpoint checkpoint = new HubCheckpoint(model, cache, known.get());
            if (offline ? checkpoint.holdsModel() : checkpoint.nextFile().isEmpty()) {
                return cache.snapshot(known.get());
            }
        }
        if (offline) {
            throw new BadFileException(
                    cache.folder(),
                    "the cache does not hold " + model + " whole, and HF_HUB_OFFLINE or"
                            + " TRANSFORMERS_OFFLINE forbids to download it.");
        }
        return download(model, cache);
    }

    private Path download(HubName model, HubCache cache) {
        URI endpoint = environment.endpoint();
        HubClient client = new HubClient(endpoint, environment.token(), environment.stallTimeout());
        HubRepository repository = new HubRepository(model, endpoint, client, firstPause);
        HubFile first = firstFile(repository, endpoint);
        String commit = first.commit();
        if (model.isCommit() && !model.revision().equals(commit)) {
            throw new CaptureException(
                    endpoint + " was asked for " + model + " and answered with commit " + commit + ".");
        }
        LOG.info("downloading {} (commit {}) from {} to {}", model, commit, endpoint, cache.folder());
        HubTransfer transfer = new HubTransfer(repository, progress);
        HubCheckpoint checkpoint = new HubCheckpoint(model, cache, commit);
        for (Optional<String> next = checkpoint.nextFile(); next.isPresent(); next = checkpoint.nextFile()) {
            Optional<HubFile> file =
                    next.get().equals(first.name()) ? Optional.of(first) : repository.find(next.get(), commit);
            if (file.isPresent()) {
                requireCommit(commit, file.get(), endpoint);
                cache.store(file.get(), transfer);
            } else {
                cache.recordAbsence(commit, next.get());
            }
        }
        cache.recordCommit(model.revision(), commit);
        return cache.snapshot(commit);
    }

    /** A file that the repository has, which tells the commit its revision stands for. */
    private static HubFile firstFile(HubRepository repository, URI endpoint) {
        HubName model = repository.model();
        for (String name : HubCheckpoint.TELLING) {
            Optional<HubFile> file = repository.find(name, model.revision());
            if (file.isPresent()) {
                return file.get();
            }
        }
        throw new BadRequestException(
                model + " at " + endpoint + " has no config.json, nor model.onnx or onnx/model.onnx.");
    }

    private static void requireCommit(String commit, HubFile file, URI endpoint) {
        if (!file.commit().equals(commit)) {
            throw new CaptureException(endpoint + " was asked for " + file.name() + " of commit " + commit
                    + " and answered with commit " + file.commit() + ".");
        }
    }
}
