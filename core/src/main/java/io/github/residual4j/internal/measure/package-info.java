/** How the questions asked of a stream are answered. May change at any time. */
@NullMarked
package io.github.residual4j.internal.measure;

import org.jspecify.annotations.NullMarked;
