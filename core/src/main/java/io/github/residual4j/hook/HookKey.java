package io.github.residual4j.hook;

/**
 * A hook point in a certain block: one tensor of a model.
 *
 * @param point which place in a model
 * @param block the block, counted from 0; 0 for points that belong to none
 */
public record HookKey(HookPoint point, int block) implements Comparable<HookKey> {
    public HookKey {
        if (!point.isInEveryBlock() && block != 0) {
            throw new IllegalArgumentException(point + " belongs to no block");
        }
    }

    /** {@return the key of a hook point in a block} */
    public static HookKey of(HookPoint point, int block) {
        return new HookKey(point, block);
    }

    /** {@return the key of a hook point that belongs to no block} */
    public static HookKey of(HookPoint point) {
        return new HookKey(point, 0);
    }

    /**
     * {@return the key under which its value is kept} What a block reads is the state before it: {@code embed}, or the
     * {@code resid_post} of the block before.
     */
    public HookKey kept() {
        if (point != HookPoint.RESID_PRE) {
            return this;
        }
        return block == 0 ? of(HookPoint.EMBED) : of(HookPoint.RESID_POST, block - 1);
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
