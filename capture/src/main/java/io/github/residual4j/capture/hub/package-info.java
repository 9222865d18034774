/** Models of a Hugging Face hub: fetched, checked and kept in its cache folder. */
@NullMarked
package io.github.residual4j.capture.hub;

import org.jspecify.annotations.NullMarked;
