/**
 * Files that are there whole or not at all, and the formats that arrays are kept in: NumPy's npy and npz, safetensors.
 * May change at any time.
 */
@NullMarked
package io.github.residual4j.internal.io;

import org.jspecify.annotations.NullMarked;
