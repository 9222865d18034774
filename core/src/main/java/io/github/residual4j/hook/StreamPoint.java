package io.github.residual4j.hook;

import java.util.OptionalInt;

/**
 * A place in the model where a state was captured.
 *
 * @param index its place among the session's points, counted from 0
 * @param name its label, kept as it was given
 * @param role what the state is
 * @param block the transformer block it belongs to, counted from 0; none for {@link Role#EMBED} and {@link Role#FINAL}
 */
public record StreamPoint(int index, String name, Role role, OptionalInt block) {
    /** What a state is. */
    public enum Role {
        /** Token plus position embedding: what the first block reads. */
        EMBED,
        /** After a block's attention output was added. */
        RESID_MID,
        /** After a block's MLP output was added. */
        RESID_POST,
        /** After the final layer norm: not part of the residual stream. */
        FINAL
    }

    /** {@return whether the state comes after the final layer norm, so that it is no sum of what came before} */
    public boolean isPostNorm() {
        return role == Role.FINAL;
    }

    /**
     * {@return the point of the whole stream at an index: {@code embed}, {@code blocks.0.resid_mid}, {@code
     * blocks.0.resid_post}, …}
     *
     * @param index counted from 0
     */
    public static StreamPoint canonical(int index) {
        StreamPoint byIndex = byIndex(index, "");
        return byIndex.withName(canonicalName(byIndex.role, byIndex.block));
    }

    /** The point whose role follows from its index in a whole stream, under any name. */
    static StreamPoint byIndex(int index, String name) {
        if (index == 0) {
            return new StreamPoint(0, name, Role.EMBED, OptionalInt.empty());
        }
        Role role = index % 2 == 1 ? Role.RESID_MID : Role.RESID_POST;
        return new StreamPoint(index, name, role, OptionalInt.of((index - 1) / 2));
    }

    private StreamPoint withName(String newName) {
        return new StreamPoint(index, newName, role, block);
    }

    private static String canonicalName(Role role, OptionalInt block) {
        return switch (role) {
            case EMBED -> "embed";
            case RESID_MID -> "blocks." + block.getAsInt() + ".resid_mid";
            case RESID_POST -> "blocks." + block.getAsInt() + ".resid_post";
            case FINAL -> "final";
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
