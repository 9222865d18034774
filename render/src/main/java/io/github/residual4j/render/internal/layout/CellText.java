package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import io.github.residual4j.render.panel.Heatmap;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;

/** The values of a heatmap written into its cells, in black or white, whichever reads better; all of them or none. */
final class CellText {
    private static final Style STYLE = Style.TICK;
    private static final double PAD = 4;

    private CellText() {}

    static void place(Heatmap heatmap, CellColors colors, Rectangle2D plot, SceneBuilder scene) {
        double width = plot.getWidth() / heatmap.columns();
        double height = plot.getHeight() / heatmap.rows();
        boolean named = !heatmap.cellTexts().isEmpty();
        boolean any = named || !heatmap.cellFormat().isEmpty();
        if (!any || height < scene.lettering().height(STYLE) || width < 2 * PAD) {
            return;
        }
        String[] texts = new String[heatmap.count()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = named ? shortened(heatmap.cellTexts().get(i), width - PAD, scene) : number(heatmap, i);
            if (scene.lettering().width(texts[i], STYLE) + PAD > width) {
                return;
            }
        }
        for (int i = 0; i < texts.length; i++) {
            int row = i / heatmap.columns();
            int column = i % heatmap.columns();
            scene.text(
                    texts[i],
                    named ? heatmap.cellTexts().get(i) : texts[i],
                    STYLE,
                    isBright(colors.argb(row, column)) ? Color.BLACK : Color.WHITE,
                    plot.getX() + (column + 0.5) * width,
                    plot.getY() + (row + 0.5) * height,
                    Align.MIDDLE,
                    Align.MIDDLE);
        }
    }

    private static String number(Heatmap heatmap, int i) {
        double value = heatmap.value(i / heatmap.columns(), i % heatmap.columns());
        if (Double.isNaN(value)) {
            return "NaN";
        }
        String text = String.format(Locale.ROOT, heatmap.cellFormat(), value).replace('-', '−');
        return text.matches("−[0.]+") ? text.substring(1) : text; // zero, as far as it is written
    }

    /** As many of the first characters as fit, with three dots for the rest; what spells one out stays whole. */
    private static String shortened(String text, double width, SceneBuilder scene) {
        Lettering lettering = scene.lettering();
        String shown = lettering.visible(text, STYLE);
        if (lettering.width(shown, STYLE) <= width) {
            return shown;
        }
        List<String> parts = VisibleText.parts(shown);
        for (int kept = parts.size() - 1; kept > 0; kept--) {
            String begun = String.join("", parts.subList(0, kept)) + "…";
            if (lettering.width(begun, STYLE) <= width) {
                return begun;
            }
        }
        return "";
    }

    /** By the relative luminance of sRGB (ITU-R BT.709), at which black and white have the same contrast. */
    private static boolean isBright(int argb) {
        double luminance =
                0.2126 * linear(argb >> 16 & 255) + 0.7152 * linear(argb >> 8 & 255) + 0.0722 * linear(argb & 255);
        return luminance > 0.179;
    }

    private static double linear(int channel) {
        double v = channel / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
}
