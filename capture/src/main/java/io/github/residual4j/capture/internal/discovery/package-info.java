/** Finds the residual stream in ONNX files that others wrote, and runs them. Internal: may change at any time. */
@NullMarked
package io.github.residual4j.capture.internal.discovery;

import org.jspecify.annotations.NullMarked;
