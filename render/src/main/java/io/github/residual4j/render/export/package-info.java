/** Encoders of pictures and pages, and writing them whole or not at all. */
@NullMarked
package io.github.residual4j.render.export;

import org.jspecify.annotations.NullMarked;
