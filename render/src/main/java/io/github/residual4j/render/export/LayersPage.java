package io.github.residual4j.render.export;

import com.google.gson.Gson;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamPoint;
import io.github.residual4j.Token;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** One HTML file that shows a token's state layer by layer; it loads nothing and holds all values as binary. */
public final class LayersPage {
    private LayersPage() {}

    /**
     * The page as UTF-8.
     *
     * @param token the one to show first
     * @param columns of the grid
     * @param norm what the ends of the colours stand for at first
     */
    public static byte[] encode(ActivationSession session, int token, int columns, Colormap colormap, Norm norm) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("points", session.points().stream().map(StreamPoint::name).toList());
        data.put("tokens", session.tokens().stream().map(Token::label).toList());
        data.put("token", token);
        data.put("width", session.width());
        data.put("columns", columns);
        data.put("limit", norm.max());
        data.put(
                "colors",
                IntStream.range(0, Colormap.SIZE)
                        .mapToObj(i -> String.format("%06x", colormap.rgb(i)))
                        .toList());
        data.put("values", Base64.getEncoder().encodeToString(values(session)));
        String heading = session.modelName().orElse("Residual stream")
                + session.text().map(t -> ": “" + t + "”").orElse("");
        // Gson writes <, > and & as escapes, so that nothing in a token can end the script.
        return Html.fill("layers.html", Map.of("heading", Html.escape(heading), "data", new Gson().toJson(data)));
    }

    /** Every value of the stream, {@code [points, tokens, width]}, as little-endian float32. */
    private static byte[] values(ActivationSession session) {
        int size = session.points().size() * session.tokens().size() * session.width();
        ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        var floats = bytes.asFloatBuffer();
        for (int point = 0; point < session.points().size(); point++) {
            floats.put(session.state(point));
        }
        return bytes.array();
    }
}
