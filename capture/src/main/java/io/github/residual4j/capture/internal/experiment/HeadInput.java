package io.github.residual4j.capture.internal.experiment;

import io.github.residual4j.hook.HookKey;

/**
 * An input of one head.
 *
 * @param key of all heads' queries, keys or values in a block
 * @param head which of them
 */
public record HeadInput(HookKey key, int head) {}
