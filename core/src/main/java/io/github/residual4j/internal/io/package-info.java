/** Files that are there whole or not at all. May change at any time. */
@NullMarked
package io.github.residual4j.internal.io;

import org.jspecify.annotations.NullMarked;
