/**
 * Finds the residual stream in an ONNX file somebody else wrote and runs the file for it. Internal: may change at any
 * time.
 */
@NullMarked
package io.github.residual4j.capture.internal.onnx.foreign;

import org.jspecify.annotations.NullMarked;
