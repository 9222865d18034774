package io.github.residual4j.capture.corpus;

import io.github.residual4j.internal.io.FloatType;

/** How the values of an {@link ActivationStore} are kept. */
public enum StoredType {
    /** As they are, 4 bytes each. */
    F32(FloatType.F32),
    /** Rounded to 11 significant bits, 2 bytes each; values beyond 65,504 are refused. */
    F16(FloatType.F16),
    /** Rounded to 8 significant bits, 2 bytes each, with the range of F32. */
    BF16(FloatType.BF16);

    private final FloatType type;

    StoredType(FloatType type) {
        this.type = type;
    }

    FloatType type() {
        return type;
    }
}
