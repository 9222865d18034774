/** The configuration of a GPT-2, as its {@code config.json} gives it. */
@NullMarked
package io.github.residual4j.capture.checkpoint;

import org.jspecify.annotations.NullMarked;
