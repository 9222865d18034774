/** Builds GPT-2 graphs and runs graphs through ONNX Runtime. Internal: may change at any time. */
@NullMarked
package io.github.residual4j.capture.internal.onnx;

import org.jspecify.annotations.NullMarked;
