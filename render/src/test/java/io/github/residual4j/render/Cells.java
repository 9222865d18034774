package io.github.residual4j.render;

import io.github.residual4j.render.internal.layout.FigureLayout;
import io.github.residual4j.render.internal.layout.Scene;
import io.github.residual4j.render.internal.layout.Sheet;
import java.util.List;

/** Finds things in a figure that has been laid out. */
public final class Cells {
    private Cells() {}

    /** The cells of its first heatmap. */
    public static Scene.Cells of(Figure figure) {
        return FigureLayout.of(sheet(figure)).items().stream()
                .filter(Scene.Cells.class::isInstance)
                .map(Scene.Cells.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** What is written anywhere in it. */
    public static List<String> texts(Figure figure) {
        return FigureLayout.of(sheet(figure)).items().stream()
                .filter(Scene.Text.class::isInstance)
                .map(item -> ((Scene.Text) item).text())
                .toList();
    }

    /** What of a figure is laid out. */
    public static Sheet sheet(Figure figure) {
        return new Sheet(
                figure.rows(), figure.columns(), figure.panels(), figure.shared(), figure.titles(), figure.canvas());
    }
}
