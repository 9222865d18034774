package io.github.residual4j.hook;

/**
 * A hook point in a certain block: one tensor of a model.
 *
 * @param point what is captured; never {@link HookPoint#RESID_PRE}, which is another site's state
 * @param block the block, counted from 0; 0 for points that belong to none
 */
public record HookKey(HookPoint point, int block) implements Comparable<HookKey> {
    public HookKey {
        if (!point.isInEveryBlock() && block != 0) {
            throw new IllegalArgumentException(point + " belongs to no block");
        }
        if (point == HookPoint.RESID_PRE) {
            throw new IllegalArgumentException("resid_pre is the site before; see HookKey.of");
        }
    }

    /** The site of a hook point in a block, with {@code resid_pre} resolved to the state it is. */
    public static HookKey of(HookPoint point, int block) {
        if (point == HookPoint.RESID_PRE) {
            return block == 0 ? of(HookPoint.EMBED) : new HookKey(HookPoint.RESID_POST, block - 1);
        }
        return new HookKey(point, block);
    }

    /** The site of a hook point that belongs to no block. */
    public static HookKey of(HookPoint point) {
        return new HookKey(point, 0);
    }

    /** Its canonical name, which is also the name of its tensor in a built graph. */
    public String name() {
        return point.nameIn(block);
    }

    /** In the order the model computes them. */
    @Override
    public int compareTo(HookKey other) {
        if (point.isInEveryBlock() && other.point.isInEveryBlock() && block != other.block) {
            return Integer.compare(block, other.block);
        }
        return point.compareTo(other.point);
    }

    @Override
    public String toString() {
        return name();
    }
}
