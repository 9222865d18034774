package io.github.residual4j.examples.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.checkpoint.Gpt2ConfigReader;
import io.github.residual4j.capture.internal.graph.BuiltGraph;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.CheckpointModel;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How long a checkpoint takes from its folder to the first run of one token, and to the first session, which also waits
 * for the digest of the weights that is computed meanwhile; both against the time that ONNX Runtime itself takes to
 * prepare the same graph with the same weights.
 */
public final class OpeningBenchmark {
    private OpeningBenchmark() {}

    /**
     * Prints the times and their ratio.
     *
     * @param arguments a folder for the checkpoint, written if it is not there; the number of measured pairs
     */
    public static void main(String[] arguments) throws IOException, OrtException {
        Path folder = Path.of(arguments[0]);
        int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            Files.createDirectories(folder);
            RandomCheckpoint.write(folder);
        }
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"));
        BuiltGraph graph = Gpt2Graph.of(Gpt2ConfigReader.read(folder.resolve("config.json")), stream());
        byte[] model = graph.model().toByteArray();
        Map<String, OnnxTensor> weights = new LinkedHashMap<>();
        for (String name : graph.weights()) {
            long[] shape = file.entries().get(name).shape().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            weights.put(name, OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), file.floats(name), shape));
        }
        Runnable runtimeAlone = () -> prepare(model, weights);
        Runnable ready = () -> {
            try (CheckpointModel opened = CheckpointModel.of(Checkpoint.open(folder), RuntimeOptions.DEFAULT)) {
                opened.run(
                                stream(),
                                Batch.of(List.of(new long[] {1})),
                                RunInputs.scoring(Positions.all()),
                                new Cancellation())
                        .close();
            }
        };
        Runnable whole = () -> {
            try (LanguageModel opened = LanguageModel.load(folder)) {
                opened.request(1).capture();
            }
        };
        System.out.println("opening and a first run against ONNX Runtime alone: "
                + Alternating.measure(1, pairs, runtimeAlone, ready));
        System.out.println("opening and a first capture, with the weights' digest, against ONNX Runtime alone: "
                + Alternating.measure(1, pairs, runtimeAlone, whole));
        weights.values().forEach(OnnxTensor::close);
    }

    private static RunPlan stream() {
        Set<HookKey> sites = new TreeSet<>(Set.of(HookKey.of(HookPoint.EMBED), HookKey.of(HookPoint.FINAL)));
        for (int block = 0; block < RandomCheckpoint.LAYERS; block++) {
            sites.add(HookKey.of(HookPoint.RESID_MID, block));
            sites.add(HookKey.of(HookPoint.RESID_POST, block));
        }
        return RunPlan.reading(sites);
    }

    private static void prepare(byte[] model, Map<String, OnnxTensor> weights) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.addExternalInitializers(new LinkedHashMap<>(weights));
            OrtEnvironment.getEnvironment().createSession(model, options).close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
