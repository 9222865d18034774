package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.generate.Decoder;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Goes on with several texts, those of like length together. A text that ends leaves the others, so that they go on for
 * less.
 */
final class GenerationBatch {
    private final LanguageModel model;
    private final GenerationOptions options;
    private final Set<HookKey> reads;
    private final Cancellation cancellation = new Cancellation();

    GenerationBatch(LanguageModel model, GenerationOptions options) {
        this.model = model;
        this.options = options;
        reads = options.reads(model);
    }

    /** Generates all to their ends, in the order of the texts. */
    List<GeneratedText> run(List<? extends CaptureInput> texts) {
        List<SessionText> prompts = new ArrayList<>();
        for (CaptureInput text : texts) {
            try {
                prompts.add(model.prepare(text, options.spec()));
            } catch (BadRequestException e) {
                throw new BadRequestException("Text " + prompts.size() + " of the list: " + e.getMessage(), e);
            }
        }
        List<GeneratedText> all = new ArrayList<>(Collections.nCopies(texts.size(), null));
        for (List<Integer> together : groups(prompts)) {
            List<GeneratedText> generated =
                    together(together.stream().map(prompts::get).toList());
            for (int i = 0; i < together.size(); i++) {
                all.set(together.get(i), generated.get(i));
            }
        }
        return all;
    }

    /** Places of texts that may go through the model together. */
    private List<List<Integer>> groups(List<SessionText> prompts) {
        boolean several = model.whileOpen(() -> {
            try (Decoder decoder = options.decoder(model, cancellation)) {
                return decoder.readsTogether();
            }
        });
        List<Integer> byLength = IntStream.range(0, prompts.size())
                .boxed()
                .sorted(Comparator.comparing(place -> prompts.get(place).length()))
                .toList();
        List<List<Integer>> groups = new ArrayList<>();
        int shortest = 0;
        for (int place : byLength) {
            int length = prompts.get(place).length();
            List<Integer> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
            if (last.isEmpty() || !several || !admits(last.size(), shortest, length)) {
                last = new ArrayList<>();
                groups.add(last);
                shortest = length;
            }
            last.add(place);
        }
        return groups;
    }

    /**
     * Whether a text may join shorter ones. What fills the shortest up is read once where a cache is kept, and that
     * costs no more than to read each of its new tokens by itself.
     */
    private boolean admits(int size, int shortest, int length) {
        boolean cheap = model.stream().keepsCache() && length - shortest <= options.tokens();
        return BatchLimits.DEFAULT.admits(size, cheap ? length : shortest, length);
    }

    private List<GeneratedText> together(List<SessionText> prompts) {
        List<Growth> all = prompts.stream()
                .map(prompt -> new Growth(new GrowingText(model, prompt, options), new ArrayList<>()))
                .toList();
        try (Decoder decoder = options.decoder(model, cancellation)) {
            List<Growth> growing =
                    all.stream().filter(growth -> !growth.text.hasEnded()).toList();
            while (!growing.isEmpty()) {
                List<Growth> now = growing;
                growing = model.whileOpen(() -> step(decoder, now));
            }
        }
        return all.stream()
                .map(growth -> GeneratedText.of(growth.text.prompt(), growth.steps, growth.text.reason()))
                .toList();
    }

    /** A text and the steps it has taken. */
    private record Growth(GrowingText text, List<GenerationStep> steps) {}

    /** Takes the next step of some texts and gives back those that go on. */
    private List<Growth> step(Decoder decoder, List<Growth> growing) {
        List<Optional<ActivationSession>> states = new ArrayList<>();
        List<long[]> ids = growing.stream().map(growth -> growth.text.ids()).toList();
        List<float[]> logits = decoder.read(ids, values -> {
            for (int i = 0; i < ids.size(); i++) {
                states.add(
                        options.keepsStates()
                                ? Optional.of(model.assemble(values.only(reads), i, ids.get(i), options.spec()))
                                : Optional.empty());
            }
        });
        List<Integer> going = new ArrayList<>();
        for (int i = 0; i < growing.size(); i++) {
            Growth growth = growing.get(i);
            growth.steps.add(growth.text.grow(logits.get(i), states.get(i)));
            if (!growth.text.hasEnded()) {
                going.add(i);
            }
        }
        if (going.size() < growing.size() && !going.isEmpty()) {
            decoder.keep(going);
        }
        return going.stream().map(growing::get).toList();
    }
}
