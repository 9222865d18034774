package io.github.residual4j.spark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Token;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Tuple2;

/**
 * What a task does with the texts of its partition.
 *
 * @param model the words that name the model
 * @param window the most tokens that are run together; 0 for the model's context
 * @param stride by how many tokens a window begins after the one before; 0 for a window
 * @param firstLeftOut whether statistics are without the first position of each window
 */
record PartitionRun(String model, int window, int stride, boolean firstLeftOut) implements Serializable {
    /**
     * Tokens that are run together.
     *
     * @param begin the position of the first of them in its text
     * @param firstNew the first of them that no window before holds
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
    private record Window(int begin, int firstNew, long[] ids) {}

    /** The statistics of a partition, as bytes; none of one without text. */
    Iterator<byte[]> statistics(Iterator<String> texts) {
        LanguageModel opened = ExecutorModel.open(model);
        StreamStatistics statistics = empty();
        Queue<Window> running = new ArrayDeque<>(); // those whose sessions have not come yet
        Stream<long[]> windows = stream(texts)
                .filter(text -> !text.isBlank())
                .flatMap(text -> cut(opened, text).stream())
                .peek(running::add)
                .map(Window::ids);
        try (Stream<ActivationSession> sessions = capture(opened, windows)) {
            sessions.forEach(session -> takeIn(running.remove(), session, statistics));
        }
        return statistics.sessions() == 0
                ? Collections.emptyIterator()
                : List.of(statistics.toBytes()).iterator();
    }

    /** Each token counts once, in the first window that holds it. */
    private void takeIn(Window window, ActivationSession session, StreamStatistics statistics) {
        int from = Math.max(window.firstNew(), firstLeftOut ? 1 : 0);
        int length = window.ids().length;
        if (from < length) {
            ResidualAnalyzer whole = ResidualAnalyzer.of(session);
            statistics.add(
                    from == 0
                            ? whole
                            : whole.positions(IntStream.range(from, length).toArray()));
        }
    }

    /** Statistics that keep what {@code corpus} on the command line keeps. */
    static StreamStatistics empty() {
        return new StreamStatistics().withDimensions().withCosines().withSimilarity();
    }

    /** A row for each token and point. */
    Iterator<Row> activations(Iterator<Tuple2<String, Long>> texts, List<String> points) {
        LanguageModel opened = ExecutorModel.open(model);
        return stream(texts)
                .filter(text -> !text._1().isBlank())
                .flatMap(text -> rows(opened, text._1(), text._2(), points))
                .iterator();
    }

    private Stream<Row> rows(LanguageModel opened, String text, long number, List<String> points) {
        List<Row> rows = new ArrayList<>();
        for (Window window : cut(opened, text)) {
            long[] ids = window.ids();
            ActivationSession session =
                    opened.request(ids).points(opened.description().stream()).capture();
            List<String> names =
                    session.points().stream().map(point -> point.name()).toList();
            List<String> kept = points.isEmpty() ? names : points;
            for (int t = window.firstNew(); t < ids.length; t++) {
                Token token = session.tokens().get(t);
                for (String point : kept) {
                    rows.add(RowFactory.create(
                            number,
                            window.begin() + t,
                            ids[t],
                            token.text().orElse(""),
                            point,
                            state(session, names, point, t)));
                }
            }
        }
        return rows.stream();
    }

    private static float[] state(ActivationSession session, List<String> names, String point, int token) {
        int at = names.indexOf(point);
        if (at < 0) {
            throw new BadRequestException("\"" + point + "\" is no point of the stream; it has " + names + ".");
        }
        return session.vector(at, token);
    }

    private static Stream<ActivationSession> capture(LanguageModel opened, Stream<long[]> windows) {
        return opened.request().points(opened.description().stream()).captureAllIds(windows);
    }

    /** The windows of a text; the last one is as short as it has to be. */
    private List<Window> cut(LanguageModel opened, String text) {
        long[] ids = opened.encode(text);
        int length = window == 0 ? opened.description().shape().window() : window;
        List<Window> windows = new ArrayList<>();
        int end = 0;
        for (int begin = 0; end < ids.length; begin += stride == 0 ? length : stride) {
            int firstNew = end - begin;
            end = Math.min(begin + length, ids.length);
            windows.add(new Window(begin, firstNew, Arrays.copyOfRange(ids, begin, end)));
        }
        return windows;
    }

    private static <T> Stream<T> stream(Iterator<T> iterator) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false);
    }
}
