package io.github.residual4j.examples.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelOptions;
import io.github.residual4j.capture.corpus.Corpus;
import io.github.residual4j.capture.corpus.CorpusRun;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.graph.BuiltGraph;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A corpus of 2,000 short texts run by the embedded model, with its reading, tokenizing, statistics and files, against
 * ONNX Runtime alone on the same batches of ids, which gives the same states and is done.
 */
public final class CorpusBenchmark {
    private static final int TEXTS = 2000;
    private static final int AHEAD = 64; // texts that a capture of many sorts by length
    private static final int TOGETHER = 16; // texts of a batch

    private CorpusBenchmark() {}

    /**
     * Prints times, ratios and memory, without and with the scoring of tokens.
     *
     * @param arguments the number of measured pairs
     */
    public static void main(String[] arguments) throws IOException, OrtException {
        int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        Path input = Files.createTempFile("corpus", ".txt");
        Files.write(input, texts());
        int cores = Runtime.getRuntime().availableProcessors();
        try (LanguageModel model =
                LanguageModel.open("embedded", ModelOptions.defaults().on(Device.cpu(1)))) {
            List<Batch> batches = batches(model);
            CorpusRun run = CorpusRun.of(model, Corpus.lines(input)).atOnce(cores + 1); // as the command does
            compare("statistics", batches, run.withoutPerplexity(), stream(model), pairs);
            compare("statistics and perplexity", batches, run, withLogits(model), pairs);
        } finally {
            Files.delete(input);
        }
    }

    private static List<String> texts() {
        List<String> cities = List.of("Paris", "Tokyo", "Kabul", "Accra", "Quito", "Bogotá", "Vienna", "Ottawa");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            String city = cities.get(i % cities.size());
            StringBuilder text = new StringBuilder("Q" + i + ": where is " + city + "?");
            for (int more = 0; more < i % 5; more++) {
                text.append(" It is the capital of a country, number ")
                        .append(i * 7 % 100)
                        .append('.');
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /** As a capture of many texts forms them: of like length among those that are read ahead. */
    private static List<Batch> batches(LanguageModel model) {
        List<long[]> ids = texts().stream().map(model::encode).toList();
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < TEXTS; from += AHEAD) {
            List<long[]> ahead = new ArrayList<>(ids.subList(from, Math.min(from + AHEAD, TEXTS)));
            ahead.sort(Comparator.comparingInt(text -> text.length));
            List<long[]> batch = new ArrayList<>();
            for (long[] text : ahead) {
                if (batch.size() == TOGETHER || !batch.isEmpty() && text.length > 2 * batch.get(0).length) {
                    batches.add(Batch.of(batch));
                    batch = new ArrayList<>();
                }
                batch.add(text);
            }
            batches.add(Batch.of(batch));
        }
        return batches;
    }

    private static TreeSet<HookKey> stream(LanguageModel model) {
        TreeSet<HookKey> sites = new TreeSet<>();
        model.description().points().keySet().stream()
                .map(HookKey::parse)
                .filter(key -> key.point().isStream())
                .forEach(sites::add);
        return sites;
    }

    private static TreeSet<HookKey> withLogits(LanguageModel model) {
        TreeSet<HookKey> sites = stream(model);
        sites.add(HookKey.of(HookPoint.LOGITS));
        return sites;
    }

    private static void compare(String what, List<Batch> batches, CorpusRun run, TreeSet<HookKey> sites, int pairs)
            throws OrtException {
        try (Bare bare = new Bare(sites)) {
            Runnable corpus = () -> run(run);
            Runnable alone = () -> batches.forEach(bare::run);
            corpus.run();
            long before = resident();
            Alternating times = Alternating.measure(2, pairs, corpus, alone);
            long tokens = batches.stream()
                    .flatMapToLong(batch -> LongStream.range(0, batch.size()).map(text -> batch.length((int) text)))
                    .sum();
            System.out.printf(
                    Locale.ROOT,
                    "%s of %,d texts, %,d tokens: ONNX Runtime alone %s; %,.0f tokens a second;"
                            + " resident memory %d MB after the first run, %d MB after the last%n",
                    what,
                    TEXTS,
                    tokens,
                    times,
                    tokens / times.first() * 1000,
                    before,
                    resident());
        }
    }

    private static void run(CorpusRun run) {
        try {
            Path folder = Files.createTempDirectory("corpus");
            run.run(folder);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long resident() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The embedded model's graph in a session of ONNX Runtime. */
    private static final class Bare implements AutoCloseable {
        private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
        private final Map<String, OnnxTensor> weights = new LinkedHashMap<>();
        private final OrtSession session;
        private final boolean logits;

        Bare(TreeSet<HookKey> sites) throws OrtException {
            Checkpoint checkpoint = Checkpoint.embedded();
            BuiltGraph graph = Gpt2Graph.of(checkpoint.config(), RunPlan.reading(sites));
            logits = graph.inputs().contains(Gpt2Graph.LOGIT_ROWS);
            Map<String, long[]> shapes = Gpt2Graph.weights(checkpoint.config());
            for (String name : graph.weights()) {
                long[] shape = shapes.get(name);
                weights.put(
                        name,
                        OnnxTensor.createTensor(
                                environment, checkpoint.weights().floats(name, shape), shape));
            }
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.addExternalInitializers(new LinkedHashMap<>(weights));
                session = environment.createSession(graph.model().toByteArray(), options);
            }
        }

        void run(Batch batch) {
            Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
            try {
                inputs.put(Gpt2Graph.INPUT_IDS, tensor(batch.ids(), batch.size(), batch.length()));
                if (logits) {
                    long rows = (long) batch.size() * batch.length();
                    LongBuffer all = LongBuffer.wrap(LongStream.range(0, rows).toArray());
                    inputs.put(Gpt2Graph.LOGIT_ROWS, tensor(all, rows));
                }
                session.run(inputs).close();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            } finally {
                inputs.values().forEach(OnnxTensor::close);
            }
        }

        private OnnxTensor tensor(LongBuffer values, long... shape) throws OrtException {
            return OnnxTensor.createTensor(environment, values, shape);
        }

        @Override
        public void close() throws OrtException {
            session.close();
            weights.values().forEach(OnnxTensor::close);
        }
    }
}
