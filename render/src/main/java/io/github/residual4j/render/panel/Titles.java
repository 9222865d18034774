package io.github.residual4j.render.panel;

/**
 * What is written around the panels; empty for nothing.
 *
 * @param title above all panels
 * @param subtitle in smaller letters under the title
 * @param footnote under all panels
 */
public record Titles(String title, String subtitle, String footnote) {}
