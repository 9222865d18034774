package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.View;
import io.github.residual4j.capture.internal.lens.LensNumbers;
import io.github.residual4j.capture.internal.lens.LensReader;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads the states of a session through the model's final layer norm and unembedding: the logit lens. Immutable; {@link
 * LanguageModel#lens} makes one.
 *
 * <pre>{@code
 * LogitLens lens = model.lens(session).answers(" France").read();
 * }</pre>
 *
 * <p>States go through the model some tokens at a time; logits are never held together.
 */
public final class Lens {
    private static final int TOP = 10;

    private final LanguageModel model;
    private final ActivationSession session;
    private final int top;
    private final List<Long> answers;
    private final boolean outputs;
    private final boolean anyWeights;

    private Lens(
            LanguageModel model,
            ActivationSession session,
            int top,
            List<Long> answers,
            boolean outputs,
            boolean anyWeights) {
        this.model = model;
        this.session = session;
        this.top = top;
        this.answers = List.copyOf(answers);
        this.outputs = outputs;
        this.anyWeights = anyWeights;
    }

    static Lens of(LanguageModel model, ActivationSession session) {
        return new Lens(model, session, TOP, List.of(), false, false);
    }

    /**
     * {@return the same with so many of the likeliest tokens told; 10 without it}
     *
     * @param count at least 1
     * @throws BadRequestException if it is below 1
     */
    public Lens top(int count) {
        if (count < 1) {
            throw new BadRequestException("At least 1 of the likeliest tokens is told, not " + count + ".");
        }
        return new Lens(model, session, count, answers, outputs, anyWeights);
    }

    /**
     * {@return the same, telling logit, log-probability and rank of some tokens}
     *
     * @param texts each one token, such as {@code " France"}
     * @throws BadRequestException if one is not one token; the message shows how it splits
     */
    public Lens answers(String... texts) {
        BadRequestException.requireGiven(texts, "list of answers");
        return answers(Arrays.stream(texts).mapToLong(model::singleToken).toArray());
    }

    /**
     * {@return the same, telling logit, log-probability and rank of some tokens}
     *
     * @param ids the tokens' ids
     */
    public Lens answers(long... ids) {
        BadRequestException.requireGiven(ids, "list of ids");
        return new Lens(model, session, top, Arrays.stream(ids).boxed().toList(), outputs, anyWeights);
    }

    /** {@return the same, reading also what attention and MLP of each block add, where the session holds that} */
    public Lens withOutputs() {
        return new Lens(model, session, top, answers, true, anyWeights);
    }

    /** {@return the same for a session that other weights may have made, or that does not tell} */
    public Lens evenOfOtherWeights() {
        return new Lens(model, session, top, answers, outputs, true);
    }

    /**
     * Reads all states.
     *
     * @return what each says
     * @throws BadRequestException if the session is of other weights or does not tell, lacks the last state of the
     *     stream, has another width, or an id lies outside the vocabulary; or if the model has no logits
     */
    public LogitLens read() {
        return model.whileOpen(this::readOpen);
    }

    private LogitLens readOpen() {
        if (anyWeights) {
            SameWeights.requireWidth(model, session);
        } else {
            SameWeights.require(model, session);
        }
        int blocks = model.description().shape().blocks();
        int vocabulary = model.description().shape().vocabulary();
        List<String> names = new ArrayList<>();
        List<FloatBuffer> rows = new ArrayList<>();
        for (StreamPoint point : session.points()) {
            names.add(point.name());
            rows.add(session.state(point.index()));
        }
        int streamRows = rows.size();
        HookKey last = HookKey.of(HookPoint.RESID_POST, blocks - 1);
        if (!session.points().get(streamRows - 1).key().equals(last)) {
            throw new BadRequestException("The session's last state is " + names.get(streamRows - 1)
                    + "; the lens compares with the model's, " + last + ". Capture it too.");
        }
        addOutputs(blocks, names, rows);
        List<Integer> ids =
                answers.stream().map(id -> Vocabulary.index(id, vocabulary)).toList();
        int kept = Math.min(top, vocabulary);
        LensReader.Request request =
                new LensReader.Request(rows, streamRows, session.width(), ids(vocabulary), kept, ids);
        LensNumbers numbers =
                new LensReader(model.stream(), model.description().shape().longest()).read(request, new Cancellation());
        return result(names, streamRows, numbers, ids, kept);
    }

    private void addOutputs(int blocks, List<String> names, List<FloatBuffer> rows) {
        for (int block = 0; outputs && block < blocks; block++) {
            for (HookPoint point : List.of(HookPoint.ATTENTION_OUTPUT, HookPoint.MLP_OUTPUT)) {
                HookKey key = HookKey.of(point, block);
                session.activation(key).map(FloatTensor::asBuffer).ifPresent(values -> {
                    names.add(key.name());
                    rows.add(values);
                });
            }
        }
    }

    /** The text's ids, which tell what comes next; where a session knows none, its next tokens score nothing. */
    private long[] ids(int vocabulary) {
        List<Token> tokens = session.tokens();
        return tokens.stream()
                .mapToLong(token -> Vocabulary.index(
                        token.id()
                                .orElseThrow(() -> new BadRequestException("The session does not tell the id of token "
                                        + token.position() + ", so not what comes next.")),
                        vocabulary))
                .toArray();
    }

    private LogitLens result(List<String> names, int streamRows, LensNumbers numbers, List<Integer> ids, int kept) {
        List<String> labels = session.tokenLabels();
        Axis rows = new Axis("point", names);
        Axis tokens = new Axis("token", labels);
        Axis likeliest = new Axis(
                "place",
                IntStream.rangeClosed(1, kept).mapToObj(String::valueOf).toList());
        List<Measure> measures = new ArrayList<>(List.of(
                Measure.of("top_ids", "", rows, tokens, likeliest, numbers.topIds())
                        .ofWholeNumbers(),
                Measure.of("top_probabilities", "", rows, tokens, likeliest, numbers.topProbabilities()),
                Measure.of("entropy", "nats", rows, tokens, numbers.entropy()),
                Measure.of("kl_to_final", "nats", rows, tokens, numbers.divergence())));
        if (labels.size() > 1) {
            Axis but = new Axis("token", labels.subList(0, labels.size() - 1));
            measures.add(Measure.of("cross_entropy", "nats", rows, but, numbers.crossEntropy()));
        }
        measures.add(
                Measure.of("top_agrees", "", rows, tokens, numbers.agrees()).ofWholeNumbers());
        measures.add(Measure.of("settles_at", "", tokens, LensReader.settled(numbers, streamRows, labels.size()))
                .ofWholeNumbers());
        if (!ids.isEmpty()) {
            Axis named = new Axis("answer", ids.stream().map(this::label).toList());
            measures.add(Measure.of("logit", "", named, rows, tokens, numbers.logit()));
            measures.add(Measure.of("log_probability", "nats", named, rows, tokens, numbers.logProbability()));
            measures.add(
                    Measure.of("rank", "", named, rows, tokens, numbers.rank()).ofWholeNumbers());
        }
        View view = new View(session.text().map(text -> "“" + text + "”").orElse("whole session"), false);
        return new LogitLens(view, labels, texts(numbers), streamRows, measures);
    }

    private String label(int id) {
        return model.label(id).orElse("id " + id);
    }

    private Map<Long, String> texts(LensNumbers numbers) {
        Map<Long, String> texts = new HashMap<>();
        Arrays.stream(numbers.topIds())
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .filter(id -> id >= 0)
                .forEach(id -> model.label((long) id).ifPresent(text -> texts.put((long) id, text)));
        return texts;
    }
}
