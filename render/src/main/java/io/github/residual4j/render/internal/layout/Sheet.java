package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.panel.Canvas;
import io.github.residual4j.render.panel.Panel;
import io.github.residual4j.render.panel.Shared;
import io.github.residual4j.render.panel.Theme;
import io.github.residual4j.render.panel.Titles;
import java.util.List;
import java.util.Set;

/** What is to be laid out: panels in rows and columns, what they share, and what is written around them. */
public record Sheet(int rows, int columns, List<Panel> panels, Set<Shared> shared, Titles titles, Canvas canvas) {
    Theme theme() {
        return canvas.theme();
    }
}
