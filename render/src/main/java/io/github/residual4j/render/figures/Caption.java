package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.View;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Theme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the figures of one analyzer say about where their numbers come from.
 *
 * @param session whose states are shown
 * @param view what of it was looked at; empty for the whole
 * @param theme of the figures
 */
record Caption(ActivationSession session, Optional<View> view, Theme theme) {
    static Caption of(ResidualAnalyzer analyzer, Theme theme) {
        View whole = ResidualAnalyzer.of(analyzer.session()).view();
        boolean isWhole = analyzer.view().equals(whole) && !whole.rolesAssumed();
        return new Caption(analyzer.session(), isWhole ? Optional.empty() : Optional.of(analyzer.view()), theme);
    }

    static Caption ofWhole(ActivationSession session, Theme theme) {
        return new Caption(session, Optional.empty(), theme);
    }

    /** The model, the text and the view, as far as there is something to say. */
    String line() {
        List<String> parts = new ArrayList<>();
        session.modelName().ifPresent(parts::add);
        session.text().ifPresent(text -> parts.add("“" + text + "”"));
        view.ifPresent(v -> parts.add(v.toString()));
        return String.join(" · ", parts);
    }

    /** An empty figure that says it. */
    Figure figure(int rows, int columns, String title) {
        Figure figure = Figure.grid(rows, columns)
                .title(title)
                .subtitle(line())
                .theme(theme)
                .metadata("Title", title)
                .metadata("Software", "residual4j");
        if (!line().isBlank()) {
            figure = figure.metadata("Description", line());
        }
        Optional<String> model = session.provenance().modelSha256();
        return model.isPresent() ? figure.metadata("Source", "model SHA-256 " + model.get()) : figure;
    }
}
