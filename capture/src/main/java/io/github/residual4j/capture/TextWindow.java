package io.github.residual4j.capture;

import io.github.residual4j.error.BadRequestException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Some consecutive texts of a stream, grouped into batches of like length.
 *
 * @param places where each text is, in the order of the texts
 * @param refused why the text after them cannot be run, if it cannot; nothing after it is read
 */
record TextWindow(List<Place> places, Optional<BadRequestException> refused) {
    /**
     * Where a text is.
     *
     * @param batch the batch that runs it
     * @param index its place among the batch's texts
     */
    record Place(TextBatch batch, int index) {}

    /** Tokenizes a text; what is wrong with it is told when it is its turn. */
    interface Preparer {
        SessionText prepare(CaptureInput input);
    }

    /**
     * Reads texts ahead and groups them.
     *
     * @param firstIndex the place of the first one in the whole stream, for error messages
     */
    static TextWindow read(
            Iterator<? extends CaptureInput> texts, long firstIndex, Preparer preparer, BatchLimits limits) {
        List<SessionText> read = new ArrayList<>();
        long tokens = 0;
        while (texts.hasNext() && !limits.isEnoughAhead(read.size(), tokens)) {
            CaptureInput input = texts.next();
            try {
                SessionText text = preparer.prepare(input);
                tokens += text.length();
                read.add(text);
            } catch (BadRequestException e) {
                long index = firstIndex + read.size();
                return new TextWindow(
                        group(read, limits),
                        Optional.of(new BadRequestException("Text " + index + " of the stream: " + e.getMessage(), e)));
            }
        }
        return new TextWindow(group(read, limits), Optional.empty());
    }

    private static List<Place> group(List<SessionText> texts, BatchLimits limits) {
        List<Integer> byLength = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(text -> texts.get(text).length()))
                .toList();
        Place[] places = new Place[texts.size()];
        TextBatch batch = new TextBatch();
        for (int text : byLength) {
            int length = texts.get(text).length();
            List<SessionText> together = batch.texts();
            if (!together.isEmpty()
                    && !limits.admits(together.size(), together.get(0).length(), length)) {
                batch = new TextBatch();
            }
            places[text] = new Place(batch, batch.add(texts.get(text)));
        }
        return List.of(places);
    }
}
