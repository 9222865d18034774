package io.github.residual4j.capture;

import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A model and the two texts of an experiment, tokenized and found fit to be run. */
@SuppressWarnings("ArrayRecordComponent") // made here, and never compared
record ExperimentTexts(
        LanguageModel owner,
        StreamModel model,
        ModelSizes sizes,
        Vocabulary vocabulary,
        long[] clean,
        long[] corrupted) {
    <T> T whileOpen(Supplier<T> work) {
        return owner.whileOpen(work);
    }

    List<String> labels(long[] ids) {
        return vocabulary.labels(ids);
    }

    /** The one token that a text is. */
    long token(String answer) {
        return owner.singleToken(answer);
    }

    /** The positions of the tokens that together read a stretch of the clean text, where it stands first. */
    List<Integer> positionsOf(String words) {
        String wanted = BadRequestException.requireGiven(words, "subject").strip();
        if (wanted.isEmpty()) {
            throw new BadRequestException("The subject is blank; name tokens of the text.");
        }
        for (int first = 0; first < clean.length; first++) {
            String found = "";
            for (int end = first; end < clean.length && found.length() <= wanted.length(); end++) {
                found = vocabulary
                        .decode(Arrays.copyOfRange(clean, first, end + 1))
                        .strip();
                if (found.equals(wanted)) {
                    return IntStream.rangeClosed(first, end).boxed().toList();
                }
            }
        }
        throw new BadRequestException("No tokens of the text read \"" + wanted + "\"; they are "
                + labels(clean).stream().map(label -> '"' + label + '"').toList() + ".");
    }

    static void requireLogits(StreamModel model, String name) {
        if (!model.offers().contains(HookPoint.LOGITS)) {
            throw new BadRequestException("The model " + name + " has no logits, so no answer to be measured.");
        }
    }

    @Override
    public String toString() {
        return owner.name() + ": " + Arrays.toString(clean) + ", " + Arrays.toString(corrupted);
    }
}
