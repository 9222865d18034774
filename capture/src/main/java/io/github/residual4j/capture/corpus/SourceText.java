package io.github.residual4j.capture.corpus;

/**
 * One text of a corpus.
 *
 * @param text its characters
 * @param bytesRead how many bytes of the corpus have been read once it is
 */
record SourceText(String text, long bytesRead) {}
