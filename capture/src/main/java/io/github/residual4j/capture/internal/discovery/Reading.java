package io.github.residual4j.capture.internal.discovery;

/**
 * How a file's inputs are meant, as far as a trial decides it.
 *
 * @param tokensFirst whether token ids lie {@code [tokens, texts]}, not {@code [texts, tokens]}
 * @param maskHides whether 1 in an attention mask stands for a token that is left out, not for one that is attended to
 */
record Reading(boolean tokensFirst, boolean maskHides) {
    /** As most files mean it. */
    static final Reading USUAL = new Reading(false, false);
}
