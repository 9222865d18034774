package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.View;
import io.github.residual4j.render.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the figures of one analyzer say about where their numbers come from.
 *
 * @param session whose states are shown
 * @param view what of it was looked at; empty for the whole
 * @param style of the figures
 */
record Caption(ActivationSession session, Optional<View> view, Style style) {
    /** From here on an axis may name every other token only. */
    private static final int MOST_WITHOUT_POSITION = 40;

    static Caption of(ResidualAnalyzer analyzer, Style style) {
        View whole = ResidualAnalyzer.of(analyzer.session()).view();
        boolean isWhole = analyzer.view().equals(whole) && !whole.rolesAssumed();
        Optional<View> view = isWhole ? Optional.empty() : Optional.of(analyzer.view());
        return new Caption(analyzer.session(), view, style);
    }

    static Caption ofWhole(ActivationSession session, Style style) {
        return new Caption(session, Optional.empty(), style);
    }

    Scales scales() {
        return style.scales();
    }

    /** The model, the text and the view, as far as there is something to say. */
    String line() {
        List<String> parts = new ArrayList<>();
        session.modelName().ifPresent(parts::add);
        session.text().ifPresent(text -> parts.add("“" + text + "”"));
        view.ifPresent(v -> parts.add(v.toString()));
        return String.join(" · ", parts);
    }

    /**
     * Names of the tokens of an axis for display; of many tokens, of which not all are named, each with its position.
     *
     * @param labels what they read: those of all of the session's tokens or, in a view, of its last ones or of some
     */
    List<String> tokens(List<String> labels) {
        int[] places = places(labels);
        List<String> names = new ArrayList<>(TokenLabel.of(labels));
        for (int i = 0; i < places.length && labels.size() > MOST_WITHOUT_POSITION; i++) {
            names.set(i, session.tokens().get(places[i]).position() + " " + names.get(i));
        }
        return names;
    }

    /** Which of the session's tokens these are; none if they are others. */
    private int[] places(List<String> labels) {
        List<String> all = session.tokenLabels();
        int before = all.size() - labels.size();
        int at = before > 0 && all.subList(before, all.size()).equals(labels) ? before : 0;
        int[] places = new int[labels.size()];
        for (int i = 0; i < places.length; i++) {
            while (at < all.size() && !all.get(at).equals(labels.get(i))) {
                at++;
            }
            if (at == all.size()) {
                return new int[0];
            }
            places[i] = at++;
        }
        return places;
    }

    /** What one token of the session reads. */
    String token(int index) {
        return TokenLabel.of(session.tokenLabels().get(index));
    }

    /** An empty figure that says it. */
    Figure figure(int rows, int columns, String title) {
        Figure figure = Figure.grid(rows, columns)
                .title(title)
                .subtitle(line())
                .theme(style.shownTheme())
                .metadata("Title", title)
                .metadata("Software", "residual4j");
        if (!line().isBlank()) {
            figure = figure.metadata("Description", line());
        }
        Optional<String> model = session.provenance().modelSha256();
        return model.isPresent() ? figure.metadata("Source", "model SHA-256 " + model.get()) : figure;
    }
}
