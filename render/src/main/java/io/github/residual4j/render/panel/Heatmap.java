package io.github.residual4j.render.panel;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A matrix of values as coloured cells, row 0 at the top, with a colour bar that tells how many values lie beyond its
 * ends. Immutable.
 */
public final class Heatmap implements Panel {
    private final int rows;
    private final int columns;
    private final int count; // values; the rest of the last row is empty
    private final double[] values; // [rows * columns]
    private final Look look;

    /** Everything but the values. */
    private record Look(
            String title,
            String xLabel,
            String yLabel,
            List<String> rowLabels,
            List<String> columnLabels,
            Norm norm,
            Colormap colormap,
            String colorBarLabel,
            boolean cellEdges,
            boolean smooth,
            String cellFormat,
            List<String> cellTexts) {}

    private Heatmap(int rows, int columns, int count, double[] values, Look look) {
        this.rows = rows;
        this.columns = columns;
        this.count = count;
        this.values = values;
        this.look = look;
    }

    /**
     * {@return a heatmap in viridis from the smallest to the largest finite value}
     *
     * @param matrix {@code [rows][columns]}, at least one cell
     * @throws BadRequestException if it is empty or ragged
     */
    public static Heatmap of(double[][] matrix) {
        int columns = matrix.length == 0 ? 0 : matrix[0].length;
        if (columns == 0) {
            throw new BadRequestException("A heatmap needs at least one cell.");
        }
        double[] values = new double[Math.multiplyExact(matrix.length, columns)];
        for (int row = 0; row < matrix.length; row++) {
            if (matrix[row].length != columns) {
                throw new BadRequestException("Row 0 of the heatmap has " + Counted.of(columns, "value") + " but row "
                        + row + " has " + matrix[row].length + ".");
            }
            System.arraycopy(matrix[row], 0, values, row * columns, columns);
        }
        Look look = new Look(
                "", "", "", List.of(), List.of(), Norm.of(values), Colormap.VIRIDIS, "", false, false, "", List.of());
        return new Heatmap(matrix.length, columns, values.length, values, look);
    }

    /**
     * {@return in how many columns {@link #grid} lays out a state: so that it is about three times as wide as high}
     *
     * @param width how many dimensions it has
     */
    public static int gridColumns(int width) {
        return GridShape.columns(width);
    }

    /**
     * {@return one state of the residual stream as a grid: its dimensions in rows from the upper left, about three
     * times as wide as high (768 dimensions in 16 rows of 48), with edges between the cells, in viridis from −3 to 3}
     * Each row is labelled with its first dimension.
     *
     * @param state {@code [width]}, at least one dimension
     */
    public static Heatmap grid(float[] state) {
        if (state.length == 0) {
            throw new BadRequestException("A grid needs at least one dimension.");
        }
        int columns = gridColumns(state.length);
        int rows = (state.length + columns - 1) / columns;
        double[] values = new double[rows * columns];
        String[] firstOfRow = new String[rows];
        for (int d = 0; d < state.length; d++) {
            values[d] = state[d];
        }
        Arrays.setAll(firstOfRow, row -> Integer.toString(row * columns));
        Look look = new Look(
                "",
                "",
                "",
                List.of(firstOfRow),
                List.of(),
                Norm.symmetric(3),
                Colormap.VIRIDIS,
                "",
                true,
                false,
                "",
                List.of());
        return new Heatmap(rows, columns, state.length, values, look);
    }

    /** {@return how many rows of cells there are} */
    public int rows() {
        return rows;
    }

    /** {@return how many columns of cells there are} */
    public int columns() {
        return columns;
    }

    /** {@return how many values there are: rows × columns, or less when the last row of a grid is not full} */
    public int count() {
        return count;
    }

    /**
     * {@return whether there is a value at a cell; only the end of a grid's last row can be empty}
     *
     * @param row counted from 0 at the top
     * @param column counted from 0 at the left
     */
    public boolean hasValue(int row, int column) {
        return row * columns + column < count;
    }

    /**
     * {@return the value of a cell}
     *
     * @param row counted from 0 at the top
     * @param column counted from 0 at the left
     */
    public double value(int row, int column) {
        return values[row * columns + column];
    }

    @Override
    public String title() {
        return look.title;
    }

    /** {@return what the columns are} */
    public String xLabel() {
        return look.xLabel;
    }

    /** {@return what the rows are} */
    public String yLabel() {
        return look.yLabel;
    }

    /** {@return a name for each row, or none} */
    public List<String> rowLabels() {
        return look.rowLabels;
    }

    /** {@return a name for each column, or none} */
    public List<String> columnLabels() {
        return look.columnLabels;
    }

    /** {@return which values the ends of the colormap stand for} */
    public Norm norm() {
        return look.norm;
    }

    /** {@return the colours} */
    public Colormap colormap() {
        return look.colormap;
    }

    /** {@return what the colours measure} */
    public String colorBarLabel() {
        return look.colorBarLabel;
    }

    /** {@return whether a thin edge parts the cells} */
    public boolean cellEdges() {
        return look.cellEdges;
    }

    /** {@return whether colours shade into each other between the centres of the cells} */
    public boolean isSmooth() {
        return look.smooth;
    }

    /**
     * {@return how values are written into the cells where they fit, as for {@link String#format}; empty for not at
     * all}
     */
    public String cellFormat() {
        return look.cellFormat;
    }

    /** {@return what is written into each cell in place of its value, row by row; none for the value} */
    public List<String> cellTexts() {
        return look.cellTexts;
    }

    /**
     * {@return the same with a text in each cell, shortened where it does not fit}
     *
     * @param texts one for each value, row by row
     */
    public Heatmap cellTexts(List<String> texts) {
        requireCount(texts, count, "cell");
        return with(new Look(
                title(),
                xLabel(),
                yLabel(),
                rowLabels(),
                columnLabels(),
                norm(),
                colormap(),
                colorBarLabel(),
                cellEdges(),
                isSmooth(),
                cellFormat(),
                List.copyOf(texts)));
    }

    /**
     * {@return the same under a title}
     *
     * @param title what stands above it; empty for nothing
     */
    public Heatmap title(String title) {
        return with(title, xLabel(), yLabel(), rowLabels(), columnLabels());
    }

    /**
     * {@return the same with names for what the columns and the rows are}
     *
     * @param xLabel what the columns are; empty for nothing
     * @param yLabel what the rows are; empty for nothing
     */
    public Heatmap axes(String xLabel, String yLabel) {
        return with(title(), xLabel, yLabel, rowLabels(), columnLabels());
    }

    /**
     * {@return the same with a name for each row}
     *
     * @param labels one for each row
     */
    public Heatmap rowLabels(List<String> labels) {
        requireCount(labels, rows, "row");
        return with(title(), xLabel(), yLabel(), List.copyOf(labels), columnLabels());
    }

    /**
     * {@return the same with a name for each column}
     *
     * @param labels one for each column
     */
    public Heatmap columnLabels(List<String> labels) {
        requireCount(labels, columns, "column");
        return with(title(), xLabel(), yLabel(), rowLabels(), List.copyOf(labels));
    }

    private Heatmap with(String title, String xLabel, String yLabel, List<String> rowNames, List<String> columnNames) {
        return with(new Look(
                title,
                xLabel,
                yLabel,
                rowNames,
                columnNames,
                norm(),
                colormap(),
                colorBarLabel(),
                cellEdges(),
                isSmooth(),
                cellFormat(),
                cellTexts()));
    }

    /**
     * {@return the same with other colours}
     *
     * @param colormap the colours
     * @param norm which values their ends stand for
     * @param label what the colours measure; empty for nothing
     */
    public Heatmap colors(Colormap colormap, Norm norm, String label) {
        return with(colormap, norm, label, isSmooth(), cellFormat());
    }

    /**
     * {@return the same with colours that shade into each other between the centres of the cells}
     *
     * @throws BadRequestException if it is a grid that is not full
     */
    public Heatmap smooth() {
        if (count < rows * columns) {
            throw new BadRequestException("A grid of " + count + " values in " + rows + " × " + columns
                    + " cells has empty ones, so its colours cannot shade into each other.");
        }
        return with(colormap(), norm(), colorBarLabel(), true, cellFormat());
    }

    /**
     * {@return the same with the values written into the cells where all fit}
     *
     * @param format such as {@code "%.2f"}
     */
    public Heatmap cellText(String format) {
        try {
            String ignored = String.format(format, 0.5);
        } catch (java.util.IllegalFormatException e) {
            throw new BadRequestException("\"" + format + "\" does not format a number; \"%.2f\" would.", e);
        }
        return with(colormap(), norm(), colorBarLabel(), isSmooth(), format);
    }

    private Heatmap with(Colormap colormap, Norm norm, String label, boolean smooth, String cellFormat) {
        return with(new Look(
                title(),
                xLabel(),
                yLabel(),
                rowLabels(),
                columnLabels(),
                norm,
                colormap,
                label,
                cellEdges(),
                smooth,
                cellFormat,
                cellTexts()));
    }

    private Heatmap with(Look newLook) {
        return new Heatmap(rows, columns, count, values, newLook);
    }

    private static void requireCount(List<String> labels, int expected, String what) {
        if (labels.size() != expected) {
            throw new BadRequestException(
                    labels.size() + " " + what + " labels were given for " + expected + " " + what + "s.");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Heatmap that
                && rows == that.rows
                && columns == that.columns
                && count == that.count
                && Arrays.equals(values, that.values)
                && look.equals(that.look);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rows, columns, count, Arrays.hashCode(values), look);
    }

    @Override
    public String toString() {
        return "heatmap \"" + title() + "\", " + rows + " × " + columns;
    }
}
