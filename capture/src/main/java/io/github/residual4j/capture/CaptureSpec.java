package io.github.residual4j.capture;

import io.github.residual4j.capture.internal.edit.PlacedChange;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What to keep of a text.
 *
 * @param points the hook points asked for; none: the stream, and the final state where the last block runs
 * @param blocks the blocks whose points are kept; none: all that run
 * @param also what is kept beside these, each in its block alone
 * @param positions the positions kept
 * @param stopAfterBlock the last block to run
 * @param lastLogits whether the logits of the text's last position are kept
 * @param prependBos whether the text gets a beginning-of-sequence token
 * @param edits what the run is changed by, in the order it is done
 */
record CaptureSpec(
        Set<HookPoint> points,
        Set<Integer> blocks,
        Set<HookKey> also,
        Positions positions,
        OptionalInt stopAfterBlock,
        boolean lastLogits,
        boolean prependBos,
        List<PlacedChange> edits) {
    static final CaptureSpec DEFAULT = new CaptureSpec(
            Set.of(), Set.of(), Set.of(), Positions.all(), OptionalInt.empty(), false, false, List.of());

    CaptureSpec withPoints(Collection<HookPoint> newPoints) {
        return new CaptureSpec(
                Set.copyOf(newPoints), blocks, also, positions, stopAfterBlock, lastLogits, prependBos, edits);
    }

    CaptureSpec withBlocks(Collection<Integer> newBlocks) {
        return new CaptureSpec(
                points, Set.copyOf(newBlocks), also, positions, stopAfterBlock, lastLogits, prependBos, edits);
    }

    CaptureSpec withAlso(Collection<HookKey> keys) {
        Set<HookKey> all = new TreeSet<>(also);
        all.addAll(keys);
        return new CaptureSpec(
                points, blocks, Set.copyOf(all), positions, stopAfterBlock, lastLogits, prependBos, edits);
    }

    CaptureSpec withPositions(Positions newPositions) {
        return new CaptureSpec(points, blocks, also, newPositions, stopAfterBlock, lastLogits, prependBos, edits);
    }

    CaptureSpec withStopAfterBlock(int block) {
        return new CaptureSpec(points, blocks, also, positions, OptionalInt.of(block), lastLogits, prependBos, edits);
    }

    CaptureSpec withLastLogits() {
        return new CaptureSpec(points, blocks, also, positions, stopAfterBlock, true, prependBos, edits);
    }

    CaptureSpec withPrependBos() {
        return new CaptureSpec(points, blocks, also, positions, stopAfterBlock, lastLogits, true, edits);
    }

    CaptureSpec withEdit(PlacedChange edit) {
        List<PlacedChange> all = new ArrayList<>(edits);
        all.add(edit);
        return new CaptureSpec(
                points, blocks, also, positions, stopAfterBlock, lastLogits, prependBos, List.copyOf(all));
    }

    /** The positions whose next token is scored, if any is. */
    Optional<Positions> logits() {
        if (points.contains(HookPoint.LOGITS) || also.contains(HookKey.of(HookPoint.LOGITS))) {
            return Optional.of(positions);
        }
        return lastLogits ? Optional.of(Positions.last()) : Optional.empty();
    }

    /**
     * What to run for it.
     *
     * @param blockCount how many blocks the model has
     * @param offered the hook points the model can give
     */
    RunPlan plan(int blockCount, Set<HookPoint> offered) {
        int last = stopAfterBlock.orElse(blockCount - 1);
        checkBlock(last, blockCount);
        SortedSet<HookKey> sites = new TreeSet<>();
        for (HookPoint point : wanted(last == blockCount - 1, offered)) {
            for (HookKey key : inBlocks(point, last)) {
                sites.add(checked(key, last, blockCount, offered));
            }
        }
        for (HookKey key : also) {
            sites.add(checked(key, last, blockCount, offered));
        }
        if (sites.stream().noneMatch(site -> site.point().isStream())) {
            sites.add(HookKey.of(HookPoint.EMBED)); // a session holds at least one state of the stream
        }
        return RunPlan.reading(sites);
    }

    private Set<HookPoint> wanted(boolean toTheEnd, Set<HookPoint> offered) {
        EnumSet<HookPoint> wanted = EnumSet.noneOf(HookPoint.class);
        wanted.addAll(points);
        if (points.isEmpty()) {
            wanted.addAll(stream(offered));
            if (toTheEnd && offered.contains(HookPoint.FINAL)) { // some files finish the last position only
                wanted.add(HookPoint.FINAL);
            }
        }
        if (lastLogits) {
            wanted.add(HookPoint.LOGITS);
        }
        return wanted;
    }

    /** The points of the stream among those offered: some blocks add attention and MLP at once and have none between. */
    static Set<HookPoint> stream(Set<HookPoint> offered) {
        return offered.stream()
                .filter(point -> point.isStream() && point != HookPoint.RESID_PRE) // which is the state before
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(HookPoint.class)));
    }

    /** A point in each of the blocks asked for. */
    private List<HookKey> inBlocks(HookPoint point, int last) {
        if (!point.isInEveryBlock()) {
            return List.of(HookKey.of(point));
        }
        Collection<Integer> wanted =
                blocks.isEmpty() ? IntStream.rangeClosed(0, last).boxed().toList() : blocks;
        return wanted.stream().map(block -> HookKey.of(point, block)).toList();
    }

    /** The key under which a value is kept that such a run computes. */
    private static HookKey checked(HookKey key, int last, int blockCount, Set<HookPoint> offered) {
        HookPoint point = key.point();
        if (point != HookPoint.RESID_PRE && !offered.contains(point)) {
            throw new BadRequestException(
                    "This model cannot give " + point + "; it offers " + EnumSet.copyOf(offered) + ".");
        }
        if (point.isInEveryBlock()) {
            checkBlock(key.block(), blockCount);
            if (key.block() > last) {
                throw new BadRequestException(
                        "Block " + key.block() + " was asked for but the run is to stop after block " + last + ".");
            }
        } else if (point.compareTo(HookPoint.EMBED) > 0 && last != blockCount - 1) {
            throw new BadRequestException(point + " is computed after the last block, " + (blockCount - 1)
                    + ", but the run is to stop after block " + last + ".");
        }
        return key.kept();
    }

    private static void checkBlock(int block, int blockCount) {
        if (block < 0 || block >= blockCount) {
            throw new BadRequestException(
                    "Block " + block + " does not exist; the model has blocks 0 to " + (blockCount - 1) + ".");
        }
    }
}
