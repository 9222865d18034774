package io.github.residual4j.spark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Token;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
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
 * @param firstLeftOut whether statistics are without the first position of each window
 */
record PartitionRun(String model, int window, boolean firstLeftOut) implements Serializable {
    /** The statistics of a partition, as bytes; none of one without text. */
    Iterator<byte[]> statistics(Iterator<String> texts) {
        LanguageModel opened = ExecutorModel.open(model);
        StreamStatistics statistics = empty();
        Stream<long[]> windows =
                stream(texts).filter(text -> !text.isBlank()).flatMap(text -> cut(opened, text).stream());
        try (Stream<ActivationSession> sessions = capture(opened, windows)) {
            sessions.map(ResidualAnalyzer::of)
                    .filter(analyzer ->
                            !firstLeftOut || analyzer.session().tokens().size() > 1)
                    .map(analyzer -> firstLeftOut ? analyzer.withoutFirstPosition() : analyzer)
                    .forEach(statistics::add);
        }
        return statistics.sessions() == 0
                ? Collections.emptyIterator()
                : List.of(statistics.toBytes()).iterator();
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
        int begin = 0;
        for (long[] ids : cut(opened, text)) {
            ActivationSession session =
                    opened.request(ids).points(opened.description().stream()).capture();
            List<String> names =
                    session.points().stream().map(point -> point.name()).toList();
            List<String> kept = points.isEmpty() ? names : points;
            for (int t = 0; t < ids.length; t++) {
                Token token = session.tokens().get(t);
                for (String point : kept) {
                    rows.add(RowFactory.create(
                            number,
                            begin + t,
                            ids[t],
                            token.text().orElse(""),
                            point,
                            state(session, names, point, t)));
                }
            }
            begin += ids.length;
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

    /** The windows of a text, one after the other. */
    private List<long[]> cut(LanguageModel opened, String text) {
        long[] ids = opened.encode(text);
        int length = window == 0 ? opened.description().shape().window() : window;
        List<long[]> windows = new ArrayList<>();
        for (int begin = 0; begin < ids.length; begin += length) {
            windows.add(Arrays.copyOfRange(ids, begin, Math.min(begin + length, ids.length)));
        }
        return windows;
    }

    private static <T> Stream<T> stream(Iterator<T> iterator) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false);
    }
}
