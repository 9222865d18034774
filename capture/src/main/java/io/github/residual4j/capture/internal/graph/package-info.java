/** Writes GPT-2 as an ONNX graph. Internal: may change at any time. */
@NullMarked
package io.github.residual4j.capture.internal.graph;

import org.jspecify.annotations.NullMarked;
