/** Turns text into tokens. Internal: may change at any time. */
@NullMarked
package io.github.residual4j.capture.internal.token;

import org.jspecify.annotations.NullMarked;
