package io.github.residual4j.render.internal.layout;

/** The colours of a matrix of cells, row by row. */
public final class CellColors {
    /** No cell here. */
    public static final int EMPTY = 0;

    private final int rows;
    private final int columns;
    private final int[] argb;

    CellColors(int rows, int columns, int[] argb) {
        this.rows = rows;
        this.columns = columns;
        this.argb = argb;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** {@code 0xFFRRGGBB}, or {@link #EMPTY}. */
    public int argb(int row, int column) {
        return argb[row * columns + column];
    }
}
