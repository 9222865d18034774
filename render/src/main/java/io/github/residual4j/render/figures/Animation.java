package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.internal.export.Gif;
import io.github.residual4j.render.internal.export.LayersPage;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * The state of one token as it goes through the points of the stream, one frame for each. Immutable.
 *
 * @param session what is shown
 * @param token whose states are shown; the HTML page begins with it
 * @param colormap the colours
 * @param norm what they stand for in every frame
 * @param theme of the frames
 * @param width of a frame in pixels
 * @param height of a frame in pixels
 * @param delayMillis how long a frame is shown
 */
public record Animation(
        ActivationSession session,
        int token,
        Colormap colormap,
        Norm norm,
        Theme theme,
        int width,
        int height,
        int delayMillis) {
    /**
     * Checks what it is given.
     *
     * @param session what is shown
     * @param token whose states are shown; the HTML page begins with it
     * @param colormap the colours
     * @param norm what they stand for in every frame
     * @param theme of the frames
     * @param width of a frame in pixels
     * @param height of a frame in pixels
     * @param delayMillis how long a frame is shown
     */
    public Animation {
        session.vector(0, token); // refuses a token that is not there
    }

    /**
     * {@return the same with frames of another size}
     *
     * @param newWidth pixels across
     * @param newHeight pixels down
     */
    public Animation size(int newWidth, int newHeight) {
        return new Animation(session, token, colormap, norm, theme, newWidth, newHeight, delayMillis);
    }

    /**
     * {@return the same in other colours, which stand for other values}
     *
     * @param newColormap the colours
     * @param newNorm which values their ends stand for
     */
    public Animation colors(Colormap newColormap, Norm newNorm) {
        BadRequestException.requireGiven(newColormap, "colours");
        BadRequestException.requireGiven(newNorm, "norm");
        return new Animation(session, token, newColormap, newNorm, theme, width, height, delayMillis);
    }

    /** {@return how many frames there are} */
    public int frames() {
        return session.points().size();
    }

    /**
     * {@return one frame, counted from 0}
     *
     * @param point the point's index in the session, counted from 0
     */
    public Figure frame(int point) {
        Heatmap grid = Heatmap.grid(session.vector(point, token))
                .colors(colormap, norm, "")
                .title(point + " of " + (frames() - 1) + "   "
                        + session.points().get(point).name());
        Caption caption = Caption.ofWhole(session, Style.STANDARD.theme(theme));
        String title = "Token " + session.tokens().get(token).position() + " “" + caption.token(token) + "”";
        return caption.figure(1, 1, title).add(grid).size(width, height);
    }

    /** {@return an endless GIF} */
    public byte[] toGif() {
        return Gif.encode(
                IntStream.range(0, frames()).mapToObj(i -> frame(i).toImage()).toList(), delayMillis);
    }

    /** {@return one HTML file with a slider over the points and a choice of tokens; it loads nothing from anywhere} */
    public byte[] toHtml() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeHtml(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    /** Writes {@link #toHtml()} without having all of it in memory. */
    void writeHtml(OutputStream out) throws IOException {
        LayersPage.write(session, token, Heatmap.gridColumns(session.width()), colormap, norm, delayMillis, out);
    }

    /**
     * Writes {@link #toGif()}, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if the file cannot be written
     */
    public void writeGif(Path file) {
        BadRequestException.requireGiven(file, "file");
        StagedFile.replace(file, toGif());
    }

    /**
     * Writes {@link #toHtml()}, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if the file cannot be written
     */
    public void writeHtml(Path file) {
        BadRequestException.requireGiven(file, "file");
        StagedFile.replace(file, this::writeHtml);
    }
}
