package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where a run is changed. What is left empty is not narrowed.
 *
 * @param points the hook points, in the order they were named
 * @param blocks counted from 0
 * @param heads of points that have heads
 * @param dimensions places along the last axis: dimensions of the stream or of a head, or neurons
 * @param positions which positions; of a pattern the querying ones
 * @param attended of a pattern, the positions looked at
 */
public record EditPlace(
        List<HookPoint> points,
        SortedSet<Integer> blocks,
        SortedSet<Integer> heads,
        SortedSet<Integer> dimensions,
        PositionChoice positions,
        PositionChoice attended) {
    /** Whole hook points, in every block. */
    public static EditPlace of(List<HookPoint> points) {
        return new EditPlace(
                List.copyOf(points),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                PositionChoice.ALL,
                PositionChoice.ALL);
    }

    /** The same in some blocks only. */
    public EditPlace inBlocks(Collection<Integer> newBlocks) {
        return new EditPlace(points, new TreeSet<>(newBlocks), heads, dimensions, positions, attended);
    }

    /** The same in some heads only. */
    public EditPlace inHeads(Collection<Integer> newHeads) {
        return new EditPlace(points, blocks, new TreeSet<>(newHeads), dimensions, positions, attended);
    }

    /** The same in some dimensions or neurons only. */
    public EditPlace inDimensions(Collection<Integer> newDimensions) {
        return new EditPlace(points, blocks, heads, new TreeSet<>(newDimensions), positions, attended);
    }

    /** The same at some positions only. */
    public EditPlace at(PositionChoice newPositions) {
        return new EditPlace(points, blocks, heads, dimensions, newPositions, attended);
    }

    /** The same where some positions are looked at. */
    public EditPlace attending(PositionChoice newAttended) {
        return new EditPlace(points, blocks, heads, dimensions, positions, newAttended);
    }

    /** Whether the values of a point have an axis of heads. */
    public static boolean hasHeads(HookPoint point) {
        return point.axes().contains("head");
    }

    /**
     * All places in a model, each under the key of its value.
     *
     * @throws BadRequestException if the model lacks a block, head or dimension, or a point has none
     */
    List<HookKey> keys(ModelSizes model) {
        blocks.forEach(block -> require(block, model.blocks(), "block", "the model"));
        List<HookKey> keys = new ArrayList<>();
        for (HookPoint point : points) {
            check(point, model);
            if (!point.isInEveryBlock()) {
                keys.add(HookKey.of(point));
                continue;
            }
            for (int block = 0; block < model.blocks(); block++) {
                if (blocks.isEmpty() || blocks.contains(block)) {
                    keys.add(HookKey.of(point, block).kept());
                }
            }
        }
        return keys;
    }

    private void check(HookPoint point, ModelSizes model) {
        if (!heads.isEmpty()) {
            if (!hasHeads(point)) {
                throw new BadRequestException("The values of " + point
                        + " are not those of single heads; q, k, v, z, attention scores and patterns are.");
            }
            heads.forEach(head -> require(head, model.heads().orElse(1), "head", "the model"));
        }
        if (!dimensions.isEmpty()) {
            int length = model.lastAxis(point);
            if (length == 0) {
                throw new BadRequestException("The values of " + point + " have no dimensions of their own.");
            }
            dimensions.forEach(dimension -> require(dimension, length, "dimension", point.toString()));
        }
    }

    private static void require(int index, int count, String what, String of) {
        if (index < 0 || index >= count) {
            throw new BadRequestException("There is no " + what + " " + index + "; " + of + " has " + count
                    + ", counted from 0 to " + (count - 1) + ".");
        }
    }

    /** In words, such as {@code blocks.4.attn.z, heads 1, positions 3}. */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder();
        List<String> names = new ArrayList<>();
        for (HookPoint point : points) {
            if (!point.isInEveryBlock()) {
                names.add(point.nameIn(0));
            } else if (blocks.isEmpty()) {
                names.add(point.nameIn(0).replace("blocks.0.", "blocks.*."));
            } else {
                blocks.forEach(block -> names.add(point.nameIn(block)));
            }
        }
        words.append(String.join(", ", names));
        if (!heads.isEmpty()) {
            words.append(", heads ").append(list(heads));
        }
        if (!dimensions.isEmpty()) {
            words.append(", dimensions ").append(list(dimensions));
        }
        if (!positions.isAll()) {
            words.append(", positions ").append(positions);
        }
        if (!attended.isAll()) {
            words.append(", attended positions ").append(attended);
        }
        return words.toString();
    }

    private static String list(Collection<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
