package io.github.residual4j.render.color;

/**
 * Diverging colours that pass through an unsaturated middle without a kink: Kenneth Moreland, "Diverging Color Maps
 * for Scientific Visualization", ISVC 2009, interpolation in Msh, the polar form of CIELAB (section 5 and appendix).
 */
final class MorelandDiverging {
    // D65 white and sRGB primaries, IEC 61966-2-1.
    private static final double[] WHITE = {0.95047, 1, 1.08883};
    private static final double MIDDLE_M = 88;

    private MorelandDiverging() {}

    /** Evenly spaced colours between two saturated ends, given as {@code 0xRRGGBB}. */
    static int[] colors(int low, int high, int count) {
        double[] a = msh(low);
        double[] b = msh(high);
        double middle = Math.max(MIDDLE_M, Math.max(a[0], b[0]));
        int[] colors = new int[count];
        for (int i = 0; i < count; i++) {
            double t = i / (count - 1.0);
            colors[i] = t < 0.5 ? between(a, middle, 2 * t) : between(b, middle, 2 - 2 * t);
        }
        return colors;
    }

    /** From a saturated colour (t = 0) to the unsaturated middle (t = 1). */
    private static int between(double[] end, double middle, double t) {
        double m = end[0] + t * (middle - end[0]);
        double s = (1 - t) * end[1];
        double h = end[2] + t * spin(end, middle);
        return rgb(m, s, h);
    }

    /** How far the hue turns towards the middle, so that the path stays perceptually straight. */
    private static double spin(double[] end, double middle) {
        if (end[0] >= middle) {
            return 0;
        }
        double turn = end[1] * Math.sqrt(middle * middle - end[0] * end[0]) / (end[0] * Math.sin(end[1]));
        return end[2] > -Math.PI / 3 ? turn : -turn;
    }

    private static double[] msh(int rgb) {
        double r = linear((rgb >> 16 & 255) / 255.0);
        double g = linear((rgb >> 8 & 255) / 255.0);
        double b = linear((rgb & 255) / 255.0);
        double fx = cubeRoot((0.4124 * r + 0.3576 * g + 0.1805 * b) / WHITE[0]);
        double fy = cubeRoot((0.2126 * r + 0.7152 * g + 0.0722 * b) / WHITE[1]);
        double fz = cubeRoot((0.0193 * r + 0.1192 * g + 0.9505 * b) / WHITE[2]);
        double lightness = 116 * fy - 16;
        double greenRed = 500 * (fx - fy);
        double blueYellow = 200 * (fy - fz);
        double m = Math.sqrt(lightness * lightness + greenRed * greenRed + blueYellow * blueYellow);
        return new double[] {m, Math.acos(lightness / m), Math.atan2(blueYellow, greenRed)};
    }

    private static int rgb(double m, double s, double h) {
        double fy = (m * Math.cos(s) + 16) / 116;
        double x = WHITE[0] * cube(fy + m * Math.sin(s) * Math.cos(h) / 500);
        double y = WHITE[1] * cube(fy);
        double z = WHITE[2] * cube(fy - m * Math.sin(s) * Math.sin(h) / 200);
        return channel(3.2406 * x - 1.5372 * y - 0.4986 * z) << 16
                | channel(-0.9689 * x + 1.8758 * y + 0.0415 * z) << 8
                | channel(0.0557 * x - 0.2040 * y + 1.0570 * z);
    }

    private static double linear(double v) {
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }

    private static int channel(double v) {
        double companded = v <= 0.0031308 ? 12.92 * v : 1.055 * Math.pow(v, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * Math.max(0, Math.min(1, companded)));
    }

    private static double cubeRoot(double t) {
        return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
    }

    private static double cube(double t) {
        return t > 0.206893 ? t * t * t : (t - 16.0 / 116) / 7.787;
    }
}
