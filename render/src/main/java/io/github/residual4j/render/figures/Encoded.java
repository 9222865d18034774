package io.github.residual4j.render.figures;

import io.github.residual4j.render.Figure;
import io.github.residual4j.render.internal.export.IndexPage;
import io.github.residual4j.render.panel.Theme;
import java.util.List;

/** A figure as its file, and as it stands in the report. */
record Encoded(byte[] png, IndexPage.Picture shown) {
    static Encoded of(String file, Figure figure) {
        List<byte[]> svg = List.of(
                figure.theme(Theme.LIGHT).toSvg(), figure.theme(Theme.DARK).toSvg());
        return new Encoded(
                figure.toPng(),
                new IndexPage.Picture(
                        file,
                        figure.title(),
                        figure.canvas().width(),
                        figure.canvas().height(),
                        svg,
                        figure.panels()));
    }
}
