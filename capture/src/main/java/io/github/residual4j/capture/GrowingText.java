package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.capture.internal.generate.TextPieces;
import io.github.residual4j.capture.internal.lens.Distribution;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One text that grows: chooses each next token, spells it, and knows when the text ends. */
final class GrowingText {
    private final LanguageModel model;
    private final GenerationOptions options;
    private final int promptLength;
    private final SplittableRandom random; // whose first numbers differ for neighbouring seeds
    private final Optional<TextPieces> pieces;
    private final StringBuilder text = new StringBuilder();
    private long[] ids;
    private GeneratedText.@Nullable Reason reason; // why it ended, once it has

    GrowingText(LanguageModel model, SessionText prompt, GenerationOptions options) {
        this.model = model;
        this.options = options;
        ids = prompt.ids();
        promptLength = ids.length;
        random = new SplittableRandom(options.seed());
        pieces = model.hasTokenizer() ? Optional.of(new TextPieces(model::decodeOpen)) : Optional.empty();
        if (ids.length >= context()) {
            reason = GeneratedText.Reason.CONTEXT;
        }
    }

    private int context() {
        return model.description().shape().longest();
    }

    /** The ids of prompt and continuation; not to be changed. */
    long[] ids() {
        return ids;
    }

    /** How many tokens were generated. */
    int generated() {
        return ids.length - promptLength;
    }

    List<Token> prompt() {
        return model.tokens(Arrays.copyOf(ids, promptLength));
    }

    boolean hasEnded() {
        return reason != null;
    }

    GeneratedText.Reason reason() {
        if (reason == null) {
            throw new IllegalStateException("it has not ended");
        }
        return reason;
    }

    /**
     * Takes the next token.
     *
     * @param logits those after the last token so far
     * @param states what was captured for it
     */
    GenerationStep grow(float[] logits, Optional<ActivationSession> states) {
        int next = options.sampling().next(logits, ids, random.nextDouble());
        Distribution distribution = Distribution.of(FloatBuffer.wrap(logits));
        Token token = new Token(ids.length, OptionalLong.of(next), model.text(next));
        ids = Arrays.copyOf(ids, ids.length + 1);
        ids[ids.length - 1] = next;
        String piece = pieces.map(p -> p.add(next)).orElse("");
        text.append(piece);
        reason = ending(next);
        if (reason != null) {
            piece += pieces.map(TextPieces::rest).orElse("");
        }
        return new GenerationStep(token, piece, distribution.logProbability(next), likeliest(distribution), states);
    }

    private List<TokenProbability> likeliest(Distribution distribution) {
        int count = Math.min(options.likeliest(), model.description().shape().vocabulary());
        List<TokenProbability> likeliest = new ArrayList<>();
        for (int id : distribution.top(count)) {
            likeliest.add(new TokenProbability(
                    id, model.label(id), (float) distribution.logit(id), distribution.probability(id)));
        }
        return likeliest;
    }

    private GeneratedText.@Nullable Reason ending(long last) {
        if (options.stopIds().contains(last)) {
            return GeneratedText.Reason.STOP_ID;
        }
        if (options.stopTexts().stream().anyMatch(stop -> text.indexOf(stop) >= 0)) {
            return GeneratedText.Reason.STOP_TEXT;
        }
        if (generated() >= options.tokens()) {
            return GeneratedText.Reason.TOKENS;
        }
        return ids.length >= context() ? GeneratedText.Reason.CONTEXT : null;
    }
}
