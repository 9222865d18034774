package io.github.residual4j.render;

import io.github.residual4j.render.internal.layout.FigureLayout;
import io.github.residual4j.render.internal.layout.Scene;
import java.util.List;

/** Finds things in a figure that has been laid out. */
final class Cells {
    private Cells() {}

    /** The cells of its first heatmap. */
    static Scene.Cells of(Figure figure) {
        return FigureLayout.of(figure).items().stream()
                .filter(Scene.Cells.class::isInstance)
                .map(Scene.Cells.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** What is written anywhere in it. */
    static List<String> texts(Figure figure) {
        return FigureLayout.of(figure).items().stream()
                .filter(Scene.Text.class::isInstance)
                .map(item -> ((Scene.Text) item).text())
                .toList();
    }
}
