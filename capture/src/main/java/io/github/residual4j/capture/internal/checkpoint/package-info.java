/** Reading checkpoints: configuration, weights and tokenizer, from folders and from the library itself. */
@NullMarked
package io.github.residual4j.capture.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
