/**
 * Figures of a residual stream.
 *
 * <pre>{@code
 * ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(session));
 * figures.cosineBetweenConsecutivePoints().writePng(Path.of("cosine.png"));
 * figures.theme(Theme.DARK).layers(0).writeGif(Path.of("layers.gif"));
 * }</pre>
 *
 * <p>{@link io.github.residual4j.render.figures.ResidualFigures} has a figure for each question; {@link
 * io.github.residual4j.render.Figure}, {@link io.github.residual4j.render.panel.Heatmap} and {@link
 * io.github.residual4j.render.panel.Chart} make others. All are immutable descriptions: nothing is laid out or painted before
 * an image, PNG, SVG, GIF or HTML is asked for, and files are written whole or not at all. Colours are a matter of
 * {@link io.github.residual4j.render.color}. Drawing needs no screen ({@code -Djava.awt.headless=true} is fine).
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.render;

import org.jspecify.annotations.NullMarked;
