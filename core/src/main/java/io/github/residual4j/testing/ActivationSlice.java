package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Values of a session that know where they were captured: one point, one token's state, one array or a part of it. They
 * print as their place, such as {@code blocks.3.resid_mid, token 4 " of"}, and are equal by their values.
 */
public final class ActivationSlice {
    private final Places places;
    private final FloatTensor values;
    private final Optional<ActivationSession> point; // a session of the point alone

    private ActivationSlice(Places places, FloatTensor values, Optional<ActivationSession> point) {
        this.places = places;
        this.values = values;
        this.point = point;
    }

    /** All tokens' states at one point, {@code [tokens, width]}. */
    static ActivationSlice ofPoint(ActivationSession session, int index) {
        int tokens = session.tokens().size();
        ActivationSession alone = ActivationSession.builder()
                .tokens(session.tokens())
                .point(session.points().get(index).name(), session.state(index), tokens, session.width())
                .build();
        return new ActivationSlice(
                Places.ofPoint(session, index),
                FloatTensor.of(session.state(index), tokens, session.width()),
                Optional.of(alone));
    }

    /** One of a session's further arrays, whole, or what the session holds of the hook point of that name. */
    static ActivationSlice ofArray(ActivationSession session, String name) {
        FloatTensor values = Optional.ofNullable(session.arrays().get(name))
                .or(() -> HookKey.find(name)
                        .filter(key -> !key.point().isStream())
                        .flatMap(session::activation))
                .orElseThrow(() -> new BadRequestException("No array is named \"" + name + "\"; this session holds "
                        + session.arrays().keySet() + "."));
        return new ActivationSlice(Places.ofArray(session, name, values.shape()), values, Optional.empty());
    }

    /** Values from elsewhere, whose places are told by index. */
    static ActivationSlice of(FloatTensor values) {
        return new ActivationSlice(Places.ofIndices("values", values.shape()), values, Optional.empty());
    }

    /**
     * The part at an index of the first axis.
     *
     * @throws BadRequestException if there is no such axis or index
     */
    ActivationSlice at(int index) {
        if (places.axes().isEmpty()) {
            throw new BadRequestException(this + " is a single value; it has no index " + index + ".");
        }
        Places.Axis axis = places.axes().get(0);
        if (index < 0 || index >= axis.length()) {
            throw new BadRequestException(axis.noun() + " " + index + " does not exist in " + this + ", which has "
                    + axis.length() + ", counted from 0.");
        }
        int[] shape = values.shape();
        int size = values.size() / axis.length();
        FloatBuffer part = values.asBuffer().slice(index * size, size);
        return new ActivationSlice(
                places.within(index),
                FloatTensor.of(part, Arrays.copyOfRange(shape, 1, shape.length)),
                Optional.empty());
    }

    /** {@return the values alone} */
    public FloatTensor values() {
        return values;
    }

    /** A session of nothing but these states, if they are those of one point. */
    Optional<ActivationSession> point() {
        return point;
    }

    Places places() {
        return places;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ActivationSlice that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return places.name();
    }
}
