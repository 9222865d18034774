/**
 * How sessions are kept in files: NumPy's npy and npz, safetensors, and the session directory made of them.
 *
 * <p>A session directory holds {@code tensors.npz} (or {@code tensors.safetensors}, see {@link
 * io.github.residual4j.store.SessionFormat}) and {@code config.json}. The arrays, for P points, T tokens and width D:
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
 * in its metadata, see {@link io.github.residual4j.store.SafetensorsSession}.
 *
 * <p>Files are written whole or not at all, under a private name first, and values are streamed: saving takes about
 * 1 MB of heap, loading the session's own size and little more. Uncompressed arrays are read from mapped memory; what
 * is read must not be changed meanwhile by others. Whatever a file says is checked before memory is taken for it, names
 * in it are labels and never paths, and every failure is a {@link io.github.residual4j.BadFileException} with the file
 * and the reason.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.store;

import org.jspecify.annotations.NullMarked;
