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
    /** The same with one more sentence in its footnote. */
    Sheet withNote(String note) {
        String before = titles.footnote().isBlank() ? "" : titles.footnote() + " ";
        Titles noted = new Titles(titles.title(), titles.subtitle(), before + note);
        return new Sheet(rows, columns, panels, shared, noted, canvas);
    }

    Theme theme() {
        return canvas.theme();
    }
}
