/** Many runs that differ in one thing each, without what they share being done again. */
@NullMarked
package io.github.residual4j.capture.internal.experiment;

import org.jspecify.annotations.NullMarked;
