package io.github.residual4j.analysis;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.nio.file.Path;
import java.util.List;

/**
 * Who wrote a logit: what each component adds to the logit of a token, or to the difference of two, with the final norm's scale of this
 * run held fixed (Elhage et al. 2021, A Mathematical Framework for Transformer Circuits; direct logit attribution). The
 * contributions add up to the model's own logit but for rounding.
 */
public final class LogitAttribution extends AnalysisResult {
    private final List<String> missing;

    /**
     * Made by the model; the measures bear the names of the methods below.
     *
     * @param view whose logit it is, and of what text
     * @param missing what a file did not tell, a sentence each
     * @param measures its numbers, under the names of the methods below
     */
    public LogitAttribution(View view, List<String> missing, List<Measure> measures) {
        super("attribution", "What each component adds to the logit", view, measures);
        this.missing = List.copyOf(missing);
    }

    /** {@return what could not be taken apart, since the model's file does not tell it, a sentence each; mostly nothing} */
    public List<String> missing() {
        return missing;
    }

    /**
     * {@return the contributions; {@code [tokens, components]}, in logits} Components are {@code embed.token}, {@code
     * embed.position}, {@code blocks.l.attn.head.h}, {@code blocks.l.attn.bias}, {@code blocks.l.mlp_out}, {@code
     * final_norm.bias} and, where there is one, {@code unembed.bias}.
     */
    public Measure values() {
        return measure("values");
    }

    /** {@return the sums of all contributions; {@code [tokens]}} */
    public Measure sum() {
        return measure("sum");
    }

    /** {@return the model's own logit, or difference of two; {@code [tokens]}} */
    public Measure logitDifference() {
        return measure("logit_difference");
    }

    /** {@return the model's own less the sum, which is rounding; {@code [tokens]}} */
    public Measure unexplained() {
        return measure("unexplained");
    }

    /**
     * {@return the contribution of each state of the stream as a whole, without the biases of final norm and unembedding;
     * {@code [points, tokens]}}
     */
    public Measure accumulated() {
        return measure("accumulated");
    }

    /**
     * {@return the contribution of one component}
     *
     * @param token which of the tokens, counted from 0
     * @param component its name
     * @throws BadRequestException if there is no such component
     */
    public double value(int token, String component) {
        int index = values().axes().get(1).labels().indexOf(component);
        if (index < 0) {
            throw new BadRequestException("There is no component \"" + component + "\"; there are "
                    + values().axes().get(1).labels() + ".");
        }
        return values().value(token, index);
    }

    /**
     * Writes the ledger of one token as JSON, whole or not at all: {@code components}, {@code values}, {@code sum}, {@code
     * logit_difference}, {@code unexplained}, {@code token}, {@code view} and, where there is something, {@code missing}.
     *
     * @param file where to
     * @param token which of the tokens, counted from 0
     * @throws BadFileException if it cannot be written
     * @throws BadRequestException if there is no such token
     */
    public void writeJson(Path file, int token) {
        double sum = sum().value(token);
        JsonText.write(file, json -> {
            json.string("view", view().toString());
            json.string("token", sum().axes().get(0).labels().get(token));
            json.strings("components", values().axes().get(1).labels());
            json.measure("values", values().page(token));
            json.number("sum", sum);
            json.number("logit_difference", logitDifference().value(token));
            json.number("unexplained", unexplained().value(token));
            if (!missing.isEmpty()) {
                json.strings("missing", missing);
            }
        });
    }
}
