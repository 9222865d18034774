/** Reading states through the final norm and the unembedding. */
@NullMarked
package io.github.residual4j.capture.internal.lens;

import org.jspecify.annotations.NullMarked;
