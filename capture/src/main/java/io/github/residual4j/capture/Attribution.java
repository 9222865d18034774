package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.HeadOutputs;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.NeuronContributions;
import io.github.residual4j.analysis.View;
import io.github.residual4j.capture.internal.lens.Ledger;
import io.github.residual4j.capture.internal.run.OutputProjection;
import io.github.residual4j.capture.internal.run.Readout;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Takes a logit apart into what each component wrote: direct logit attribution. Immutable; {@link
 * LanguageModel#attribution} makes one.
 *
 * <pre>{@code
 * LogitAttribution ledger = model.attribution(session).of(" France").against(" Germany").read();
 * }</pre>
 */
public final class Attribution {
    private static final double ABSOLUTE_ROUNDING = 1e-3;
    private static final double RELATIVE_ROUNDING = 2e-5;

    private final LanguageModel model;
    private final ActivationSession session;
    private final OptionalLong answer;
    private final OptionalLong wrong;

    private Attribution(LanguageModel model, ActivationSession session, OptionalLong answer, OptionalLong wrong) {
        this.model = model;
        this.session = session;
        this.answer = answer;
        this.wrong = wrong;
    }

    static Attribution of(LanguageModel model, ActivationSession session) {
        return new Attribution(model, session, OptionalLong.empty(), OptionalLong.empty());
    }

    /** The hook points that a session needs for it. */
    static HookPoint[] points() {
        return new HookPoint[] {
            HookPoint.TOKEN_EMBED,
            HookPoint.POSITION_EMBED,
            HookPoint.EMBED,
            HookPoint.Z,
            HookPoint.RESID_MID,
            HookPoint.MLP_OUTPUT,
            HookPoint.RESID_POST,
            HookPoint.LOGITS
        };
    }

    /**
     * {@return the same for the logit of a token}
     *
     * @param text one token, such as {@code " France"}
     * @throws BadRequestException if it is not one token; the message shows how it splits
     */
    public Attribution of(String text) {
        return of(model.singleToken(text));
    }

    /**
     * {@return the same for the logit of a token}
     *
     * @param id the token's id
     */
    public Attribution of(long id) {
        return new Attribution(model, session, OptionalLong.of(id), wrong);
    }

    /**
     * {@return the same for the logit less that of another token}
     *
     * @param text one token, such as {@code " Germany"}
     * @throws BadRequestException if it is not one token; the message shows how it splits
     */
    public Attribution against(String text) {
        return against(model.singleToken(text));
    }

    /**
     * {@return the same for the logit less that of another token}
     *
     * @param id the token's id
     */
    public Attribution against(long id) {
        return new Attribution(model, session, answer, OptionalLong.of(id));
    }

    /**
     * Takes the logits of all positions apart whose logits the session holds.
     *
     * @return the ledger
     * @throws BadRequestException if no token was named, the session lacks a hook point, or is of other weights
     * @throws CaptureException if what is left unexplained is more than rounding, as in a session that was captured with
     *     edits
     */
    public LogitAttribution read() {
        return model.whileOpen(this::readOpen);
    }

    /**
     * Measures what each head writes: its norm, and what it adds to the logit.
     *
     * @return norms and contributions of each head at each token whose logits the session holds
     * @throws BadRequestException as {@link #read()}, or if the model does not tell its heads' weights
     */
    public HeadOutputs heads() {
        return model.whileOpen(() -> reading().heads());
    }

    /**
     * Takes what one MLP adds to the last logit that the session holds apart into its neurons.
     *
     * @param block whose MLP, counted from 0; the session holds its {@link HookPoint#MLP_POST}
     * @param count how many neurons are told, those of largest magnitude
     * @return the foremost neurons
     * @throws BadRequestException as {@link #read()}, or if there is no such block or the model does not tell the weights
     */
    public NeuronContributions neurons(int block, int count) {
        if (block < 0 || block >= model.description().shape().blocks()) {
            throw new BadRequestException("Block " + block + " does not exist; the model has blocks 0 to "
                    + (model.description().shape().blocks() - 1) + ".");
        }
        if (count < 1) {
            throw new BadRequestException("At least 1 neuron is told, not " + count + ".");
        }
        return model.whileOpen(() -> reading().neurons(block, count));
    }

    private LogitAttribution readOpen() {
        return reading().result();
    }

    private Reading reading() {
        if (answer.isEmpty()) {
            throw new BadRequestException("No token was named whose logit is taken apart; name one by of(...).");
        }
        model.requireOwn(session, false);
        Readout readout = model.stream()
                .readout()
                .orElseThrow(() -> new BadRequestException("The final norm and the unembedding of " + model.name()
                        + " are not known as plain weights, so its logits cannot be taken apart."));
        int a = Vocabulary.index(answer.getAsLong(), readout.vocabulary());
        OptionalInt b = wrong.isPresent()
                ? OptionalInt.of(Vocabulary.index(wrong.getAsLong(), readout.vocabulary()))
                : OptionalInt.empty();
        return new Reading(new Ledger(readout, a, b), a, b);
    }

    /** One ledger while it is written. */
    private final class Reading {
        private final Ledger ledger;
        private final int answerId;
        private final OptionalInt wrongId;
        private final FloatBuffer logits;
        private final int vocabulary;
        private final int first; // of the session's tokens, the first whose logits it holds
        private final int count;
        private final double[] scale;
        private final List<String> components = new ArrayList<>();
        private final List<double[]> columns = new ArrayList<>();
        private final List<String> missing = new ArrayList<>();

        Reading(Ledger ledger, int answerId, OptionalInt wrongId) {
            this.ledger = ledger;
            this.answerId = answerId;
            this.wrongId = wrongId;
            FloatTensor held = Optional.ofNullable(session.arrays().get(ActivationSession.LOGITS))
                    .orElseThrow(() -> lacks(HookKey.of(HookPoint.LOGITS)));
            logits = held.asBuffer();
            count = held.shape()[1];
            vocabulary = held.shape()[2];
            first = session.tokens().size() - count;
            FloatBuffer last = needed(HookKey.of(HookPoint.RESID_POST, blocks() - 1));
            scale = new double[count];
            for (int t = 0; t < count; t++) {
                scale[t] = ledger.scale(last, (first + t) * session.width());
            }
        }

        private int blocks() {
            return model.description().shape().blocks();
        }

        private BadRequestException lacks(HookKey key) {
            return new BadRequestException("The session holds no " + key + ", which a ledger needs; capture it with"
                    + " HookPoint." + key.point().name() + ", or let attribution(text) capture it.");
        }

        private FloatBuffer needed(HookKey key) {
            return session.activation(key).orElseThrow(() -> lacks(key)).asBuffer();
        }

        private void add(String component, FloatBuffer values) {
            double[] column = new double[count];
            for (int t = 0; t < count; t++) {
                column[t] = ledger.of(values, (first + t) * session.width()) / scale[t];
            }
            add(component, column);
        }

        private void add(String component, double[] column) {
            components.add(component);
            columns.add(column);
        }

        private void addConstant(String component, double value) {
            double[] column = new double[count];
            Arrays.fill(column, value);
            add(component, column);
        }

        LogitAttribution result() {
            if (model.stream().offers().contains(HookPoint.TOKEN_EMBED)) {
                add("embed.token", needed(HookKey.of(HookPoint.TOKEN_EMBED)));
                add("embed.position", needed(HookKey.of(HookPoint.POSITION_EMBED)));
            } else {
                add("embed", needed(HookKey.of(HookPoint.EMBED)));
                missing.add("token and position embedding are not told apart: this file's were not found");
            }
            for (int block = 0; block < blocks(); block++) {
                addAttention(block);
                addDifference(HookPoint.MLP_OUTPUT, block, HookPoint.RESID_MID, HookPoint.RESID_POST);
            }
            addConstant("final_norm.bias", ledger.normBias());
            if (ledger.hasUnembeddingBias()) {
                addConstant("unembed.bias", ledger.unembeddingBias());
            }
            return checked();
        }

        private void addAttention(int block) {
            Optional<OutputProjection> projection = model.stream().outputProjection(block);
            if (projection.isEmpty()) {
                if (block == 0) {
                    missing.add("attention is not taken apart by heads: this file's output weights were not found");
                }
                addDifference(HookPoint.ATTENTION_OUTPUT, block, HookPoint.RESID_PRE, HookPoint.RESID_MID);
                return;
            }
            FloatBuffer z = needed(HookKey.of(HookPoint.Z, block));
            double[] through = ledger.through(projection.get());
            int heads = model.description().shape().heads().orElseThrow();
            for (int head = 0; head < heads; head++) {
                double[] column = new double[count];
                for (int t = 0; t < count; t++) {
                    column[t] = ofHead(z, through, heads, head, t);
                }
                add("blocks." + block + ".attn.head." + head, column);
            }
            double bias = ledger.of(projection.get().bias(), 0);
            double[] column = new double[count];
            for (int t = 0; t < count; t++) {
                column[t] = bias / scale[t];
            }
            add("blocks." + block + ".attn.bias", column);
        }

        /** What a head adds at one token. */
        private double ofHead(FloatBuffer z, double[] through, int heads, int head, int t) {
            int headWidth = session.width() / heads;
            int row = (first + t) * session.width();
            double sum = 0;
            for (int d = head * headWidth; d < (head + 1) * headWidth; d++) {
                sum += z.get(row + d) * through[d];
            }
            return sum / scale[t];
        }

        HeadOutputs heads() {
            int width = session.width();
            int heads = model.description().shape().heads().orElse(1);
            int headWidth = width / heads;
            double[][][] norms = new double[blocks()][heads][count];
            double[][][] contributions = new double[blocks()][heads][count];
            for (int block = 0; block < blocks(); block++) {
                OutputProjection projection = model.stream()
                        .outputProjection(block)
                        .orElseThrow(() -> new BadRequestException("The weights by which the heads of " + model.name()
                                + " write are not known, so their outputs cannot be told apart."));
                FloatBuffer z = needed(HookKey.of(HookPoint.Z, block));
                double[] through = ledger.through(projection);
                for (int head = 0; head < heads; head++) {
                    for (int t = 0; t < count; t++) {
                        int row = (first + t) * width;
                        double[] output = new double[width];
                        for (int d = head * headWidth; d < (head + 1) * headWidth; d++) {
                            double value = z.get(row + d);
                            for (int out = 0; out < width; out++) {
                                output[out] += value * projection.weight().get(d * width + out);
                            }
                        }
                        double square = 0;
                        for (double value : output) {
                            square += value * value;
                        }
                        norms[block][head][t] = Math.sqrt(square);
                        contributions[block][head][t] = ofHead(z, through, heads, head, t);
                    }
                }
            }
            Axis blockAxis = new Axis(
                    "block", IntStream.range(0, blocks()).mapToObj(b -> "L" + b).toList());
            Axis headAxis = new Axis(
                    "head", IntStream.range(0, heads).mapToObj(h -> "H" + h).toList());
            return new HeadOutputs(
                    view(),
                    List.of(
                            Measure.of("norm", "", blockAxis, headAxis, tokenAxis(), norms),
                            Measure.of("contribution", "", blockAxis, headAxis, tokenAxis(), contributions)));
        }

        NeuronContributions neurons(int block, int most) {
            OutputProjection projection = model.stream()
                    .neuronProjection(block)
                    .orElseThrow(() -> new BadRequestException("The weights by which the neurons of " + model.name()
                            + " write are not known, so they cannot be told apart."));
            FloatBuffer post = needed(HookKey.of(HookPoint.MLP_POST, block));
            double[] through = ledger.through(projection);
            int token = count - 1;
            double[] values = new double[through.length];
            double sum = 0;
            for (int neuron = 0; neuron < values.length; neuron++) {
                values[neuron] = post.get((first + token) * values.length + neuron) * through[neuron] / scale[token];
                sum += values[neuron];
            }
            int[] foremost = IntStream.range(0, values.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer neuron) -> -Math.abs(values[neuron])))
                    .limit(most)
                    .mapToInt(Integer::intValue)
                    .toArray();
            Axis places = new Axis(
                    "place",
                    IntStream.rangeClosed(1, foremost.length)
                            .mapToObj(String::valueOf)
                            .toList());
            Axis one = new Axis("MLP", List.of("L" + block));
            double bias = ledger.of(projection.bias(), 0) / scale[token];
            return new NeuronContributions(
                    view(),
                    List.of(
                            Measure.of(
                                            "neuron",
                                            "",
                                            places,
                                            Arrays.stream(foremost)
                                                    .asDoubleStream()
                                                    .toArray())
                                    .ofWholeNumbers(),
                            Measure.of(
                                    "value",
                                    "",
                                    places,
                                    Arrays.stream(foremost)
                                            .mapToDouble(neuron -> values[neuron])
                                            .toArray()),
                            Measure.of("all", "", one, new double[] {sum}),
                            Measure.of("bias", "", one, new double[] {bias})));
        }

        private Axis tokenAxis() {
            return new Axis("token", session.tokenLabels().subList(first, first + count));
        }

        private View view() {
            String whose = "logit of " + label(answerId)
                    + (wrongId.isPresent() ? " less that of " + label(wrongId.getAsInt()) : "");
            return new View(
                    whose + session.text().map(t -> " after “" + t + "”").orElse(""), false);
        }

        /** What was added between two states, as it was captured or, where it was not, as they differ. */
        private void addDifference(HookPoint point, int block, HookPoint before, HookPoint after) {
            HookKey key = HookKey.of(point, block);
            Optional<FloatTensor> output = session.activation(key);
            if (output.isPresent()) {
                add(key.name(), output.get().asBuffer());
                return;
            }
            FloatBuffer from = needed(HookKey.of(before, block).kept());
            FloatBuffer to = needed(HookKey.of(after, block));
            double[] column = new double[count];
            for (int t = 0; t < count; t++) {
                int row = (first + t) * session.width();
                column[t] = (ledger.of(to, row) - ledger.of(from, row)) / scale[t];
            }
            add(key.name(), column);
        }

        private LogitAttribution checked() {
            double[][] values = new double[count][components.size()];
            double[] sums = new double[count];
            double[] own = new double[count];
            double[] rest = new double[count];
            List<Token> tokens = session.tokens().subList(first, first + count);
            for (int t = 0; t < count; t++) {
                double size = 0;
                for (int c = 0; c < components.size(); c++) {
                    values[t][c] = columns.get(c)[t];
                    sums[t] += values[t][c];
                    size += Math.abs(values[t][c]);
                }
                own[t] = logit(t, answerId) - (wrongId.isPresent() ? logit(t, wrongId.getAsInt()) : 0);
                rest[t] = own[t] - sums[t];
                if (Math.abs(rest[t]) > ABSOLUTE_ROUNDING + RELATIVE_ROUNDING * size) {
                    throw new CaptureException("The ledger of " + tokens.get(t)
                            + " does not add up: its components give "
                            + sums[t] + ", the model " + own[t] + ". The session may have been captured with edits"
                            + (session.provenance().edits().isEmpty()
                                    ? "."
                                    : ": " + session.provenance().edits() + "."));
                }
            }
            return result(values, sums, own, rest);
        }

        private double logit(int t, int id) {
            return logits.get(t * vocabulary + id);
        }

        private LogitAttribution result(double[][] values, double[] sums, double[] own, double[] rest) {
            Axis axis = tokenAxis();
            List<String> names = new ArrayList<>();
            double[][] accumulated = new double[session.points().size()][count];
            for (StreamPoint point : session.points()) {
                names.add(point.name());
                FloatBuffer state = session.state(point.index());
                for (int t = 0; t < count; t++) {
                    accumulated[point.index()][t] = ledger.of(state, (first + t) * session.width()) / scale[t];
                }
            }
            return new LogitAttribution(
                    view(),
                    missing,
                    List.of(
                            Measure.of("values", "", axis, new Axis("component", components), values),
                            Measure.of("sum", "", axis, sums),
                            Measure.of("logit_difference", "", axis, own),
                            Measure.of("unexplained", "", axis, rest),
                            Measure.of("accumulated", "", new Axis("point", names), axis, accumulated)));
        }

        private String label(int id) {
            return model.label(id).map(text -> "“" + text + "”").orElse("id " + id);
        }
    }
}
