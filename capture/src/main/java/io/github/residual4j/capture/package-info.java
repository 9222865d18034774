/** Runs GPT-2 and keeps the states of its residual stream: {@link io.github.residual4j.capture.Gpt2} is where to begin. */
@NullMarked
package io.github.residual4j.capture;

import org.jspecify.annotations.NullMarked;
