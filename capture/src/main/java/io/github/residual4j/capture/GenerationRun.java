package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.generate.Decoder;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/** Goes on with one text, a token at a time. */
final class GenerationRun implements Iterator<GenerationStep>, AutoCloseable {
    private final LanguageModel model;
    private final GenerationOptions options;
    private final GrowingText text;
    private final Set<HookKey> reads;
    private final Decoder decoder;
    private final Cancellation cancellation = new Cancellation();
    private boolean closed;

    GenerationRun(LanguageModel model, SessionText prompt, GenerationOptions options) {
        this.model = model;
        this.options = options;
        text = new GrowingText(model, prompt, options);
        reads = options.reads(model);
        decoder = options.decoder(model, cancellation);
    }

    List<Token> prompt() {
        return text.prompt();
    }

    GeneratedText.Reason reason() {
        return text.reason();
    }

    @Override
    public boolean hasNext() {
        if (closed && !text.hasEnded()) {
            throw new CaptureException(
                    "The generation was closed after " + Counted.of(text.generated(), "token") + ".");
        }
        return !text.hasEnded();
    }

    @Override
    public GenerationStep next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the text ended: " + text.reason());
        }
        return model.whileOpen(this::step);
    }

    private synchronized GenerationStep step() {
        List<ActivationSession> states = new ArrayList<>(1);
        float[] logits = decoder.read(List.of(text.ids()), values -> {
                    if (options.keepsStates()) {
                        states.add(model.assemble(values.only(reads), 0, text.ids(), options.spec()));
                    }
                })
                .get(0);
        GenerationStep step = text.grow(logits, states.stream().findFirst());
        if (text.hasEnded()) {
            decoder.close();
        }
        return step;
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
