package io.github.residual4j.spark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /**
     * A row for each token and point.
     *
     * @param points the points' names; none for the whole stream
     */
    Iterator<Row> activations(Iterator<Tuple2<String, Long>> texts, List<String> points) {
        LanguageModel opened = ExecutorModel.open(model);
        List<HookKey> keys =
                points.stream().map(name -> HookKey.parse(name).kept()).toList();
        return stream(texts)
                .filter(text -> !text._1().isBlank())
                .flatMap(text -> rows(opened, text._1(), text._2(), keys))
                .iterator();
    }

    private Stream<Row> rows(LanguageModel opened, String text, long number, List<HookKey> points) {
        List<Row> rows = new ArrayList<>();
        for (Window window : cut(opened, text)) {
            long[] ids = window.ids();
            ActivationSession session = request(opened, ids, points).capture();
            Map<String, FloatBuffer> values = values(session, points);
            for (int t = window.firstNew(); t < ids.length; t++) {
                Token token = session.tokens().get(t);
                for (Map.Entry<String, FloatBuffer> point : values.entrySet()) {
                    float[] row = new float[point.getValue().remaining() / ids.length];
                    point.getValue().get(t * row.length, row);
                    rows.add(RowFactory.create(
                            number, window.begin() + t, ids[t], token.text().orElse(""), point.getKey(), row));
                }
            }
        }
        return rows.stream();
    }

    private static CaptureRequest request(LanguageModel opened, long[] ids, List<HookKey> points) {
        CaptureRequest request = opened.request(ids);
        return points.isEmpty()
                ? request.points(opened.description().stream())
                : request.points(HookPoint.EMBED).also(points.toArray(HookKey[]::new));
    }

    /** By name, the rows of all tokens one after the other; without points those of the session's stream. */
    private static Map<String, FloatBuffer> values(ActivationSession session, List<HookKey> points) {
        List<HookKey> kept = points.isEmpty()
                ? session.points().stream().map(StreamPoint::key).toList()
                : points;
        Map<String, FloatBuffer> values = new LinkedHashMap<>();
        kept.forEach(key ->
                values.put(key.name(), session.activation(key).orElseThrow().asBuffer()));
        return values;
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
