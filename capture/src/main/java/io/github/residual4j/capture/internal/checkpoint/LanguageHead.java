package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import java.util.List;
import java.util.Optional;

/**
 * What gives a checkpoint's logits, told from its configuration and from what is stored.
 *
 * @param present whether there is one; a classifier has another head, and no logits
 * @param tied whether it is the token embedding
 * @param note what a reader should know, if anything
 */
record LanguageHead(boolean present, boolean tied, Optional<String> note) {
    static final String WEIGHT = "lm_head.weight";
    static final String BIAS = "lm_head.bias";

    private static final String EMBEDDING = "wte.weight";
    /** The heads of GPT2ForSequenceClassification, GPT2ForTokenClassification and GPT2ForQuestionAnswering. */
    private static final List<String> OTHER_HEADS = List.of("score.weight", "classifier.weight", "qa_outputs.weight");

    static LanguageHead of(Gpt2Config config, SafetensorsWeights weights) {
        if (weights.has(WEIGHT)) {
            return config.tiedHead() ? storedThoughTied(weights) : new LanguageHead(true, false, Optional.empty());
        }
        return OTHER_HEADS.stream()
                .filter(weights::has)
                .findFirst()
                .map(head -> new LanguageHead(
                        false,
                        true,
                        Optional.of("its head is \"" + head + "\", a classifier's, and " + WEIGHT + " is not stored: it"
                                + " has no logits")))
                .orElse(new LanguageHead(true, config.tiedHead(), Optional.empty()));
    }

    /** transformers 5 uses a head that is stored, version 4 the embedding that the configuration names. */
    private static LanguageHead storedThoughTied(SafetensorsWeights weights) {
        weights.tieEmbedding();
        if (weights.areSame(EMBEDDING, WEIGHT)) {
            return new LanguageHead(true, true, Optional.empty());
        }
        return new LanguageHead(
                true,
                false,
                Optional.of(WEIGHT + " is stored and differs from " + EMBEDDING + ", though config.json ties them"
                        + " (tie_word_embeddings): logits are those of the stored head, as in transformers 5; version 4"
                        + " takes the embedding"));
    }
}
