package io.github.residual4j.render.panel;

/** How the dimensions of one state are laid out as a grid. */
final class GridShape {
    private static final double WANTED_RATIO = 3;

    private GridShape() {}

    /**
     * How many columns to give a state. Full rows are preferred; only where every factor makes a strip (a prime width,
     * say) the last row stays partly empty.
     */
    static int columns(int width) {
        int best = (int) Math.ceil(width / (double) rowsOf(width));
        double bestDistance = Double.POSITIVE_INFINITY;
        for (int rows = 1; rows <= width; rows++) {
            double distance = Math.abs(Math.log((double) width / rows / rows / WANTED_RATIO));
            if (width % rows == 0 && distance < Math.min(bestDistance, Math.log(3))) {
                best = width / rows;
                bestDistance = distance;
            }
        }
        return best;
    }

    private static int rowsOf(int width) {
        return Math.max(1, (int) Math.round(Math.sqrt(width / WANTED_RATIO)));
    }
}
