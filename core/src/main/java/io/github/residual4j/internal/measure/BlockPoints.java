package io.github.residual4j.internal.measure;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.StreamPoint.Role;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a view keeps the states before, inside and after each block.
 *
 * @param pre {@code [blocks]}, indices of points, as are the other two
 * @param labels a label for each block
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record BlockPoints(int[] pre, int[] mid, int[] post, List<String> labels) {
    /** @throws BadRequestException if the view lacks a state, naming it */
    static BlockPoints of(StreamView view) {
        view.whyNoBlocks().ifPresent(reason -> {
            throw new BadRequestException(reason);
        });
        view.rescaled().ifPresent(step -> {
            throw new BadRequestException("After the step \"" + step + "\" the difference of two points is no longer "
                    + "what a block added; ask about blocks before it.");
        });
        int blocks = view.blocks();
        if (blocks == 0) {
            throw new BadRequestException("An analysis of blocks needs the points of at least one block: embed, "
                    + "blocks.0.resid_mid and blocks.0.resid_post; this session holds " + view.points() + ".");
        }
        int[] pre = new int[blocks];
        int[] mid = new int[blocks];
        int[] post = new int[blocks];
        for (int block = 0; block < blocks; block++) {
            pre[block] = block == 0 ? index(view, Role.EMBED, 0) : post[block - 1];
            mid[block] = index(view, Role.RESID_MID, block);
            post[block] = index(view, Role.RESID_POST, block);
        }
        // List.of, which results need not copy
        List<String> labels =
                List.of(IntStream.range(0, blocks).mapToObj(b -> "L" + b).toArray(String[]::new));
        return new BlockPoints(pre, mid, post, labels);
    }

    private static int index(StreamView view, Role role, int block) {
        List<StreamPoint> points = view.points();
        return IntStream.range(0, points.size())
                .filter(i ->
                        points.get(i).role() == role && points.get(i).block().orElse(block) == block)
                .findFirst()
                .orElseThrow(() -> new BadRequestException("An analysis of blocks needs "
                        + StreamPoint.canonical(role == Role.EMBED ? 0 : 2 * block + (role == Role.RESID_MID ? 1 : 2))
                        + ", which is not among " + points + "."));
    }
}
