/** Runs graphs through ONNX Runtime. Internal: may change at any time. */
@NullMarked
package io.github.residual4j.capture.internal.run;

import org.jspecify.annotations.NullMarked;
