package io.github.residual4j.capture;

import io.github.residual4j.error.BadRequestException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A text to run, as characters or as ids. */
sealed interface CaptureInput {
    /** A text that is given; refused, by what it is called, if it is null. */
    static CaptureInput text(String text, String what) {
        return new OfText(BadRequestException.requireGiven(text, what));
    }

    /** Tokens that are given; refused, by what they are called, if they are null. */
    static CaptureInput ids(long[] ids, String what) {
        return new OfIds(BadRequestException.requireGiven(ids, what));
    }

    /** Its tokens' ids. */
    long[] ids(Vocabulary vocabulary);

    /** Its characters, when known. */
    Optional<String> text(Vocabulary vocabulary);

    /** A text whose tokens the tokenizer decides. */
    record OfText(@Nullable String text) implements CaptureInput {
        @Override
        public long[] ids(Vocabulary vocabulary) {
            return vocabulary.encode(BadRequestException.requireGiven(text, "text")); // a stream may hold one
        }

        @Override
        public Optional<String> text(Vocabulary vocabulary) {
            return Optional.ofNullable(text);
        }
    }

    /** Tokens given by their ids. */
    final class OfIds implements CaptureInput {
        private final long @Nullable [] ids;

        OfIds(long @Nullable [] ids) {
            this.ids = ids == null ? null : ids.clone();
        }

        @Override
        public long[] ids(Vocabulary vocabulary) {
            return BadRequestException.requireGiven(ids, "list of ids").clone();
        }

        @Override
        public Optional<String> text(Vocabulary vocabulary) {
            return ids == null ? Optional.empty() : vocabulary.decodeIfPossible(ids);
        }
    }
}
