/** Going on with a text, token by token. */
@NullMarked
package io.github.residual4j.capture.internal.generate;

import org.jspecify.annotations.NullMarked;
