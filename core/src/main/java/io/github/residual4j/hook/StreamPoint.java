package io.github.residual4j.hook;

import java.util.Arrays;
import java.util.Optional;
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
        EMBED(HookPoint.EMBED),
        /** After a block's attention output was added. */
        RESID_MID(HookPoint.RESID_MID),
        /** After a block's MLP output was added. */
        RESID_POST(HookPoint.RESID_POST),
        /** After the final layer norm: not part of the residual stream. */
        FINAL(HookPoint.FINAL);

        private final HookPoint point;

        Role(HookPoint point) {
            this.point = point;
        }
    }

    /** {@return the hook point and block that it is} */
    public HookKey key() {
        return HookKey.of(role.point, block.orElse(0));
    }

    /**
     * {@return the point that a hook point is under some name, if it is a state of the stream or the final one}
     *
     * @param index its place among the session's points, counted from 0
     * @param name its label
     * @param key the hook point; {@code resid_pre} is the state before
     */
    public static Optional<StreamPoint> of(int index, String name, HookKey key) {
        HookKey kept = key.kept();
        return Arrays.stream(Role.values())
                .filter(role -> role.point == kept.point())
                .findFirst()
                .map(role -> new StreamPoint(
                        index,
                        name,
                        role,
                        kept.point().isInEveryBlock() ? OptionalInt.of(kept.block()) : OptionalInt.empty()));
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
        return byIndex.withName(byIndex.role.point.nameIn(byIndex.block.orElse(0)));
    }

    /**
     * {@return the point whose role follows from its index in a whole stream, under any name}
     *
     * @param index counted from 0
     * @param name its label
     */
    public static StreamPoint byIndex(int index, String name) {
        if (index == 0) {
            return new StreamPoint(0, name, Role.EMBED, OptionalInt.empty());
        }
        Role role = index % 2 == 1 ? Role.RESID_MID : Role.RESID_POST;
        return new StreamPoint(index, name, role, OptionalInt.of((index - 1) / 2));
    }

    private StreamPoint withName(String newName) {
        return new StreamPoint(index, newName, role, block);
    }

    @Override
    public String toString() {
        return name;
    }
}
