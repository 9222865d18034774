/**
 * Dense linear algebra in double. The only package that imports org.ejml. May change at any time.
 *
 * <p>The decompositions used here add, multiply, divide and take square roots in one thread, so that their bits do not
 * depend on the processor. They call {@code Math.sin} and {@code Math.cos} only in an exceptional shift, after many
 * iterations without convergence.
 */
@NullMarked
package io.github.residual4j.internal.linalg;

import org.jspecify.annotations.NullMarked;
