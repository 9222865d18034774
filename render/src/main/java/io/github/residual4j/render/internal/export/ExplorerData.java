package io.github.residual4j.render.internal.export;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.TokenTexts;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a page to explore a run holds: a tree of names and shapes, and beside it the numbers. */
final class ExplorerData {
    private final ExplorerContent content;
    private final ActivationSession session;
    private final TokenWindow window;
    private final List<String> names; // of the window's tokens
    private final FloatBlock numbers = new FloatBlock();
    private final Map<Measure, Map<String, Object>> described = new IdentityHashMap<>();

    ExplorerData(ExplorerContent content, TokenWindow window) {
        this.content = content;
        this.window = window;
        session = content.session();
        names = window.of(session.tokenLabels());
    }

    /** The numbers that the tree points into. */
    FloatBlock numbers() {
        return numbers;
    }

    Map<String, Object> tree() {
        List<Token> tokens = window.of(session.tokens());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("points", session.points().stream().map(StreamPoint::name).toList());
        tree.put("tokens", names);
        tree.put("positions", tokens.stream().map(Token::position).toList());
        tree.put("token", content.token() - window.first());
        tree.put("width", session.width());
        tree.put("stream", stream());
        if (!session.attentionPatterns().isEmpty()) {
            tree.put("attention", attention(session.attentionPatterns(), tokens));
        }
        content.headScores().ifPresent(scores -> tree.put("headScores", measures(scores)));
        content.lens().ifPresent(lens -> tree.put("lens", lens(lens)));
        List<Object> ledgers = new ArrayList<>();
        content.ledgers().forEach((name, ledger) -> ledgers.add(ledger(name, ledger)));
        tree.put("attribution", ledgers);
        tree.put("patching", content.sweeps().stream().map(this::sweep).toList());
        tree.put("numbers", listed());
        return tree;
    }

    /** Where {@code [points, tokens, width]} begins. */
    private int stream() {
        int at = -1;
        for (int point = 0; point < session.points().size(); point++) {
            FloatBuffer state = session.state(point);
            int begin = numbers.add(state.slice(window.first() * session.width(), window.count() * session.width()));
            at = at < 0 ? begin : at;
        }
        return at;
    }

    private List<Object> attention(SortedMap<Integer, FloatTensor> patterns, List<Token> tokens) {
        List<Object> blocks = new ArrayList<>();
        patterns.forEach((block, pattern) -> blocks.add(Map.of(
                "block",
                block,
                "heads",
                pattern.shape()[1],
                "at",
                numbers.add(FloatBuffer.wrap(window.triangles(pattern, tokens))))));
        return blocks;
    }

    private Map<String, Object> lens(LogitLens lens) {
        Map<String, Object> tree = measures(lens);
        Map<String, String> texts = new TreeMap<>();
        for (double id : lens.topIds().toArray()) {
            lens.text((long) id).ifPresent(text -> texts.put(Long.toString((long) id), text));
        }
        tree.put("texts", texts);
        tree.put("completed", completed(texts));
        tree.put("rows", lens.streamPoints());
        return tree;
    }

    /** What the lens says as bytes that complete a character of the text, by the token before it and the id. */
    private Map<Integer, Map<String, String>> completed(Map<String, String> texts) {
        Map<Integer, Map<String, String>> completed = new TreeMap<>();
        for (int token = 0; token < names.size(); token++) {
            String before = names.get(token);
            Map<String, String> after = new TreeMap<>();
            texts.forEach((id, text) -> {
                String whole = TokenTexts.following(before, text);
                if (!whole.equals(text)) {
                    after.put(id, whole);
                }
            });
            if (!after.isEmpty()) {
                completed.put(token, after);
            }
        }
        return completed;
    }

    private Map<String, Object> ledger(String name, LogitAttribution ledger) {
        Map<String, Object> tree = measures(ledger);
        tree.put("answer", name);
        tree.put("view", ledger.view().toString());
        tree.put("missing", ledger.missing());
        int begin = window.all() - ledger.sum().axes().get(0).length();
        tree.put("first", Math.max(0, begin - window.first()));
        return tree;
    }

    private Map<String, Object> sweep(PatchingSweep sweep) {
        Map<String, Object> tree = measures(sweep);
        tree.put("kind", sweep.kind());
        tree.put("view", sweep.view().toString());
        return tree;
    }

    /** Every measure with one axis or two. */
    private List<Object> listed() {
        List<AnalysisResult> results = new ArrayList<>(content.numbers());
        content.lens().ifPresent(results::add);
        content.headScores().ifPresent(results::add);
        List<Object> listed = new ArrayList<>();
        for (AnalysisResult result : results) {
            for (Measure measure : result.measures()) {
                if (measure.axes().size() < 3) {
                    listed.add(Map.of("title", result.title(), "measure", describe(measure)));
                }
            }
        }
        return listed;
    }

    /** A result's measures by their names. */
    private Map<String, Object> measures(AnalysisResult result) {
        Map<String, Object> tree = new LinkedHashMap<>();
        result.measures().forEach(measure -> tree.put(measure.name(), describe(measure)));
        return tree;
    }

    private Map<String, Object> describe(Measure measure) {
        return described.computeIfAbsent(measure, m -> {
            PageNumbers part = window.of(m);
            return Map.of(
                    "name", part.name(), "unit", part.unit(), "axes", part.axes(), "at", numbers.add(part.values()));
        });
    }
}
