/** What a model computes on, and how far its graphs are rewritten. */
@NullMarked
package io.github.residual4j.capture.runtime;

import org.jspecify.annotations.NullMarked;
