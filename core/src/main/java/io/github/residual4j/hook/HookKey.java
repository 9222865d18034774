package io.github.residual4j.hook;

import io.github.residual4j.error.BadRequestException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hook point in a certain block: one tensor of a model.
 *
 * @param point which place in a model
 * @param block the block, counted from 0; 0 for points that belong to none
 */
public record HookKey(HookPoint point, int block) implements Comparable<HookKey> {
    private static final Pattern BLOCK = Pattern.compile("blocks\\.(0|[1-9][0-9]{0,8})\\.(.+)");
    private static final Map<String, HookPoint> POINTS = new HashMap<>();

    static {
        for (HookPoint point : HookPoint.values()) {
            point.patterns().forEach(pattern -> POINTS.put(pattern, point));
        }
    }

    /**
     * Checks what it is given.
     *
     * @param point which place in a model
     * @param block the block, counted from 0; 0 for points that belong to none
     * @throws BadRequestException if the block is negative, or not 0 for a point that belongs to none
     */
    public HookKey {
        BadRequestException.requireGiven(point, "hook point");
        if (block < 0) {
            throw new BadRequestException("No block has the number " + block + "; blocks are counted from 0.");
        }
        if (!point.isInEveryBlock() && block != 0) {
            throw new BadRequestException(
                    "The hook point " + point + " belongs to no block, so not to " + block + "; give 0.");
        }
    }

    /**
     * {@return the key of a hook point in a block}
     *
     * @param point which place in a model
     * @param block the block, counted from 0; 0 for points that belong to none
     * @throws BadRequestException if the block is negative, or not 0 for a point that belongs to none
     */
    public static HookKey of(HookPoint point, int block) {
        return new HookKey(point, block);
    }

    /**
     * {@return the key of a hook point that belongs to no block}
     *
     * @param point which place in a model
     * @throws BadRequestException if it belongs to every block
     */
    public static HookKey of(HookPoint point) {
        if (BadRequestException.requireGiven(point, "hook point").isInEveryBlock()) {
            throw new BadRequestException("The hook point " + point + " lies in every block; say in which.");
        }
        return new HookKey(point, 0);
    }

    /**
     * Reads a name: the canonical one, such as {@code blocks.3.attn.z}, or TransformerLens's, such as {@code
     * blocks.3.attn.hook_z}. The two differ in one thing: {@code hook_embed} is the tokens' embedding alone, and our
     * {@code embed} its {@code blocks.0.hook_resid_pre}.
     *
     * @param name the name
     * @return the key
     * @throws BadRequestException if no hook point is called that
     */
    public static HookKey parse(String name) {
        return find(name)
                .orElseThrow(
                        () -> new BadRequestException(
                                "\"" + name + "\" is no hook point; expected a name such as"
                                        + " embed, blocks.3.resid_mid, blocks.3.attn.z or blocks.3.mlp_out, or TransformerLens's for it."));
    }

    /**
     * {@return the key that a name means, if it is one; see {@link #parse}}
     *
     * @param name the name
     */
    public static Optional<HookKey> find(String name) {
        Matcher matcher = BLOCK.matcher(BadRequestException.requireGiven(name, "hook point's name"));
        boolean inBlock = matcher.matches();
        HookPoint point = POINTS.get(inBlock ? "blocks.%d." + matcher.group(2) : name);
        return point == null || point.isInEveryBlock() != inBlock
                ? Optional.empty()
                : Optional.of(of(point, inBlock ? Integer.parseInt(matcher.group(1)) : 0));
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

    /** {@return its canonical name, which is also the name of its tensor in a built graph} */
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
