/** The command line. */
@NullMarked
package io.github.residual4j.examples.cli;

import org.jspecify.annotations.NullMarked;
