package io.github.residual4j.capture.runtime;

import java.util.Locale;

/** How far ONNX Runtime may rewrite a graph before it runs it. Captured values differ by rounding only. */
public enum Optimization {
    /** Not at all. */
    NONE,
    /** Constant folding and the removal of what is redundant. */
    BASIC,
    /** Also the fusion of operators. */
    EXTENDED,
    /** Also another memory layout where that is faster. */
    LAYOUT,
    /** Everything: the default. */
    ALL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
