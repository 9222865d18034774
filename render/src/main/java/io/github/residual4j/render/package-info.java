/**
 * Figures of a residual stream: {@link io.github.residual4j.render.Figure} and its parts, and the ready ones of
 * {@link io.github.residual4j.render.ResidualFigures}.
 */
@NullMarked
package io.github.residual4j.render;

import org.jspecify.annotations.NullMarked;
