/** Encoders of pictures and pages, and writing them whole or not at all. Internal: may change at any time. */
@NullMarked
package io.github.residual4j.render.internal.export;

import org.jspecify.annotations.NullMarked;
