package io.github.residual4j.capture;

import io.github.residual4j.hook.Token;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A text and how the model went on with it.
 *
 * @param prompt the tokens that were given
 * @param steps the tokens that were generated, in their order
 * @param text what these spell; empty where the model has no tokenizer
 * @param reason why it ended
 */
public record GeneratedText(List<Token> prompt, List<GenerationStep> steps, String text, Reason reason) {
    /** Why a text ended. */
    public enum Reason {
        /** As many tokens were generated as were asked for. */
        TOKENS,
        /** A stop id was generated; it is the last token. */
        STOP_ID,
        /** A stop text was generated; the text ends with the token that completes it. */
        STOP_TEXT,
        /** The model's context is full. */
        CONTEXT
    }

    /** What was generated in some steps. */
    static GeneratedText of(List<Token> prompt, List<GenerationStep> steps, Reason reason) {
        String text = steps.stream().map(GenerationStep::text).collect(Collectors.joining());
        return new GeneratedText(prompt, steps, text, reason);
    }

    /**
     * Copies the lists.
     *
     * @param prompt the tokens that were given
     * @param steps the tokens that were generated, in their order
     * @param text what these spell
     * @param reason why it ended
     */
    public GeneratedText {
        prompt = List.copyOf(prompt);
        steps = List.copyOf(steps);
    }

    /** {@return the ids of the tokens that were generated} */
    public long[] newIds() {
        return steps.stream().mapToLong(step -> step.token().id().orElseThrow()).toArray();
    }

    /** {@return the ids of prompt and continuation} */
    public long[] ids() {
        long[] all = new long[prompt.size() + steps.size()];
        for (int i = 0; i < all.length; i++) {
            Token token = i < prompt.size()
                    ? prompt.get(i)
                    : steps.get(i - prompt.size()).token();
            all[i] = token.id().orElseThrow();
        }
        return all;
    }

    @Override
    public String toString() {
        return text;
    }
}
