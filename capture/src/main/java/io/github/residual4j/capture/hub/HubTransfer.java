package io.github.residual4j.capture.hub;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.internal.text.Counted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one file over the network into a place of its own, going on where an earlier attempt broke off, and looks at
 * what is on the disk afterwards: size and hash must be those announced.
 */
final class HubTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(HubTransfer.class);
    private static final long REPORT_EVERY_NANOS = 100_000_000;

    private final HubRepository repository;
    private final HubProgress progress;
    private long lastReport = System.nanoTime();

    HubTransfer(HubRepository repository, HubProgress progress) {
        this.repository = repository;
        this.progress = progress;
    }

    /**
     * Brings the whole file to {@code target}, which may hold the beginning of it already. Whoever calls sees to it that
     * nobody else writes there.
     *
     * @throws BadFileException if the content is not the one announced ({@code target} is deleted)
     * @throws CaptureException if the network fails for good ({@code target} keeps what has arrived)
     * @throws IOException if the disk fails
     */
    void bring(HubFile file, Path target) throws IOException {
        if (file.size() < 0) { // there is no telling whether a beginning is all
            Files.deleteIfExists(target);
        }
        boolean resumed = Files.exists(target);
        receive(file, target);
        Optional<String> fault = file.faultOf(target);
        if (fault.isPresent() && resumed) {
            LOG.info("{} of {} was resumed and {}; beginning again", file.name(), repository.model(), fault.get());
            Files.delete(target);
            receive(file, target);
            fault = file.faultOf(target);
        }
        if (fault.isPresent()) {
            Files.delete(target);
            throw new BadFileException(
                    target,
                    file.name() + " of " + repository.model() + " did not come as announced: " + fault.get()
                            + "; it was deleted, so another attempt begins anew.");
        }
    }

    private void receive(HubFile file, Path target) throws IOException {
        HubRetries retries = repository.retries(file.name());
        try (FileChannel channel = FileChannel.open(target, CREATE, WRITE)) {
            if (file.size() >= 0 && channel.size() > file.size()) {
                channel.truncate(0);
            }
            requireRoom(file, target, channel.size());
            boolean whole = channel.size() == file.size();
            while (!whole) {
                long before = channel.size();
                try {
                    receiveOnce(file, channel);
                    whole = true;
                } catch (HubTrouble trouble) {
                    if (channel.size() > before) {
                        retries.progressed();
                    }
                    retries.pauseAfter(trouble);
                }
            }
            channel.force(true);
            progress.update(file.name(), channel.size(), file.size());
        }
    }

    private void receiveOnce(HubFile file, FileChannel channel) throws HubTrouble, IOException {
        try (HubRepository.Download download = repository.open(file, file.size() < 0 ? 0 : channel.size())) {
            long announced = file.size() < 0 ? download.total() : file.size();
            if (download.total() >= 0 && download.total() != announced) {
                throw new CaptureException(file.name() + " of " + repository.model() + " was announced with "
                        + Counted.of(announced, "byte") + " and is sent with " + download.total()
                        + ": the hub contradicts itself.");
            }
            if (announced < 0 && !file.hasHash()) {
                throw new CaptureException("The hub tells neither size nor hash of " + file.name() + " of "
                        + repository.model() + ": there is no telling whether it arrives whole.");
            }
            channel.truncate(download.start()).position(download.start());
            List<ByteBuffer> piece = next(download);
            while (piece != null) {
                write(piece, channel);
                if (announced >= 0 && channel.position() > announced) {
                    throw new CaptureException(file.name() + " of " + repository.model() + " was announced with "
                            + Counted.of(announced, "byte") + " and goes on after them: the hub contradicts itself.");
                }
                report(file, channel.position(), announced);
                piece = next(download);
            }
            if (announced >= 0 && channel.size() != announced) {
                throw new HubTrouble("it was cut off after " + channel.size() + " of " + announced + " bytes", null);
            }
        }
    }

    private static void write(List<ByteBuffer> piece, FileChannel channel) throws IOException {
        for (ByteBuffer buffer : piece) {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    private @Nullable List<ByteBuffer> next(HubRepository.Download download) throws HubTrouble {
        try {
            return download.body().next(repository.stallTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("The download from " + repository.model() + " was interrupted.", e);
        }
    }

    private void report(HubFile file, long received, long total) {
        long now = System.nanoTime();
        if (now - lastReport >= REPORT_EVERY_NANOS) {
            lastReport = now;
            progress.update(file.name(), received, total);
        }
    }

    private static void requireRoom(HubFile file, Path target, long present) {
        long free = target.toFile().getUsableSpace(); // 0 where it is not known
        if (free > 0 && free < file.size() - present) {
            throw new BadFileException(
                    target,
                    file.name() + " needs " + (file.size() - present) + " bytes more and only " + free
                            + " are free; make room, or set HF_HOME or HF_HUB_CACHE to a folder on another disk.");
        }
    }
}
