/** How sessions are kept in files: NumPy's npy and npz, safetensors, and the session directory made of them. */
@NullMarked
package io.github.residual4j.store;

import org.jspecify.annotations.NullMarked;
