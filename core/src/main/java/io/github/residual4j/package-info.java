/**
 * The front door: a session of captured activations and the analyzer that measures it.
 *
 * <pre>{@code
 * ActivationSession session = ActivationSession.load(Path.of("session")); // or captured, or built from float[][]
 * ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
 * System.out.println(analyzer.cosineBetweenLayers());                     // prints as a table
 * }</pre>
 *
 * <p>The residual stream of a model with L blocks has P = 2L + 1 points, named as TransformerLens names them: {@code
 * embed}, the sum of token and position embedding; then for each block l {@code blocks.l.resid_mid}, after attention,
 * and {@code blocks.l.resid_post}, after the MLP. The state after the last layer norm, {@code final}, is no part of the
 * stream. Each point holds a state {@code [tokens, width]} of float32, so a session is an array {@code [points, tokens,
 * width]}. Hugging Face's {@code hidden_states} are another selection, given by {@link
 * io.github.residual4j.ActivationSession#huggingFaceHiddenStates()}.
 *
 * <p>{@link io.github.residual4j.StreamStatistics} takes in many sessions in constant memory. The formulas and their
 * sources are listed in {@link io.github.residual4j.analysis}, the file formats in {@link io.github.residual4j.store}.
 *
 * <p>What goes wrong is a {@link io.github.residual4j.ResidualException}: a {@link
 * io.github.residual4j.BadFileException}, a {@link io.github.residual4j.BadRequestException} or a {@link
 * io.github.residual4j.CaptureException}. Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j;

import org.jspecify.annotations.NullMarked;
