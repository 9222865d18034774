/**
 * Runs GPT-2 through ONNX Runtime and keeps the states of its residual stream.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.embedded()) {          // LanguageModel.load(path), LanguageModel.download("openai-community/gpt2")
 *     ActivationSession session = model.capture("Paris is the capital of");
 * }
 * }</pre>
 *
 * <p>{@link io.github.residual4j.capture.LanguageModel} is where to begin; it may be used by several threads at once.
 * {@link io.github.residual4j.capture.CaptureRequest} asks for less or for more: {@link
 * io.github.residual4j.hook.HookPoint} lists what there is, with shapes, under TransformerLens's names. Just what is
 * asked for is computed. Values are those of the raw checkpoint (TransformerLens's {@code
 * from_pretrained_no_processing}).
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.capture;

import org.jspecify.annotations.NullMarked;
