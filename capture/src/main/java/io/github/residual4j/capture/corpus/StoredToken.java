package io.github.residual4j.capture.corpus;

/**
 * Which token a row of an {@link ActivationStore} is of, and where it is kept.
 *
 * @param text the text's number among the corpus's texts that are not blank, counted from 0
 * @param position the token's position in the whole text, counted from 0
 * @param tokenId the token's id
 * @param shard the shard that holds it, counted from 0
 * @param row its row in the shard, counted from 0
 */
public record StoredToken(long text, long position, long tokenId, int shard, int row) {}
