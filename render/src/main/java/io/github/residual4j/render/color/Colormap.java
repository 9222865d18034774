package io.github.residual4j.render.color;

import io.github.residual4j.error.BadRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table of 256 colours from low to high. Immutable.
 *
 * <p>The names and colours are those readers know from Matplotlib; each channel agrees with its tables to 2 of 255.
 */
public final class Colormap {
    /** How many colours every table has. */
    public static final int SIZE = 256;

    /** Perceptually uniform from dark blue over green to yellow; reads well in greyscale and with colour blindness. */
    public static final Colormap VIRIDIS = curve("viridis", points(ControlPoints.VIRIDIS));

    /** Perceptually uniform from blue over magenta to yellow. */
    public static final Colormap PLASMA = curve("plasma", points(ControlPoints.PLASMA));

    /** Perceptually uniform from black over red to light yellow. */
    public static final Colormap INFERNO = curve("inferno", points(ControlPoints.INFERNO));

    /** Perceptually uniform from black over purple to light pink. */
    public static final Colormap MAGMA = curve("magma", points(ControlPoints.MAGMA));

    /** Perceptually uniform from blue to yellow, made to look the same with colour blindness. */
    public static final Colormap CIVIDIS = curve("cividis", points(ControlPoints.CIVIDIS));

    /** Diverging from red over light yellow to green. */
    public static final Colormap RD_YL_GN = segments("RdYlGn", points(ControlPoints.RD_YL_GN));

    /** Diverging from blue over white to red: for signed values around zero. */
    public static final Colormap RD_BU_R =
            segments("RdBu", points(ControlPoints.RD_BU)).reversed();

    /** Diverging from cool blue over grey to warm red, without a kink in the middle. */
    public static final Colormap COOLWARM = segments("coolwarm", MorelandDiverging.colors(0x3b4cc0, 0xb40426, 33));

    /** Diverging from light blue over nearly black to light orange: for signed values around zero on a dark ground. */
    public static final Colormap BU_BK_OR = segments("BuBkOr", points(ControlPoints.BU_BK_OR));

    /** For signed values around zero: {@link #RD_BU_R}, and {@link #BU_BK_OR} in dark themes. */
    public static final Colormap SIGNED = new Colormap("signed", RD_BU_R.table, Optional.of(BU_BK_OR));

    /** From white to black. */
    public static final Colormap GREYS = segments("Greys", points(ControlPoints.GREYS));

    private static final List<Colormap> ALL =
            List.of(VIRIDIS, PLASMA, INFERNO, MAGMA, CIVIDIS, RD_YL_GN, RD_BU_R, BU_BK_OR, SIGNED, COOLWARM, GREYS);

    private final String name;
    private final int[] table;
    private final Optional<Colormap> dark;

    private Colormap(String name, int[] table) {
        this(name, table, Optional.empty());
    }

    private Colormap(String name, int[] table, Optional<Colormap> dark) {
        this.name = name;
        this.table = table;
        this.dark = dark;
    }

    /**
     * {@return the colormap with a name, such as {@code viridis} or {@code RdBu_r}; the ending {@code _r} reverses any
     * of them}
     *
     * @param name its name
     * @throws BadRequestException if there is none
     */
    public static Colormap of(String name) {
        for (Colormap map : ALL) {
            if (map.name.equals(name)) {
                return map;
            }
            if (map.reversedName().equals(name)) {
                return map.reversed();
            }
        }
        throw new BadRequestException("No colormap is named \"" + name + "\"; there are "
                + ALL.stream().map(Colormap::name).collect(Collectors.joining(", "))
                + ", each also reversed under its name with _r added or taken away.");
    }

    /**
     * {@return a colormap of 256 colours}
     *
     * @param name its name
     * @param rgb red, green and blue as {@code 0xRRGGBB}, from low to high
     */
    public static Colormap of(String name, int... rgb) {
        if (rgb.length != SIZE) {
            throw new BadRequestException(
                    "Colormap \"" + name + "\" needs " + SIZE + " colours, not " + rgb.length + ".");
        }
        return new Colormap(name, Arrays.stream(rgb).map(c -> c & 0xffffff).toArray());
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /**
     * {@return the colour at a place in the table, as {@code 0xRRGGBB}}
     *
     * @param index from 0 for the lowest values to 255
     */
    public int rgb(int index) {
        return table[index];
    }

    /**
     * The colour of a normed value.
     *
     * @param unit a place between the ends, 0 to 1; what lies beyond takes the colour of the end
     * @return {@code 0xRRGGBB}
     * @throws BadRequestException if it is NaN, which has no place between the ends
     */
    public int rgb(double unit) {
        if (Double.isNaN(unit)) {
            throw new BadRequestException("NaN has no colour in \"" + name + "\"; give it the theme's colour for it.");
        }
        return table[(int) Math.max(0, Math.min(SIZE - 1.0, Math.floor(unit * SIZE)))];
    }

    /** {@return the same colours from high to low} */
    public Colormap reversed() {
        int[] reversed = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            reversed[i] = table[SIZE - 1 - i];
        }
        return new Colormap(reversedName(), reversed, dark.map(Colormap::reversed));
    }

    /** {@return the colours it has in dark themes: other ones for {@link #SIGNED}, whose middle would glare there} */
    public Colormap onDark() {
        return dark.orElse(this);
    }

    private String reversedName() {
        return name.endsWith("_r") ? name.substring(0, name.length() - 2) : name + "_r";
    }

    /** Straight lines between evenly spaced colours. */
    private static Colormap segments(String name, int[] points) {
        int last = points.length - 1;
        int[] table = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            double at = i / (SIZE - 1.0) * last;
            int from = Math.min((int) at, last - 1);
            for (int shift = 16; shift >= 0; shift -= 8) {
                double low = channel(points, from, shift);
                double high = channel(points, from + 1, shift);
                table[i] |= (int) Math.round(low + (high - low) * (at - from)) << shift;
            }
        }
        return new Colormap(name, table);
    }

    /** A Catmull-Rom curve through evenly spaced colours. */
    private static Colormap curve(String name, int[] points) {
        int last = points.length - 1;
        int[] table = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            double at = i / (SIZE - 1.0) * last;
            int from = Math.min((int) at, last - 1);
            for (int shift = 16; shift >= 0; shift -= 8) {
                double b = channel(points, from, shift);
                double c = channel(points, from + 1, shift);
                double a = from == 0 ? 2 * b - c : channel(points, from - 1, shift);
                double d = from + 1 == last ? 2 * c - b : channel(points, from + 2, shift);
                double t = at - from;
                double v = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
                table[i] |= (int) Math.round(Math.max(0, Math.min(255, v))) << shift;
            }
        }
        return new Colormap(name, table);
    }

    private static int channel(int[] points, int point, int shift) {
        return points[point] >> shift & 255;
    }

    private static int[] points(String hexadecimal) {
        int[] points = new int[hexadecimal.length() / 6];
        Arrays.setAll(points, i -> Integer.parseInt(hexadecimal, 6 * i, 6 * i + 6, 16));
        return points;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Colormap that && name.equals(that.name) && Arrays.equals(table, that.table);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
