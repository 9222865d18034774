package io.github.residual4j.capture.corpus;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.text.Counted;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the texts of a corpus into windows. Each token is new in the first window that holds it; a window begins a stride
 * after the one before, and the last one of a text is as short as it has to be.
 */
final class WindowReader implements AutoCloseable {
    private final TextSource.Reader texts;
    private final LanguageModel model;
    private final int length;
    private final int stride;
    private final Deque<CorpusWindow> ahead = new ArrayDeque<>();
    private long begun; // texts that are not blank
    private long windowsOfLast; // how many windows of the last text begun have been gone on from
    private byte[] chain = new byte[0]; // of the texts begun, each hashed with what came before

    WindowReader(TextSource.Reader texts, LanguageModel model, int length, int stride) {
        this.texts = texts;
        this.model = model;
        this.length = length;
        this.stride = stride;
    }

    /** The next window, which stays the next one; null at the end. */
    @Nullable
    CorpusWindow peek() {
        while (ahead.isEmpty()) {
            SourceText text = nextText();
            if (text == null) {
                return null;
            }
            cut(text);
        }
        return ahead.element();
    }

    /** Takes the next window, which was peeked at. */
    CorpusWindow advance() {
        windowsOfLast++;
        return ahead.remove();
    }

    private @Nullable SourceText nextText() {
        SourceText text = texts.next();
        while (text != null && text.text().isBlank()) {
            text = texts.next();
        }
        if (text != null) {
            chain = new ContentHash().add(chain).add(text.text()).bytes();
            begun++;
            windowsOfLast = 0;
        }
        return text;
    }

    private void cut(SourceText text) {
        long[] ids = model.encode(text.text());
        int end = 0;
        for (int begin = 0; end < ids.length; begin += stride) {
            int before = end;
            end = Math.min(begin + length, ids.length);
            ahead.add(new CorpusWindow(
                    begun - 1,
                    begin,
                    before - begin,
                    end == ids.length,
                    Arrays.copyOfRange(ids, begin, end),
                    text.bytesRead()));
        }
    }

    /**
     * Passes over what an earlier run has done.
     *
     * @param folder which error messages name
     * @throws BadFileException if other texts come than that run read
     */
    void skip(ReaderPlace done, Path folder) {
        SourceText text = null;
        while (begun < done.begun()) {
            text = nextText();
            if (text == null) {
                throw changed(
                        folder,
                        "it ends after " + Counted.of(begun, "text") + ", of which " + done.begun()
                                + " were read then");
            }
        }
        if (!Arrays.equals(chain, done.chain())) {
            throw changed(folder, begun == 1 ? "its first text differs" : "its first " + begun + " texts differ");
        }
        if (text != null) {
            cut(text);
        }
        while (windowsOfLast < done.windowsOfLast()) {
            advance();
        }
    }

    private static BadFileException changed(Path folder, String how) {
        return new BadFileException(
                folder, "holds a run over other input: " + how + "; give the same input, or choose another folder.");
    }

    /** How far it has come. */
    ReaderPlace place() {
        return new ReaderPlace(begun, windowsOfLast, chain);
    }

    @Override
    public void close() {
        texts.close();
    }
}
