package io.github.residual4j.analysis;

import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a model would say from each state of its stream: the final layer norm, with the statistics of that very state, and the
 * unembedding applied to it (nostalgebraist 2020, interpreting GPT: the logit lens). Probabilities are the softmax of the
 * logits, summed in float64; everything is in nats.
 */
public final class LogitLens extends AnalysisResult {
    private final List<String> tokens;
    private final Map<Long, String> texts;
    private final int streamPoints;

    /**
     * Made by the model; the measures bear the names of the methods below.
     *
     * @param view what of the session was read
     * @param tokens the text's tokens
     * @param texts what ids among the likeliest decode to, where that is known
     * @param streamPoints how many of the rows are states of the stream; attention and MLP outputs follow them
     * @param measures its numbers, under the names of the methods below
     */
    public LogitLens(
            View view, List<String> tokens, Map<Long, String> texts, int streamPoints, List<Measure> measures) {
        super("logit_lens", "What the model would say from each state", view, measures);
        this.tokens = List.copyOf(tokens);
        this.texts = Map.copyOf(texts);
        this.streamPoints = streamPoints;
    }

    /** {@return how many rows are states of the stream; the outputs of attention and MLP, where asked for, follow} */
    public int streamPoints() {
        return streamPoints;
    }

    /** {@return the ids of the likeliest tokens, the likeliest first; {@code [rows, tokens, k]}; −1 where a state is not finite} */
    public Measure topIds() {
        return measure("top_ids");
    }

    /** {@return their probabilities; {@code [rows, tokens, k]}} */
    public Measure topProbabilities() {
        return measure("top_probabilities");
    }

    /** {@return −Σ p log p, in nats; {@code [rows, tokens]}, at least 0} */
    public Measure entropy() {
        return measure("entropy");
    }

    /** {@return Σ p_final (log p_final − log p), p_final of the last state; {@code [rows, tokens]}, in nats, 0 for the last state} */
    public Measure klToFinal() {
        return measure("kl_to_final");
    }

    /** {@return −log p of the text's own next token; {@code [rows, tokens − 1]}, in nats; absent for a text of one token} */
    public Measure crossEntropy() {
        return measure("cross_entropy");
    }

    /** {@return 1 where the likeliest token is that of the last state, else 0; {@code [rows, tokens]}} */
    public Measure topAgrees() {
        return measure("top_agrees");
    }

    /**
     * {@return the first state of the stream from which on the likeliest token stays that of the last; its index, {@code
     * [tokens]}; −1 where the last state is not finite}
     */
    public Measure settlesAt() {
        return measure("settles_at");
    }

    /**
     * {@return logits of the answers that were named; {@code [answers, rows, tokens]}}
     *
     * @throws io.github.residual4j.error.BadRequestException if none was
     */
    public Measure logit() {
        return measure("logit");
    }

    /**
     * {@return log-probabilities of the answers that were named; {@code [answers, rows, tokens]}, in nats}
     *
     * @throws io.github.residual4j.error.BadRequestException if none was
     */
    public Measure logProbability() {
        return measure("log_probability");
    }

    /**
     * {@return ranks of the answers that were named; {@code [answers, rows, tokens]}, 1 for the likeliest token, −1 where a
     * state is not finite}
     *
     * @throws io.github.residual4j.error.BadRequestException if none was
     */
    public Measure rank() {
        return measure("rank");
    }

    /**
     * {@return what a token among the likeliest reads, where that is known; part of a character is told by its bytes, {@code
     * ⟨E6 9D⟩}}
     *
     * @param id the token's id
     */
    public Optional<String> text(long id) {
        return Optional.ofNullable(texts.get(id));
    }

    private boolean has(String name) {
        return measures().stream().anyMatch(measure -> measure.name().equals(name));
    }

    /**
     * Writes it as JSON, whole or not at all: {@code layer_names}, {@code tokens}, {@code top_ids}, {@code
     * top_probabilities}, {@code token_texts} by id, {@code entropy}, {@code kl_to_final}, {@code cross_entropy}, {@code
     * top_agrees}, {@code settles_at}; where answers were named, {@code rank_of_answer} and {@code
     * log_probability_of_answer} of the first, and all under {@code answers} as {@code token}, {@code rank}, {@code
     * log_probability} and {@code logit}. A text of one token has an empty {@code cross_entropy} for each row.
     *
     * @param file where to
     * @throws BadFileException if it cannot be written
     */
    public void writeJson(Path file) {
        JsonText.write(file, json -> {
            json.strings("layer_names", entropy().axes().get(0).labels());
            json.strings("tokens", tokens);
            json.string("view", view().toString());
            json.measure("top_ids", topIds());
            json.measure("top_probabilities", topProbabilities());
            json.texts("token_texts", jsonTexts());
            json.measure("entropy", entropy());
            json.measure("kl_to_final", klToFinal());
            if (has("cross_entropy")) {
                json.measure("cross_entropy", crossEntropy());
            } else {
                json.emptyRows("cross_entropy", entropy().axes().get(0).length());
            }
            json.measure("top_agrees", topAgrees());
            json.measure("settles_at", settlesAt());
            if (has("rank")) {
                answers(json);
            }
        });
    }

    private Map<String, String> jsonTexts() {
        Map<String, String> byId = new TreeMap<>();
        texts.forEach((id, text) -> byId.put(id.toString(), text));
        return byId;
    }

    private void answers(JsonText json) {
        json.measure("rank_of_answer", rank().page(0));
        json.measure("log_probability_of_answer", logProbability().page(0));
        List<String> names = rank().axes().get(0).labels();
        json.list("answers", names.size(), (one, answer) -> {
            one.string("token", names.get(answer));
            one.measure("rank", rank().page(answer));
            one.measure("log_probability", logProbability().page(answer));
            one.measure("logit", logit().page(answer));
        });
    }
}
