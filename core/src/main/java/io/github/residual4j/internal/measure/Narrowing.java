package io.github.residual4j.internal.measure;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Views of fewer tokens, points or dimensions. States are copied only where what is kept is not in one piece. */
public final class Narrowing {
    private Narrowing() {}

    /** Keeps positions of the text; negative ones count from the last token's. */
    public static StreamView toPositions(StreamView view, int... wanted) {
        int[] rows = rowsAt(view, wanted);
        return toTokens(view, t -> IntStream.of(rows).anyMatch(row -> row == t));
    }

    /** Keeps positions in the order they are named, repeated ones too, to be held against others in theirs. */
    static StreamView toPairedPositions(StreamView view, int... wanted) {
        return toRows(view, rowsAt(view, wanted));
    }

    private static int[] rowsAt(StreamView view, int... wanted) {
        int last = view.tokens().get(view.tokens().size() - 1).position();
        return IntStream.of(wanted)
                .map(position -> IntStream.range(0, view.tokens().size())
                        .filter(t -> view.tokens().get(t).position() == (position < 0 ? last + 1 + position : position))
                        .findFirst()
                        .orElseThrow(() -> new BadRequestException("Position " + position
                                + " is not among the positions of this view, " + ranges(view.tokens()) + ".")))
                .toArray();
    }

    /** Leaves out position 0, whose norm GPT-2 makes enormous. */
    public static StreamView withoutFirstPosition(StreamView view) {
        return toTokens(view, t -> view.tokens().get(t).position() != 0);
    }

    private static StreamView toTokens(StreamView view, IntPredicate keep) {
        int[] kept = IntStream.range(0, view.tokens().size()).filter(keep).toArray();
        if (kept.length == 0) {
            throw new BadRequestException(
                    "This view would hold no token; it has the positions " + ranges(view.tokens()) + ".");
        }
        return toRows(view, kept);
    }

    private static StreamView toRows(StreamView view, int[] kept) {
        List<Token> tokens = IntStream.of(kept).mapToObj(view.tokens()::get).toList();
        String step = "positions " + ranges(tokens);
        boolean inOnePiece = IntStream.range(0, kept.length).allMatch(i -> kept[i] == kept[0] + i);
        if (inOnePiece) {
            return view.withTokens(tokens, kept[0], step);
        }
        float[][] states = new float[view.points().size()][kept.length * view.width()];
        for (int p = 0; p < states.length; p++) {
            for (int t = 0; t < kept.length; t++) {
                System.arraycopy(view.states()[p], view.offset(kept[t]), states[p], t * view.width(), view.width());
            }
        }
        return view.withTokens(tokens, states, step);
    }

    /** Keeps points; {@code what} says which, in words. */
    public static StreamView toPoints(StreamView view, Predicate<StreamPoint> keep, String what) {
        int[] kept = IntStream.range(0, view.points().size())
                .filter(p -> keep.test(view.points().get(p)))
                .toArray();
        if (kept.length == 0) {
            throw new BadRequestException("No point is " + what + "; this view has " + view.points() + ".");
        }
        return view.withPoints(kept, "points " + what);
    }

    /** Leaves out dimensions, as the model numbers them. */
    public static StreamView withoutDimensions(StreamView view, int... unwanted) {
        for (int dimension : unwanted) {
            if (Arrays.binarySearch(view.dimensions(), dimension) < 0) {
                throw new BadRequestException("Dimension " + dimension + " is not among the " + view.width()
                        + " dimensions of this view, " + view.dimensions()[0] + " to "
                        + view.dimensions()[view.width() - 1] + ".");
            }
        }
        int[] kept = IntStream.range(0, view.width())
                .filter(d -> IntStream.of(unwanted).noneMatch(u -> u == view.dimensions()[d]))
                .toArray();
        if (kept.length == 0) {
            throw new BadRequestException("This view would hold no dimension.");
        }
        int tokens = view.tokens().size();
        float[][] states = new float[view.points().size()][tokens * kept.length];
        for (int p = 0; p < states.length; p++) {
            for (int t = 0; t < tokens; t++) {
                for (int d = 0; d < kept.length; d++) {
                    states[p][t * kept.length + d] = view.value(p, t, kept[d]);
                }
            }
        }
        String list = IntStream.of(unwanted).mapToObj(String::valueOf).collect(Collectors.joining(", "));
        return view.withDimensions(
                IntStream.of(kept).map(d -> view.dimensions()[d]).toArray(),
                states,
                "without dimension" + (unwanted.length == 1 ? " " : "s ") + list);
    }

    /** Positions in words, runs of them shortened: {@code 0, 3 to 7}. */
    static String ranges(List<Token> tokens) {
        StringBuilder text = new StringBuilder();
        for (int t = 0; t < tokens.size(); t++) {
            int first = tokens.get(t).position();
            while (t + 1 < tokens.size()
                    && tokens.get(t + 1).position() == tokens.get(t).position() + 1) {
                t++;
            }
            int last = tokens.get(t).position();
            text.append(text.length() == 0 ? "" : ", ").append(first).append(last == first ? "" : " to " + last);
        }
        return text.toString();
    }
}
