package io.github.residual4j.capture.corpus;

/**
 * What of a text is run at once.
 *
 * @param text the text's number among those that are not blank, counted from 0
 * @param begin the position of its first token in the text
 * @param firstNew how many of its tokens the window before held
 * @param last whether it ends the text
 * @param ids its tokens
 * @param bytesRead how many bytes of the corpus were read with its text
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
record CorpusWindow(long text, int begin, int firstNew, boolean last, long[] ids, long bytesRead) {}
