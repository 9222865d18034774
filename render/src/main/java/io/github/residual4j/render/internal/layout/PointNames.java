package io.github.residual4j.render.internal.layout;

import java.util.regex.Pattern;

/** Short forms of the names of points, for axes: {@code L3 mid} for {@code blocks.3.resid_mid}. */
final class PointNames {
    private static final Pattern RESIDUAL = Pattern.compile("\\bblocks\\.(\\d+)\\.(?:hook_)?resid_(pre|mid|post)\\b");

    private PointNames() {}

    /** The label with each name of a point of the stream in it shortened. */
    static String shortened(String label) {
        return label.contains("resid_") ? RESIDUAL.matcher(label).replaceAll("L$1 $2") : label;
    }
}
