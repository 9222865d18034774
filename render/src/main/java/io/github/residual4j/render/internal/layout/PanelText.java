package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import java.awt.geom.Rectangle2D;

/** The title of a panel and the labels of its axes, at the edges of the panel's room. */
final class PanelText {
    private PanelText() {}

    static void title(String title, Rectangle2D plot, Rectangle2D outer, SceneBuilder scene) {
        String visible = scene.lettering().visible(title, Style.PANEL_TITLE);
        String fitted = scene.lettering().fit(visible, Style.PANEL_TITLE, outer.getMaxX() - plot.getX());
        scene.text(
                fitted,
                title,
                Style.PANEL_TITLE,
                scene.theme().text(),
                plot.getX(),
                outer.getY(),
                Align.START,
                Align.START);
    }

    /** @param y the upper edge, under the names along the axis */
    static void xLabel(String label, Rectangle2D plot, double y, SceneBuilder scene) {
        String visible = scene.lettering().visible(label, Style.LABEL);
        String fitted = scene.lettering().fit(visible, Style.LABEL, plot.getWidth());
        scene.text(fitted, label, Style.LABEL, scene.theme().text(), plot.getCenterX(), y, Align.MIDDLE, Align.START);
    }

    static void yLabel(String label, Rectangle2D plot, Rectangle2D outer, SceneBuilder scene) {
        String visible = scene.lettering().visible(label, Style.LABEL);
        String fitted = scene.lettering().fit(visible, Style.LABEL, plot.getHeight());
        scene.upright(
                fitted,
                label,
                Style.LABEL,
                scene.theme().text(),
                outer.getX(),
                plot.getCenterY(),
                Align.MIDDLE,
                Align.START);
    }
}
