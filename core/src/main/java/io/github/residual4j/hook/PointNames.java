package io.github.residual4j.hook;

import io.github.residual4j.error.BadRequestException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What the names of a session's points, in the order they were given, say about the points' roles. */
public final class PointNames {
    private static final Pattern BLOCK_POINT = Pattern.compile("blocks\\.(0|[1-9][0-9]{0,8})\\.resid_(mid|post)");

    private PointNames() {}

    /** Whether every name is a canonical one, so that it decides the role. */
    public static boolean areCanonical(List<String> names) {
        return names.stream().allMatch(name -> canonicalPoint(0, name).isPresent());
    }

    /**
     * The points of a residual stream.
     *
     * @throws BadRequestException if canonical names are out of order
     */
    public static List<StreamPoint> inStreamOrder(List<String> names) {
        if (!areCanonical(names)) {
            return IntStream.range(0, names.size())
                    .mapToObj(i -> StreamPoint.byIndex(i, names.get(i)))
                    .toList();
        }
        List<StreamPoint> points = IntStream.range(0, names.size())
                .mapToObj(i -> canonicalPoint(i, names.get(i)).get())
                .toList();
        for (int i = 1; i < points.size(); i++) {
            if (orderOf(points.get(i)) <= orderOf(points.get(i - 1))) {
                throw new BadRequestException("Point \"" + names.get(i) + "\" cannot follow \"" + names.get(i - 1)
                        + "\"; the order is embed, blocks.0.resid_mid, blocks.0.resid_post, … and last final.");
            }
        }
        return points;
    }

    /** The points of Hugging Face's hidden states: the embedding, the outputs of blocks, and last the final state. */
    public static List<StreamPoint> inHuggingFaceOrder(List<String> names) {
        int last = names.size() - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> {
                    if (i == 0) {
                        return new StreamPoint(0, names.get(0), StreamPoint.Role.EMBED, OptionalInt.empty());
                    }
                    return i == last
                            ? new StreamPoint(i, names.get(i), StreamPoint.Role.FINAL, OptionalInt.empty())
                            : new StreamPoint(i, names.get(i), StreamPoint.Role.RESID_POST, OptionalInt.of(i - 1));
                })
                .toList();
    }

    private static Optional<StreamPoint> canonicalPoint(int index, String name) {
        if (name.equals("embed")) {
            return Optional.of(new StreamPoint(index, name, StreamPoint.Role.EMBED, OptionalInt.empty()));
        }
        if (name.equals("final")) {
            return Optional.of(new StreamPoint(index, name, StreamPoint.Role.FINAL, OptionalInt.empty()));
        }
        Matcher matcher = BLOCK_POINT.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        StreamPoint.Role role =
                matcher.group(2).equals("mid") ? StreamPoint.Role.RESID_MID : StreamPoint.Role.RESID_POST;
        return Optional.of(new StreamPoint(index, name, role, OptionalInt.of(Integer.parseInt(matcher.group(1)))));
    }

    /** A number that grows along the stream. */
    private static long orderOf(StreamPoint point) {
        return switch (point.role()) {
            case EMBED -> 0;
            case RESID_MID -> 2L * point.block().getAsInt() + 1;
            case RESID_POST -> 2L * point.block().getAsInt() + 2;
            case FINAL -> Long.MAX_VALUE;
        };
    }
}
