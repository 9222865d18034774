/** Dense linear algebra in double. The only package that imports org.ejml. May change at any time. */
@NullMarked
package io.github.residual4j.internal.linalg;

import org.jspecify.annotations.NullMarked;
