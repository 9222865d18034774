package io.github.residual4j.capture;

/**
 * How far a capture of many texts has come.
 *
 * @param texts how many texts have been run
 * @param tokens how many tokens they have
 */
public record CaptureProgress(long texts, long tokens) {}
