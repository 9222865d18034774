package io.github.residual4j.capture;

import java.util.Optional;

/** A text to run, as characters or as ids. */
sealed interface CaptureInput {
    /** Its tokens' ids. */
    long[] ids(Vocabulary vocabulary);

    /** Its characters, when known. */
    Optional<String> text(Vocabulary vocabulary);

    /** A text whose tokens the tokenizer decides. */
    record OfText(String text) implements CaptureInput {
        @Override
        public long[] ids(Vocabulary vocabulary) {
            return vocabulary.encode(text);
        }

        @Override
        public Optional<String> text(Vocabulary vocabulary) {
            return Optional.of(text);
        }
    }

    /** Tokens given by their ids. */
    final class OfIds implements CaptureInput {
        private final long[] ids;

        OfIds(long[] ids) {
            this.ids = ids.clone();
        }

        @Override
        public long[] ids(Vocabulary vocabulary) {
            return ids.clone();
        }

        @Override
        public Optional<String> text(Vocabulary vocabulary) {
            return vocabulary.decodeIfPossible(ids);
        }
    }
}
