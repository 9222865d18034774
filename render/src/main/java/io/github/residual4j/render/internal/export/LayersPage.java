package io.github.residual4j.render.internal.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One HTML file that shows tokens' states layer by layer; it loads nothing and holds the values as binary. A session of
 * more values than a browser handles well gives the tokens nearest to the chosen one, and the page says which.
 */
public final class LayersPage {
    private static final int MOST_VALUES = 5_000_000;

    private final ActivationSession session;
    private final int firstToken;
    private final int tokenCount;

    private LayersPage(ActivationSession session, int token) {
        this.session = session;
        int all = session.tokens().size();
        long perToken = (long) session.points().size() * session.width();
        tokenCount = (int) Math.max(1, Math.min(all, MOST_VALUES / perToken));
        firstToken = Math.max(0, Math.min(all - tokenCount, token - tokenCount / 2));
    }

    /**
     * Writes the page as UTF-8. Its values go point by point, since all of them as text take many times their memory.
     *
     * @param token the one to show first, as an index into the session's tokens
     * @param columns of the grid
     * @param norm what the ends of the colours stand for at first
     * @param delayMillis how long a layer is shown while playing
     */
    public static void write(
            ActivationSession session,
            int token,
            int columns,
            Colormap colormap,
            Norm norm,
            int delayMillis,
            OutputStream out)
            throws IOException {
        new LayersPage(session, token).write(token, columns, colormap, norm, delayMillis, out);
    }

    private void write(int token, int columns, Colormap colormap, Norm norm, int delayMillis, OutputStream out)
            throws IOException {
        List<Token> tokens = session.tokens().subList(firstToken, firstToken + tokenCount);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("points", session.points().stream().map(StreamPoint::name).toList());
        data.put("tokens", session.tokenLabels().subList(firstToken, firstToken + tokenCount));
        data.put("positions", tokens.stream().map(Token::position).toList());
        data.put("token", token - firstToken);
        data.put("width", session.width());
        data.put("columns", columns);
        data.put("limit", Math.max(Math.abs(norm.min()), Math.abs(norm.max())));
        data.put("delay", delayMillis);
        data.put("colors", Html.colors(colormap));
        data.put("colorsOnDark", Html.colors(colormap.onDark()));
        String model = Html.escape(session.modelName().orElse("Residual stream"));
        String text = Html.escape(session.text().map(t -> "“" + t + "”").orElse(""));
        // Gson writes <, > and & as escapes, so that nothing in a token can end the script.
        String json = new Gson().toJson(data);
        String[] page = Html.around(
                "data",
                "layers.html",
                Map.of(
                        "title",
                        model + " " + text,
                        "model",
                        model,
                        "text",
                        text,
                        "note",
                        note(),
                        "style",
                        Html.read("layers.css"),
                        "script",
                        Html.read("text.js") + Html.read("layers.js")));
        out.write((page[0] + json.substring(0, json.length() - 1) + ",\"values\":\"").getBytes(UTF_8));
        writeValues(out);
        out.write(("\"}" + page[1]).getBytes(UTF_8));
    }

    private String note() {
        int all = session.tokens().size();
        return tokenCount == all
                ? ""
                : "This page holds tokens " + firstToken + " to " + (firstToken + tokenCount - 1) + " of " + all + ".";
    }

    /** Little-endian float32, {@code [points, tokens, width]}, in Base64. */
    private void writeValues(OutputStream out) throws IOException {
        FloatBlock values = new FloatBlock();
        for (int p = 0; p < session.points().size(); p++) {
            values.add(session.state(p).slice(firstToken * session.width(), tokenCount * session.width()));
        }
        values.writeBase64(out);
    }
}
