/**
 * The front door: a session of captured activations and the analyzer that measures it.
 *
 * <pre>{@code
 * ActivationSession session = ActivationSession.load(Path.of("session")); // or captured, or built from float[][]
 * ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
 * System.out.println(analyzer.cosineBetweenConsecutivePoints());                     // prints as a table
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
 * sources are listed in {@link io.github.residual4j.analysis}.
 *
 * <p>All that the library throws on purpose is one family of unchecked exceptions,
 * {@link io.github.residual4j.error.ResidualException}, whose message is a sentence fit to be shown:
 *
 * <ul>
 *   <li>{@link io.github.residual4j.error.BadFileException}: a file or folder is missing, damaged or of another kind than
 *       expected, or cannot be read or written. The message begins with it. This holds for whatever bytes a file has.
 *   <li>{@link io.github.residual4j.error.BadRequestException}: what was asked makes no sense for this session or model.
 *   <li>{@link io.github.residual4j.error.CaptureException}: a model could not be fetched or run.
 * </ul>
 *
 * <h2>Files</h2>
 *
 * <p>A session directory holds {@code tensors.npz} (or {@code tensors.safetensors}, see {@link
 * io.github.residual4j.SessionFormat}) and {@code config.json}. The arrays, for P points, T tokens and width D:
 *
 * <table class="striped">
 * <caption>Arrays of a session</caption>
 * <thead>
 * <tr><th scope="col">name</th><th scope="col">type</th><th scope="col">shape</th></tr>
 * </thead>
 * <tbody>
 * <tr><th scope="row">{@code hidden_states}</th><td>float32</td><td>{@code [P, 1, T, D]}</td></tr>
 * <tr><th scope="row">{@code layer_names}</th><td>text</td><td>{@code [P]}</td></tr>
 * <tr><th scope="row">{@code token_ids}</th><td>int64</td><td>{@code [T]}</td></tr>
 * <tr><th scope="row">{@code positions}</th><td>int64</td><td>{@code [T]}</td></tr>
 * <tr><th scope="row">{@code config_json}</th><td>text</td><td>one value: what {@code config.json} holds</td></tr>
 * <tr><th scope="row">{@code final}</th><td>float32</td><td>{@code [1, T, D]}, when captured</td></tr>
 * <tr><th scope="row">{@code logits}</th><td>float32</td><td>{@code [1, T, vocabulary]}, when captured</td></tr>
 * <tr><th scope="row">{@code attention_patterns}</th><td>float32</td><td>{@code [blocks, heads, T, T]}, when captured</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Further arrays stand under their own names. The file of the arrays counts and is put in place by one atomic rename;
 * {@code config.json} is a copy for readers that follows it and is mended when it is missing. A folder holds both formats
 * only where a save in the other one was killed before its end; then the npz counts. In a safetensors file the texts are
 * in its metadata, see {@link io.github.residual4j.SafetensorsSession}.
 *
 * <p>Files are written whole or not at all, under a private name first, and values are streamed: saving takes about
 * 1 MB of heap, loading the session's own size and little more. Uncompressed arrays are read from mapped memory; what
 * is read must not be changed meanwhile by others. Whatever a file says is checked before memory is taken for it, names
 * in it are labels and never paths, and every failure is a {@link io.github.residual4j.error.BadFileException} with the file
 * and the reason.
 *
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j;

import org.jspecify.annotations.NullMarked;
