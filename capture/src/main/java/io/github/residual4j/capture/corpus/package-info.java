/**
 * Runs a model over many texts: statistics of its stream, and states kept on disk, from a file or a folder on one
 * machine.
 *
 * <pre>{@code
 * CorpusReport report = CorpusRun.of(model, Corpus.lines(Path.of("texts.txt"))).run(Path.of("corpus"));
 * }</pre>
 *
 * <p>A run that was interrupted or killed goes on where it was when it is started again in the same folder, and gives
 * the same bytes as one that was not. Its memory does not grow with the corpus.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.capture.corpus;

import org.jspecify.annotations.NullMarked;
