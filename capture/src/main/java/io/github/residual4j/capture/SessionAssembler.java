package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.FloatTensor;
import io.github.residual4j.Provenance;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.internal.onnx.Activations;
import io.github.residual4j.capture.internal.onnx.Site;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** Puts what a run computed for one text into a session. */
final class SessionAssembler {
    /** How many of the likeliest next tokens a session can name. */
    private static final int NAMED_TOKENS = 100;

    private final String modelName;
    private final Gpt2Config config;
    private final Vocabulary vocabulary;

    SessionAssembler(String modelName, Gpt2Config config, Vocabulary vocabulary) {
        this.modelName = modelName;
        this.config = config;
        this.vocabulary = vocabulary;
    }

    /** @param index which text of the batch */
    ActivationSession assemble(
            Activations activations, int index, SessionText text, Positions positions, Provenance provenance) {
        int count = positions.count(text.length());
        ActivationSessionBuilder session = ActivationSession.builder()
                .modelName(modelName)
                .tokens(vocabulary.tokens(text.ids(), positions))
                .provenance(provenance);
        text.text().ifPresent(session::text);
        for (Site site : new TreeSet<>(activations.sites())) {
            FloatBuffer rows = activations.rows(site, index, positions);
            if (site.point().isStream()) {
                session.point(site.name(), rows, count, config.width());
            } else if (site.point() == HookPoint.LOGITS) {
                session.array(
                        ActivationSession.LOGITS,
                        FloatTensor.of(rows, 1, rows.remaining() / config.vocabulary(), config.vocabulary()));
                session.tokenTexts(likeliest(rows));
            } else {
                session.array(site.name(), FloatTensor.of(rows, 1, count, config.width()));
            }
        }
        return session.build();
    }

    /** The texts of the tokens with the highest logits after the last position. */
    private Map<Long, String> likeliest(FloatBuffer logits) {
        int from = logits.remaining() - config.vocabulary();
        PriorityQueue<Integer> best = new PriorityQueue<>(
                (a, b) -> Float.compare(logits.get(from + a), logits.get(from + b))); // the least likely first
        for (int id = 0; id < config.vocabulary(); id++) {
            if (best.size() < NAMED_TOKENS) {
                best.add(id);
            } else if (logits.get(from + id) > logits.get(from + best.element())) {
                best.remove();
                best.add(id);
            }
        }
        Map<Long, String> texts = new HashMap<>();
        for (long id : best) {
            vocabulary.text(id).ifPresent(text -> texts.put(id, text));
        }
        return texts;
    }
}
