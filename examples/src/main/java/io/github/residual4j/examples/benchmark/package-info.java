/** Benchmarks whose two sides alternate within one run, so that their ratio means something on a busy machine. */
@NullMarked
package io.github.residual4j.examples.benchmark;

import org.jspecify.annotations.NullMarked;
