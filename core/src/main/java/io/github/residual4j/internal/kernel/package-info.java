/**
 * Reductions over rows of float32, in a plain and a SIMD form. The only package that touches jdk.incubator.vector. May
 * change at any time.
 */
@NullMarked
package io.github.residual4j.internal.kernel;

import org.jspecify.annotations.NullMarked;
