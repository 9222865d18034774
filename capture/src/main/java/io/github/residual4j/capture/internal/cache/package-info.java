/** Where a hub's cache folder keeps what. Internal: may change at any time. */
@NullMarked
package io.github.residual4j.capture.internal.cache;

import org.jspecify.annotations.NullMarked;
