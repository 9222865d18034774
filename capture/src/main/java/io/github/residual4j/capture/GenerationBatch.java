package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.generate.Decoder;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Goes on with several texts. Those of one length go through the model together, since their next tokens then have the
 * same position; one that ends is filled up until all of them have, which changes nothing of the others.
 */
final class GenerationBatch {
    private static final long FILLER = 0;

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
    private Collection<List<Integer>> groups(List<SessionText> prompts) {
        boolean several = model.whileOpen(() -> {
            try (Decoder decoder = options.decoder(model, cancellation)) {
                return decoder.readsTogether();
            }
        });
        Map<Integer, List<Integer>> open = new TreeMap<>(); // by length
        List<List<Integer>> groups = new ArrayList<>();
        for (int place = 0; place < prompts.size(); place++) {
            int length = prompts.get(place).length();
            List<Integer> group = open.get(length);
            if (group == null || !several || !BatchLimits.DEFAULT.admits(group.size(), length, length)) {
                group = new ArrayList<>();
                groups.add(group);
                open.put(length, group);
            }
            group.add(place);
        }
        return groups;
    }

    private List<GeneratedText> together(List<SessionText> prompts) {
        List<GrowingText> texts = prompts.stream()
                .map(prompt -> new GrowingText(model, prompt, options))
                .toList();
        List<List<GenerationStep>> steps = new ArrayList<>();
        texts.forEach(text -> steps.add(new ArrayList<>()));
        try (Decoder decoder = options.decoder(model, cancellation)) {
            List<long[]> rows = texts.stream().map(GrowingText::ids).toList();
            while (!texts.stream().allMatch(GrowingText::hasEnded)) {
                List<long[]> read = rows;
                model.whileOpen(() -> {
                    step(decoder, texts, read, steps);
                    return null;
                });
                int length = rows.get(0).length + 1;
                rows = IntStream.range(0, texts.size())
                        .mapToObj(i -> grown(texts.get(i), read.get(i), length))
                        .toList();
            }
        }
        return IntStream.range(0, texts.size())
                .mapToObj(i -> GeneratedText.of(
                        texts.get(i).prompt(), steps.get(i), texts.get(i).reason()))
                .toList();
    }

    private void step(Decoder decoder, List<GrowingText> texts, List<long[]> rows, List<List<GenerationStep>> steps) {
        List<Optional<ActivationSession>> states = new ArrayList<>(Collections.nCopies(texts.size(), Optional.empty()));
        List<float[]> logits = decoder.read(rows, (values, first) -> {
            for (int i = 0; i < texts.size(); i++) {
                if (options.keepsStates() && !texts.get(i).hasEnded()) {
                    states.set(
                            i, Optional.of(model.assemble(values.only(reads), i, rows.get(i), first, options.spec())));
                }
            }
        });
        for (int i = 0; i < texts.size(); i++) {
            if (!texts.get(i).hasEnded()) {
                steps.get(i).add(texts.get(i).grow(logits.get(i), states.get(i)));
            }
        }
    }

    /** The text's ids or, once it has ended, what was read for it, filled up. */
    private static long[] grown(GrowingText text, long[] read, int length) {
        if (text.ids().length >= length) {
            return text.ids();
        }
        long[] filled = Arrays.copyOf(read, length);
        filled[length - 1] = FILLER;
        return filled;
    }
}
