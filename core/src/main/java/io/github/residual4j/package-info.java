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
 * <p>All that the library throws on purpose is one family of unchecked exceptions,
 * {@link io.github.residual4j.ResidualException}, whose message is a sentence fit to be shown:
 *
 * <ul>
 *   <li>{@link io.github.residual4j.BadFileException}: a file or folder is missing, damaged or of another kind than
 *       expected, or cannot be read or written. The message begins with it. This holds for whatever bytes a file has.
 *   <li>{@link io.github.residual4j.BadRequestException}: what was asked makes no sense for this session or model.
 *   <li>{@link io.github.residual4j.CaptureException}: a model could not be fetched or run.
 * </ul>
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j;

import org.jspecify.annotations.NullMarked;
