/** Small programs, one for each use. */
@NullMarked
package io.github.residual4j.examples;

import org.jspecify.annotations.NullMarked;
