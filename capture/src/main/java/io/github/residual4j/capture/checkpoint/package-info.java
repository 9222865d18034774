/** What a GPT-2 is made of: its configuration and its weights, read from files. */
@NullMarked
package io.github.residual4j.capture.checkpoint;

import org.jspecify.annotations.NullMarked;
