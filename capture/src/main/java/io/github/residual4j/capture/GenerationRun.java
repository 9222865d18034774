package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.capture.internal.edit.EditedRun;
import io.github.residual4j.capture.internal.generate.Decoder;
import io.github.residual4j.capture.internal.generate.TextPieces;
import io.github.residual4j.capture.internal.lens.Distribution;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Goes on with one text, a token at a time. */
final class GenerationRun implements Iterator<GenerationStep>, AutoCloseable {
    private final LanguageModel model;
    private final Generation.Options options;
    private final int promptLength;
    private final Decoder decoder;
    private final Cancellation cancellation = new Cancellation();
    private final SplittableRandom random; // whose first numbers differ for neighbouring seeds
    private final Optional<TextPieces> pieces;
    private final StringBuilder text = new StringBuilder();
    private long[] ids;
    private GeneratedText.@Nullable Reason reason; // why it ended, once it has
    private boolean closed;

    GenerationRun(LanguageModel model, SessionText prompt, Generation.Options options) {
        this.model = model;
        this.options = options;
        ids = prompt.ids();
        promptLength = ids.length;
        random = new SplittableRandom(options.seed());
        pieces = model.hasTokenizer() ? Optional.of(new TextPieces(model::decodeOpen)) : Optional.empty();
        ExperimentTexts.requireLogits(model.stream(), model.name());
        EditedRun edits =
                EditedRun.of(model.stream(), model.sizes(), options.spec().edits());
        edits.requireFixedPositions();
        Set<HookKey> reads = new TreeSet<>();
        if (options.keepsStates()) {
            reads.addAll(options.spec()
                    .plan(model.stream().blocks(), model.stream().offers())
                    .reads());
        }
        decoder = new Decoder(model.stream(), edits, reads, cancellation);
        if (ids.length >= context()) {
            end(GeneratedText.Reason.CONTEXT);
        }
    }

    private int context() {
        return model.description().shape().longest();
    }

    List<Token> prompt() {
        return model.tokens(Arrays.copyOf(ids, promptLength));
    }

    GeneratedText.Reason reason() {
        if (reason == null) {
            throw new IllegalStateException("it has not ended");
        }
        return reason;
    }

    @Override
    public boolean hasNext() {
        if (closed && reason == null) {
            throw new CaptureException(
                    "The generation was closed after " + Counted.of(ids.length - promptLength, "token") + ".");
        }
        return reason == null;
    }

    @Override
    public GenerationStep next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the text ended: " + reason);
        }
        return model.whileOpen(this::step);
    }

    private synchronized GenerationStep step() {
        List<ActivationSession> states = new ArrayList<>(1);
        float[] logits = decoder.read(ids, (values, first) -> {
            if (options.keepsStates()) {
                states.add(states(values, first));
            }
        });
        int next = options.sampling().next(logits, ids, random.nextDouble());
        Distribution distribution = Distribution.of(FloatBuffer.wrap(logits));
        Token token = new Token(ids.length, OptionalLong.of(next), model.text(next));
        ids = Arrays.copyOf(ids, ids.length + 1);
        ids[ids.length - 1] = next;
        String piece = pieces.map(p -> p.add(next)).orElse("");
        text.append(piece);
        checkEnd(next);
        if (reason != null) {
            piece += pieces.map(TextPieces::rest).orElse("");
        }
        return new GenerationStep(
                token,
                piece,
                distribution.logProbability(next),
                likeliest(distribution),
                states.stream().findFirst());
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

    /** A session of the tokens that were read in this step. */
    private ActivationSession states(RunValues values, int first) {
        return model.assemble(values, ids, first, options.spec());
    }

    private void checkEnd(long id) {
        if (options.stopIds().contains(id)) {
            end(GeneratedText.Reason.STOP_ID);
        } else if (options.stopTexts().stream().anyMatch(stop -> text.indexOf(stop) >= 0)) {
            end(GeneratedText.Reason.STOP_TEXT);
        } else if (ids.length - promptLength >= options.tokens()) {
            end(GeneratedText.Reason.TOKENS);
        } else if (ids.length >= context()) {
            end(GeneratedText.Reason.CONTEXT);
        }
    }

    private void end(GeneratedText.Reason why) {
        reason = why;
        decoder.close();
    }

    @Override
    public void close() {
        cancellation.cancel();
        closed = true;
        synchronized (this) { // a step that runs ends first
            decoder.close();
        }
    }
}
