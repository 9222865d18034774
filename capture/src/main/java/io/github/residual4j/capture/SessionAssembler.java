package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what a run computed for one text into a session. */
final class SessionAssembler {
    private static final Logger LOG = LoggerFactory.getLogger(SessionAssembler.class);

    /** How many of the likeliest next tokens a session can name. */
    private static final int NAMED_TOKENS = 100;

    private final String modelName;
    private final ModelShape shape;
    private final Vocabulary vocabulary;

    SessionAssembler(String modelName, ModelShape shape, Vocabulary vocabulary) {
        this.modelName = modelName;
        this.shape = shape;
        this.vocabulary = vocabulary;
    }

    /**
     * @param index which text of the batch
     * @param putIn arrays that edits put in, which the session keeps
     * @param before how many positions came before those of the run
     */
    ActivationSession assemble(
            RunValues activations,
            int index,
            SessionText text,
            Positions positions,
            Provenance provenance,
            Map<String, FloatTensor> putIn,
            int before) {
        int count = positions.count(text.length());
        ActivationSessionBuilder session = ActivationSession.builder()
                .modelName(modelName)
                .tokens(tokens(text, positions, before))
                .provenance(provenance);
        text.text().ifPresent(session::text);
        putIn.forEach(session::array);
        List<HookKey> stream = new ArrayList<>();
        List<HookKey> patterns = new ArrayList<>();
        for (HookKey site : new TreeSet<>(activations.sites())) {
            if (site.point() == HookPoint.ATTENTION_PATTERN) {
                patterns.add(site);
            } else if (site.point() == HookPoint.ATTENTION_SCORES) {
                session.array(
                        site.name(), patterns(activations, index, List.of(site), positions, text.length(), before));
            } else if (site.point().isStream()) {
                stream.add(site);
            } else {
                addArray(session, site, activations.rows(site, index, positions), count);
            }
        }
        session.points(
                stream.stream().map(HookKey::name).toList(),
                stream.stream()
                        .map(site -> activations.rows(site, index, positions))
                        .toList(),
                count,
                shape.width());
        addPatterns(session, activations, index, patterns, positions, text.length(), before);
        ActivationSession built = session.build();
        return NonFiniteValues.warning(built)
                .map(warning -> {
                    LOG.warn("{}: {}", modelName, warning);
                    return session.provenance(provenance.withWarnings(
                                    Stream.concat(provenance.warnings().stream(), Stream.of(warning))
                                            .toList()))
                            .build();
                })
                .orElse(built);
    }

    private List<Token> tokens(SessionText text, Positions positions, int before) {
        return vocabulary.tokens(text.ids(), positions).stream()
                .map(token -> new Token(before + token.position(), token.id(), token.text()))
                .toList();
    }

    private void addArray(ActivationSessionBuilder session, HookKey site, FloatBuffer rows, int count) {
        switch (site.point()) {
            case LOGITS -> {
                int scored = rows.remaining() / shape.vocabulary();
                session.array(site.name(), FloatTensor.of(rows, 1, scored, shape.vocabulary()));
                session.tokenTexts(likeliest(rows));
            }
            case Q, K, V, Z ->
                session.array(site.name(), FloatTensor.of(rows, 1, count, heads(), shape.width() / heads()));
            default -> session.array(site.name(), FloatTensor.of(rows, 1, count, rows.remaining() / count));
        }
    }

    /** Stacks the patterns of the blocks from the first on; of other blocks, each keeps its own name. */
    private void addPatterns(
            ActivationSessionBuilder session,
            RunValues activations,
            int index,
            List<HookKey> sites,
            Positions positions,
            int length,
            int before) {
        if (sites.isEmpty()) {
            return;
        }
        boolean fromTheFirst = sites.get(sites.size() - 1).block() == sites.size() - 1;
        if (fromTheFirst) {
            session.array(
                    ActivationSession.ATTENTION_PATTERNS,
                    patterns(activations, index, sites, positions, length, before));
        } else {
            for (HookKey site : sites) {
                session.array(site.name(), patterns(activations, index, List.of(site), positions, length, before));
            }
        }
    }

    /** {@code [sites, heads, positions, attended]}; no position attends beyond itself, so the last one is the end. */
    private FloatTensor patterns(
            RunValues activations, int index, List<HookKey> sites, Positions positions, int length, int before) {
        int first = positions.first(length);
        int end = positions.end(length);
        return FloatTensor.filled(
                values -> {
                    for (HookKey site : sites) {
                        for (int head = 0; head < heads(); head++) {
                            for (int position = first; position < end; position++) {
                                values.put(activations
                                        .patternRow(site, index, heads(), head, position)
                                        .limit(before + end));
                            }
                        }
                    }
                },
                sites.size(),
                heads(),
                end - first,
                before + end);
    }

    /** The number of heads, which is known wherever values of single heads are offered. */
    private int heads() {
        return shape.heads().orElseThrow();
    }

    /** What the tokens are called that have the highest logits after the last scored position. */
    private Map<Long, String> likeliest(FloatBuffer logits) {
        int from = logits.remaining() - shape.vocabulary();
        PriorityQueue<Integer> best = new PriorityQueue<>(
                (a, b) -> Float.compare(logits.get(from + a), logits.get(from + b))); // the least likely first
        for (int id = 0; id < shape.vocabulary(); id++) {
            if (best.size() < NAMED_TOKENS) {
                best.add(id);
            } else if (logits.get(from + id) > logits.get(from + best.element())) {
                best.remove();
                best.add(id);
            }
        }
        Map<Long, String> texts = new HashMap<>();
        for (long id : best) {
            vocabulary.label(id).ifPresent(text -> texts.put(id, text));
        }
        return texts;
    }
}
