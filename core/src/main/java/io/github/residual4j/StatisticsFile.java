package io.github.residual4j;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.NumberArchive;
import io.github.residual4j.internal.running.KeptCovariances;
import io.github.residual4j.internal.running.KeptDimensions;
import io.github.residual4j.internal.running.PointTotals;
import io.github.residual4j.internal.running.RunningCosines;
import io.github.residual4j.internal.running.RunningCovariance;
import io.github.residual4j.internal.running.RunningDimensions;
import io.github.residual4j.internal.running.RunningHsic;
import io.github.residual4j.internal.running.TokenSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The npz file that {@link StreamStatistics} are kept in. */
final class StatisticsFile {
    private static final long FORMAT_VERSION = 1;
    private static final Path IN_MEMORY = Path.of("statistics in memory");
    private static final int WIDEST = 46340; // whose covariances are as many as an array can hold

    private StatisticsFile() {}

    static void save(KeptStatistics kept, Path file) {
        archive(kept).save(file);
    }

    static byte[] toBytes(KeptStatistics kept) {
        return archive(kept).toBytes();
    }

    private static NumberArchive archive(KeptStatistics kept) {
        NumberArchive archive = new NumberArchive()
                .put("stream_statistics_version", FORMAT_VERSION)
                .put("points", kept.points())
                .put("size", kept.width(), kept.rolesAssumed() ? 1 : 0, kept.sessions(), kept.tokens())
                .put("covariance_of", kept.covariances().names());
        for (int p = 0; p < kept.points().size(); p++) {
            PointTotals totals = kept.totals().get(p);
            archive.put("moments." + p, totals.moments())
                    .put("not_finite." + p, totals.notFinite())
                    .put("sketch." + p, totals.sketch());
        }
        for (int c = 0; c < kept.covariances().each().size(); c++) {
            RunningCovariance covariance = kept.covariances().each().get(c);
            archive.put("covariance_count." + c, new double[] {covariance.count()})
                    .put("covariance_mean." + c, covariance.mean())
                    .put("covariance_deviations." + c, covariance.deviations());
        }
        kept.hsic().ifPresent(h -> archive.put("hsic_sums", h.sums()).put("hsic_batches", h.batches(), h.skipped()));
        kept.dimensions().ifPresent(d -> {
            archive.put(
                    "dimension_numbers",
                    IntStream.of(d.numbers()).asLongStream().toArray());
            for (int p = 0; p < kept.points().size(); p++) {
                archive.put("dimensions." + p, d.points().get(p).toArray());
            }
            d.sample().ifPresent(sample -> put(sample, kept.points().size(), archive));
        });
        kept.cosines().ifPresent(c -> archive.put("cosine_sums", c.sums()).put("cosine_tokens", c.tokens()));
        return archive;
    }

    private static void put(TokenSample sample, int points, NumberArchive archive) {
        archive.put("sample_size", sample.capacity(), sample.tokens()).put("sample_ranks", sample.ranks());
        for (int p = 0; p < points; p++) {
            archive.put("sample." + p, sample.states(p));
        }
    }

    private static Optional<TokenSample> sample(NumberArchive.Reader in, int points, int width) throws IOException {
        if (!in.has("sample_size")) {
            return Optional.empty();
        }
        long[] size = in.longs("sample_size", 2);
        long[] ranks = in.longs("sample_ranks");
        if (size[0] < ranks.length || size[0] < 1 || size[0] > Wanted.MOST_SAMPLED) {
            throw new IOException("it holds a sample of " + ranks.length + " tokens out of at most " + size[0]
                    + "; expected at most " + Wanted.MOST_SAMPLED);
        }
        float[][] states = new float[points][];
        for (int p = 0; p < points; p++) {
            states[p] = in.floats("sample." + p, ranks.length * width);
        }
        return Optional.of(TokenSample.of((int) size[0], width, size[1], ranks, states));
    }

    static KeptStatistics load(Path file) {
        try (NumberArchive.Reader in = new NumberArchive.Reader(file)) {
            return read(file, in);
        }
    }

    static KeptStatistics of(byte[] bytes) {
        try (NumberArchive.Reader in = new NumberArchive.Reader(IN_MEMORY, bytes)) {
            return read(IN_MEMORY, in);
        }
    }

    private static KeptStatistics read(Path file, NumberArchive.Reader in) {
        try {
            if (!in.has("stream_statistics_version")) {
                throw new BadFileException(file, "it holds no stream_statistics_version, so no stream statistics.");
            }
            long version = in.longs("stream_statistics_version", 1)[0];
            if (version != FORMAT_VERSION) {
                throw new BadFileException(
                        file, "its version is " + version + "; this library reads " + FORMAT_VERSION + ".");
            }
            List<String> points = in.strings("points");
            long[] size = in.longs("size", 4);
            if (size[0] < 1 || size[0] > WIDEST) {
                throw new BadFileException(
                        file, "its width is " + size[0] + "; expected a number from 1 to " + WIDEST + ".");
            }
            int width = (int) size[0];
            List<PointTotals> totals = new ArrayList<>();
            for (int p = 0; p < points.size(); p++) {
                totals.add(PointTotals.of(
                        in.doubles("moments." + p, PointTotals.MOMENTS),
                        0,
                        in.longs("not_finite." + p, 1)[0],
                        in.bytes("sketch." + p)));
            }
            List<String> covarianceOf = in.strings("covariance_of");
            List<RunningCovariance> covariances = new ArrayList<>();
            for (int c = 0; c < covarianceOf.size(); c++) {
                covariances.add(new RunningCovariance(
                        width,
                        in.doubles("covariance_count." + c, 1)[0],
                        in.doubles("covariance_mean." + c, width),
                        in.doubles("covariance_deviations." + c, width * width)));
            }
            Optional<RunningHsic> hsic = Optional.empty();
            if (in.has("hsic_sums")) {
                long[] batches = in.longs("hsic_batches", 2);
                hsic = Optional.of(new RunningHsic(
                        points.size(), in.doubles("hsic_sums", points.size() * points.size()), batches[0], batches[1]));
            }
            Optional<KeptDimensions> dimensions = Optional.empty();
            if (in.has("dimension_numbers")) {
                int[] numbers = LongStream.of(in.longs("dimension_numbers", width))
                        .mapToInt(number -> (int) number)
                        .toArray();
                List<RunningDimensions> each = new ArrayList<>();
                for (int p = 0; p < points.size(); p++) {
                    each.add(RunningDimensions.of(in.doubles("dimensions." + p, RunningDimensions.size(width)), width));
                }
                dimensions = Optional.of(new KeptDimensions(numbers, each, sample(in, points.size(), width)));
            }
            Optional<RunningCosines> cosines = Optional.empty();
            if (in.has("cosine_sums")) {
                cosines = Optional.of(new RunningCosines(
                        points.size(),
                        in.doubles("cosine_sums", points.size() * points.size()),
                        in.longs("cosine_tokens", 1)[0]));
            }
            return new KeptStatistics(
                    points,
                    width,
                    size[1] == 1,
                    size[2],
                    size[3],
                    totals,
                    new KeptCovariances(covarianceOf, covariances),
                    hsic,
                    dimensions,
                    cosines);
        } catch (IOException e) {
            throw new BadFileException(file, e.getMessage() + ".", e);
        }
    }
}
