/** What a run is changed by: where, to what, and the numbers that go into a graph for it. */
@NullMarked
package io.github.residual4j.capture.internal.edit;

import org.jspecify.annotations.NullMarked;
