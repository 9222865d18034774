package io.github.residual4j.examples.benchmark;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times, at the word of {@code examples/benchmark/lens.py}, what reading every state of a text through the unembedding
 * takes: {@code lens}, the reading; {@code product}, ONNX Runtime's bare product of the same rows with the unembedding, as
 * many at once as the lens takes; {@code ledger}, a logit difference taken apart at one position, without the capture;
 * {@code memory}, by how many MB the process grew at most during a reading.
 */
public final class LensTimer {
    private static final int TOGETHER = 500; // rows, as the lens takes of 25 points

    private LensTimer() {}

    /** Takes a checkpoint folder, written if it is not there, and a number of tokens, and ends with its input. */
    public static void main(String[] arguments) throws IOException, OrtException {
        Path folder = Path.of(arguments[0]);
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            Files.createDirectories(folder);
            RandomCheckpoint.write(folder);
        }
        int tokens = Integer.parseInt(arguments[1]);
        long[] ids = new Random(1).longs(tokens, 0, RandomCheckpoint.VOCABULARY).toArray();
        try (LanguageModel model = LanguageModel.load(folder);
                Product product = new Product(folder)) {
            ActivationSession session = model.capture(ids);
            ActivationSession parts = model.request(ids)
                    .points(
                            HookPoint.TOKEN_EMBED,
                            HookPoint.POSITION_EMBED,
                            HookPoint.EMBED,
                            HookPoint.Z,
                            HookPoint.RESID_MID,
                            HookPoint.RESID_POST,
                            HookPoint.MLP_OUTPUT,
                            HookPoint.LOGITS)
                    .positions(Positions.last())
                    .capture();
            int rows = session.points().size() * tokens;
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                long start = System.nanoTime();
                switch (line) {
                    case "lens" -> model.logitLens(session);
                    case "product" -> product.run(rows);
                    case "ledger" -> model.attribution(parts).of(5).against(9).read();
                    case "memory" -> {
                        System.out.println(growth(() -> model.logitLens(session)));
                        continue;
                    }
                    default -> throw new IllegalArgumentException(line);
                }
                System.out.println((System.nanoTime() - start) / 1e6);
            }
        }
    }

    private static double growth(Runnable work) throws IOException {
        System.gc();
        long before = memory("VmRSS");
        Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak counts from here on
        work.run();
        return (memory("VmHWM") - before) / 1024.0;
    }

    private static long memory(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** A graph of one matrix product with the unembedding. */
    private static final class Product implements AutoCloseable {
        private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
        private final OnnxTensor weight;
        private final OrtSession session;

        Product(Path folder) throws OrtException {
            FloatBuffer embedding =
                    SafetensorsFile.open(folder.resolve("model.safetensors")).floats("wte.weight");
            float[] transposed = new float[embedding.remaining()];
            for (int token = 0; token < RandomCheckpoint.VOCABULARY; token++) {
                for (int d = 0; d < RandomCheckpoint.WIDTH; d++) {
                    transposed[d * RandomCheckpoint.VOCABULARY + token] =
                            embedding.get(token * RandomCheckpoint.WIDTH + d);
                }
            }
            weight = OnnxTensor.createTensor(environment, FloatBuffer.wrap(transposed), new long[] {
                RandomCheckpoint.WIDTH, RandomCheckpoint.VOCABULARY
            });
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.addExternalInitializers(Map.of("weight", weight));
                session = environment.createSession(graph().toByteArray(), options);
            }
        }

        private static ModelProto graph() {
            TensorProto.Builder weight = TensorProto.newBuilder()
                    .setName("weight")
                    .setDataType(TensorProto.DataType.FLOAT.getNumber())
                    .addAllDims(List.of((long) RandomCheckpoint.WIDTH, (long) RandomCheckpoint.VOCABULARY))
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL);
            weight.addExternalDataBuilder().setKey("location").setValue("given");
            return ModelProto.newBuilder()
                    .setIrVersion(8)
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                    .setGraph(GraphProto.newBuilder()
                            .setName("product")
                            .addInput(floats("rows"))
                            .addOutput(floats("logits"))
                            .addInitializer(weight)
                            .addNode(NodeProto.newBuilder()
                                    .setOpType("MatMul")
                                    .addInput("rows")
                                    .addInput("weight")
                                    .addOutput("logits")))
                    .build();
        }

        private static ValueInfoProto floats(String name) {
            return ValueInfoProto.newBuilder()
                    .setName(name)
                    .setType(TypeProto.newBuilder()
                            .setTensorType(
                                    TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber())))
                    .build();
        }

        void run(int rows) throws OrtException {
            for (int from = 0; from < rows; from += TOGETHER) {
                int count = Math.min(TOGETHER, rows - from);
                try (OnnxTensor states = OnnxTensor.createTensor(
                                environment,
                                FloatBuffer.allocate(count * RandomCheckpoint.WIDTH),
                                new long[] {count, RandomCheckpoint.WIDTH});
                        OrtSession.Result result = session.run(Map.of("rows", states))) {
                    if (result.size() != 1) {
                        throw new IllegalStateException("no logits");
                    }
                }
            }
        }

        @Override
        public void close() throws OrtException {
            session.close();
            weight.close();
        }
    }
}
