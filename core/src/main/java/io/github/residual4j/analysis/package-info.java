/** One immutable result type for each question asked of a residual stream. */
@NullMarked
package io.github.residual4j.analysis;

import org.jspecify.annotations.NullMarked;
