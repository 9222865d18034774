package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.analysis.View;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Runs to explore, of random numbers in the shapes and ranges that a model gives. */
final class Explorations {
    static final int BLOCKS = 8;
    static final int HEADS = 5;
    static final int VOCABULARY = 40;
    static final int PLACES = 4;

    private final Random random = new Random(11);
    private final List<String> tokens;
    private final List<String> points;

    Explorations(ActivationSession session) {
        tokens = session.tokens().stream().map(Token::label).toList();
        points = session.points().stream().map(StreamPoint::name).toList();
    }

    /** The session with attention patterns and logits. */
    ActivationSession with(ActivationSession session) {
        ActivationSessionBuilder builder = ActivationSession.builder().tokens(session.tokens());
        session.text().ifPresent(builder::text);
        session.modelName().ifPresent(builder::modelName);
        session.points()
                .forEach(point ->
                        builder.point(point.name(), session.state(point.index()), tokens.size(), session.width()));
        float[] logits = new float[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            logits[id] = id == 7 ? 9 : (float) random.nextGaussian();
        }
        Map<Long, String> texts = new HashMap<>();
        IntStream.range(0, VOCABULARY).forEach(id -> texts.put((long) id, text(id)));
        return builder.array(ActivationSession.ATTENTION_PATTERNS, patterns())
                .array(ActivationSession.LOGITS, FloatTensor.of(logits, 1, 1, VOCABULARY))
                .tokenTexts(texts)
                .build();
    }

    static String text(int id) {
        return " word" + id;
    }

    private FloatTensor patterns() {
        int n = tokens.size();
        float[] patterns = new float[BLOCKS * HEADS * n * n];
        for (int row = 0; row < BLOCKS * HEADS * n; row++) {
            int query = row % n;
            float sum = 0;
            for (int key = 0; key <= query; key++) {
                patterns[row * n + key] = (float) Math.exp(2 * random.nextGaussian());
                sum += patterns[row * n + key];
            }
            for (int key = 0; key <= query; key++) {
                patterns[row * n + key] /= sum;
            }
        }
        return FloatTensor.of(patterns, BLOCKS, HEADS, n, n);
    }

    LogitLens lens() {
        Axis rows = new Axis("point", points);
        Axis axis = new Axis("token", tokens);
        Axis places = new Axis("place", numbers(PLACES));
        Axis answers = new Axis("answer", List.of(" word7", " word8"));
        double[][][] ids = new double[points.size()][tokens.size()][PLACES];
        double[][][] probabilities = new double[points.size()][tokens.size()][PLACES];
        double[] settled = new double[tokens.size()];
        for (int token = 0; token < tokens.size(); token++) {
            settled[token] = random.nextInt(points.size());
            for (int point = 0; point < points.size(); point++) {
                int first = random.nextInt(VOCABULARY);
                for (int place = 0; place < PLACES; place++) {
                    ids[point][token][place] = (first + place) % VOCABULARY;
                    probabilities[point][token][place] = random.nextDouble() / Math.pow(2, place + 1);
                }
            }
        }
        Map<Long, String> texts = new HashMap<>();
        IntStream.range(0, VOCABULARY - 1).forEach(id -> texts.put((long) id, text(id))); // the last one's is not known
        double[][][] ranks = new double[2][points.size()][tokens.size()];
        double[][][] logProbabilities = new double[2][points.size()][tokens.size()];
        for (int answer = 0; answer < 2; answer++) {
            for (int point = 0; point < points.size(); point++) {
                for (int token = 0; token < tokens.size(); token++) {
                    ranks[answer][point][token] = 1 + random.nextInt(VOCABULARY);
                    logProbabilities[answer][point][token] = -5 * random.nextDouble();
                }
            }
        }
        List<Measure> measures = new ArrayList<>(List.of(
                Measure.of("top_ids", "", rows, axis, places, ids),
                Measure.of("top_probabilities", "", rows, axis, places, probabilities),
                Measure.of("entropy", "nats", rows, axis, matrix(points.size(), tokens.size(), 3)),
                Measure.of("kl_to_final", "nats", rows, axis, matrix(points.size(), tokens.size(), 3)),
                Measure.of("top_agrees", "", rows, axis, matrix(points.size(), tokens.size(), 1)),
                Measure.of("settles_at", "", axis, settled),
                Measure.of("logit", "", answers, rows, axis, logProbabilities),
                Measure.of("log_probability", "nats", answers, rows, axis, logProbabilities),
                Measure.of("rank", "", answers, rows, axis, ranks)));
        if (tokens.size() > 1) {
            Axis but = new Axis("token", tokens.subList(0, tokens.size() - 1));
            measures.add(Measure.of("cross_entropy", "nats", rows, but, matrix(points.size(), tokens.size() - 1, 3)));
        }
        return new LogitLens(new View("“a text”", false), tokens, texts, points.size(), measures);
    }

    /** A ledger of the last tokens. */
    LogitAttribution ledger(int count) {
        List<String> components = new ArrayList<>(List.of("embed.token", "embed.position"));
        for (int block = 0; block < BLOCKS; block++) {
            for (int head = 0; head < HEADS; head++) {
                components.add("blocks." + block + ".attn.head." + head);
            }
            components.add("blocks." + block + ".attn.bias");
            components.add("blocks." + block + ".mlp_out");
        }
        components.add("final_norm.bias");
        Axis axis = new Axis("token", tokens.subList(tokens.size() - count, tokens.size()));
        double[][] values = matrix(count, components.size(), 2);
        double[] sums = new double[count];
        for (int token = 0; token < count; token++) {
            for (int c = 0; c < values[token].length; c++) {
                values[token][c] -= 1;
                sums[token] += values[token][c];
            }
        }
        return new LogitAttribution(
                new View("logit of “ word7” after “a text”", false),
                List.of(),
                List.of(
                        Measure.of("values", "", axis, new Axis("component", components), values),
                        Measure.of("sum", "", axis, sums),
                        Measure.of("logit_difference", "", axis, sums),
                        Measure.of("unexplained", "", axis, new double[count]),
                        Measure.of(
                                "accumulated", "", new Axis("point", points), axis, matrix(points.size(), count, 9))));
    }

    PatchingSweep sweep(String kind) {
        Axis blocks = new Axis(
                "block", IntStream.range(0, BLOCKS).mapToObj(b -> "L" + b).toList());
        Axis places = new Axis("position", tokens);
        double[][] normalised = matrix(BLOCKS, tokens.size(), 1);
        return new PatchingSweep(
                "Activation patching",
                kind,
                new View("clean into corrupted at " + kind, false),
                List.of(
                        Measure.of("value", "", blocks, places, matrix(BLOCKS, tokens.size(), 4)),
                        Measure.of("normalised", "", blocks, places, normalised),
                        Measure.of("clean", "", new Axis("text", List.of("clean")), new double[] {4.5}),
                        Measure.of("corrupted", "", new Axis("text", List.of("corrupted")), new double[] {-4})));
    }

    HeadScores scores() {
        Axis blocks = new Axis("block", numbers(BLOCKS));
        Axis heads = new Axis("head", numbers(HEADS));
        return new HeadScores(
                new View("random tokens twice", false),
                List.of(
                        Measure.of("previous_token", "", blocks, heads, matrix(BLOCKS, HEADS, 0.2)),
                        Measure.of("duplicate_token", "", blocks, heads, matrix(BLOCKS, HEADS, 0.2)),
                        Measure.of("induction", "", blocks, heads, matrix(BLOCKS, HEADS, 1))));
    }

    private double[][] matrix(int rows, int columns, double scale) {
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int c = 0; c < columns; c++) {
                row[c] = scale * random.nextDouble();
            }
        }
        return values;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
}
