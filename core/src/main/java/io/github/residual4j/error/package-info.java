/**
 * All that the library throws on purpose: one family of unchecked exceptions whose messages are sentences fit to be shown.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.error;

import org.jspecify.annotations.NullMarked;
