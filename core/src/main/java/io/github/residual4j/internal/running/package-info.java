/** Sums over many sessions that can be merged. May change at any time. */
@NullMarked
package io.github.residual4j.internal.running;

import org.jspecify.annotations.NullMarked;
