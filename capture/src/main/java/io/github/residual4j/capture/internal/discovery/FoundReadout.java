package io.github.residual4j.capture.internal.discovery;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.capture.internal.run.Readout;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.error.BadFileException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The final norm and the unembedding of a file as numbers. ONNX Runtime itself gives the constants out, whatever form the
 * file keeps them in: outside, in 16 bits, transposed, to be scaled.
 *
 * @param norm the final norm
 * @param head the unembedding
 */
record FoundReadout(LayerNorm norm, Head head) {
    /**
     * The product that makes the logits.
     *
     * @param factor the constant that the final state is multiplied by
     * @param byToken whether its rows belong to tokens
     * @param bias the constant that is added, if one is
     */
    record Head(String factor, boolean byToken, Optional<String> bias) {}

    /** Reads the constants; none if one of them is not made of floating-point numbers. */
    Optional<Readout> read(ForeignModel model, RuntimeOptions runtime) {
        Set<String> names = new LinkedHashSet<>(Set.of(norm.weight().orElseThrow(), head.factor));
        norm.bias().ifPresent(names::add);
        head.bias.ifPresent(names::add);
        Map<String, FloatBuffer> constants = constants(model, names, runtime);
        return constants.size() < names.size()
                ? Optional.empty()
                : Optional.of(new Readout(
                        norm.rms(),
                        norm.epsilon().orElseThrow(),
                        constants.get(norm.weight().get()),
                        norm.bias().map(constants::get),
                        constants.get(head.factor),
                        head.byToken,
                        head.bias.map(constants::get)));
    }

    private static Map<String, FloatBuffer> constants(ForeignModel model, Set<String> names, RuntimeOptions runtime) {
        Map<String, FloatBuffer> values = new HashMap<>();
        byte[] graph = model.runnable(names).toByteArray();
        try (FileSession loaded = FileSession.open(model, graph, runtime);
                OrtSession.Result result = loaded.session().run(Map.of(), names)) {
            for (Map.Entry<String, OnnxValue> output : result) {
                OnnxTensor tensor = (OnnxTensor) output.getValue();
                switch (tensor.getInfo().type) {
                    case FLOAT, FLOAT16, BFLOAT16 -> values.put(output.getKey(), tensor.getFloatBuffer());
                    default -> {} // of another type, it is no plain weight
                }
            }
            return values;
        } catch (OrtException e) {
            throw new BadFileException(
                    model.file(),
                    "keeps the weights of its final norm and its unembedding in a form that ONNX Runtime cannot give"
                            + " out: " + e.getMessage().strip(),
                    e);
        }
    }
}
