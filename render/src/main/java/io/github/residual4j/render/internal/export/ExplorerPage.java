package io.github.residual4j.render.internal.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.panel.Heatmap;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One HTML file in which a run is explored; it loads nothing and holds its numbers as binary. */
public final class ExplorerPage {
    /** Of states and attention patterns together, as many as a browser handles well. */
    private static final int MOST_VALUES = 5_000_000;

    private static final int NEXT_TOKENS = 5;

    private static final List<String> SCRIPTS = List.of(
            "base",
            "address",
            "table",
            "line",
            "stream",
            "attention",
            "lens",
            "attribution",
            "patching",
            "numbers",
            "page");

    private ExplorerPage() {}

    /** Writes the page as UTF-8. */
    public static void write(ExplorerContent content, OutputStream out) throws IOException {
        ActivationSession session = content.session();
        TokenWindow window = TokenWindow.around(session, content.token(), MOST_VALUES);
        ExplorerData data = new ExplorerData(content, window);
        Map<String, Object> tree = new LinkedHashMap<>(data.tree());
        tree.put("next", next(session));
        tree.put("columns", Heatmap.gridColumns(session.width()));
        Palette palette = content.palette();
        tree.put("fixedRanges", palette.ranges() == Palette.Ranges.FIXED);
        tree.put("light", maps(palette, UnaryOperator.identity()));
        tree.put("dark", maps(palette, Colormap::onDark));
        String model = session.modelName().orElse("Residual stream");
        String text = session.text().map(t -> "“" + t + "”").orElse("");
        StringBuilder script = new StringBuilder(Html.read("text.js"));
        SCRIPTS.forEach(name -> script.append(Html.read("explorer/" + name + ".js")));
        // Gson writes <, > and & as escapes, so that nothing in a token can end the script.
        String json = new Gson().toJson(tree);
        String[] page = Html.around(
                "data",
                "explorer/explorer.html",
                Map.of(
                        "model", Html.escape(model),
                        "text", Html.escape(text),
                        "notes", notes(content, window),
                        "style", Html.read("explorer/explorer.css"),
                        "script", script.toString()));
        out.write((page[0] + json.substring(0, json.length() - 1) + ",\"values\":\"").getBytes(UTF_8));
        data.numbers().writeBase64(out);
        out.write(("\"}" + page[1]).getBytes(UTF_8));
    }

    /** The colours of shares, signed values and states in one theme. */
    private static Map<String, String> maps(Palette palette, UnaryOperator<Colormap> theme) {
        return Map.of(
                "shares", Html.colors(theme.apply(palette.shares())),
                "signed", Html.colors(theme.apply(palette.signed())),
                "states", Html.colors(theme.apply(palette.states())));
    }

    /** The likeliest next tokens, where the session holds logits. */
    private static List<Object> next(ActivationSession session) {
        List<Object> next = new ArrayList<>();
        if (session.arrays().containsKey(ActivationSession.LOGITS)) {
            for (TokenProbability token : session.topTokens(NEXT_TOKENS)) {
                String text = token.text().orElse("id " + token.id());
                next.add(Map.of("text", text, "probability", token.probability()));
            }
        }
        return next;
    }

    private static String notes(ExplorerContent content, TokenWindow window) {
        List<String> notes = new ArrayList<>(content.notes());
        if (!window.isWhole()) {
            int first = content.session().tokens().get(window.first()).position();
            int last = content.session()
                    .tokens()
                    .get(window.first() + window.count() - 1)
                    .position();
            notes.add(
                    0,
                    String.format(
                            Locale.ROOT,
                            "The session is too large for one page of at most %,d values: this one holds the tokens at"
                                    + " positions %d to %d, which are %d of %d, and leaves the others out, as states"
                                    + " and as what is attended to.",
                            MOST_VALUES,
                            first,
                            last,
                            window.count(),
                            window.all()));
        }
        StringBuilder paragraphs = new StringBuilder();
        notes.forEach(note -> paragraphs
                .append("<p class=\"note\">")
                .append(Html.escape(note))
                .append("</p>\n"));
        return paragraphs.toString();
    }
}
