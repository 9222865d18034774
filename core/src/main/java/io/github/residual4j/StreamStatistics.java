package io.github.residual4j;

import io.github.residual4j.analysis.CosineBetweenAllPoints;
import io.github.residual4j.analysis.CovarianceComponents;
import io.github.residual4j.analysis.DimensionStatistics;
import io.github.residual4j.analysis.DriftThresholds;
import io.github.residual4j.analysis.OutlierDimensions;
import io.github.residual4j.analysis.PointSimilarity;
import io.github.residual4j.analysis.Quantiles;
import io.github.residual4j.analysis.StreamDrift;
import io.github.residual4j.analysis.StreamSummary;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.measure.PointCosines;
import io.github.residual4j.internal.measure.StreamView;
import io.github.residual4j.internal.running.KeptCovariances;
import io.github.residual4j.internal.running.KeptDimensions;
import io.github.residual4j.internal.running.PointTotals;
import io.github.residual4j.internal.running.RunningCosines;
import io.github.residual4j.internal.running.RunningHsic;
import io.github.residual4j.internal.running.TokenSample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collector;
import java.util.stream.IntStream;

/**
 * Statistics of a residual stream over any number of sessions, taken in one at a time. What it keeps does not grow with
 * them: a few numbers and a quantile sketch for each point, width² numbers for each point whose covariance is asked for,
 * and points² for CKA.
 *
 * <p>The same sessions taken in by the same calls in the same order give the same bits on every processor, but for
 * quantiles, which are approximate and whose sketch takes logarithms from the JDK at hand.
 *
 * <p>Two of them can be merged, in any order and grouping to rounding, so it serves as the combiner of a parallel stream
 * or of a distributed job:
 *
 * <pre>{@code
 * StreamStatistics all = texts.parallelStream().map(model::capture).collect(StreamStatistics.collector(StreamStatistics::new));
 * }</pre>
 *
 * <p>One instance must not be used by two threads at once.
 */
public final class StreamStatistics {
    private final Wanted wanted;
    private final List<String> points = new ArrayList<>();
    private final List<PointTotals> totals = new ArrayList<>();
    private KeptCovariances covariances = KeptCovariances.empty(List.of(), 0);
    private Optional<RunningHsic> hsic = Optional.empty();
    private Optional<KeptDimensions> dimensions = Optional.empty();
    private Optional<RunningCosines> cosines = Optional.empty();
    private int width;
    private boolean rolesAssumed;
    private long sessions;
    private long tokens;

    /** Statistics of values and norms. */
    public StreamStatistics() {
        this(Wanted.LEAST);
    }

    private StreamStatistics(Wanted wanted) {
        this.wanted = wanted;
    }

    StreamStatistics(KeptStatistics kept) {
        this(new Wanted(
                kept.covariances().names(),
                kept.hsic().isPresent(),
                kept.dimensions().isPresent(),
                kept.dimensions()
                        .flatMap(KeptDimensions::sample)
                        .map(TokenSample::capacity)
                        .orElse(0),
                kept.cosines().isPresent()));
        points.addAll(kept.points());
        totals.addAll(kept.totals());
        covariances = kept.covariances();
        hsic = kept.hsic();
        dimensions = kept.dimensions();
        cosines = kept.cosines();
        width = kept.width();
        rolesAssumed = kept.rolesAssumed();
        sessions = kept.sessions();
        tokens = kept.tokens();
    }

    /**
     * {@return empty statistics that also keep the covariance of some points, for {@link #components(String, int)}}
     *
     * @param names the points' names
     */
    public StreamStatistics withCovarianceOf(String... names) {
        BadRequestException.requireGiven(names, "list of names");
        requireEmpty();
        return new StreamStatistics(wanted.withCovarianceOf(List.of(names)));
    }

    /** {@return empty statistics that also keep what {@link #similarity()} needs; each session is one batch} */
    public StreamStatistics withSimilarity() {
        requireEmpty();
        return new StreamStatistics(wanted.withSimilarity());
    }

    /**
     * {@return empty statistics that also keep moments of each dimension of each point, for {@link #dimensions()},
     * {@link #outlierDimensions()} and {@link #driftFrom(StreamStatistics)}}
     */
    public StreamStatistics withDimensions() {
        requireEmpty();
        return new StreamStatistics(wanted.withDimensions());
    }

    /**
     * {@return empty statistics that also keep a sample of the tokens' states, beside what {@link #withDimensions()}
     * keeps, so that {@link #driftFrom(StreamStatistics)} tells the distance of quantiles of each dimension} That takes
     * 4 bytes for each token of the sample, point and dimension: 11 MB for 1,000 tokens of 17 points of width 160.
     *
     * @param tokens how many are kept at most, from 1 to 10,000; see {@link DriftThresholds} for how many are wanted
     * @throws BadRequestException if it lies outside
     */
    public StreamStatistics withDimensionQuantiles(int tokens) {
        requireEmpty();
        return new StreamStatistics(wanted.withDimensionQuantiles(tokens));
    }

    /** {@return empty statistics that also keep what {@link #cosineBetweenAllPoints()} needs} */
    public StreamStatistics withCosines() {
        requireEmpty();
        return new StreamStatistics(wanted.withCosines());
    }

    private void requireEmpty() {
        if (sessions > 0) {
            throw new BadRequestException("What to keep must be said before the first session is taken in.");
        }
    }

    /**
     * {@return a collector of sessions}
     *
     * @param empty makes empty statistics that keep what is wanted
     */
    public static Collector<ActivationSession, ?, StreamStatistics> collector(Supplier<StreamStatistics> empty) {
        BadRequestException.requireGiven(empty, "supplier of empty statistics");
        return Collector.of(empty, StreamStatistics::add, StreamStatistics::merge, Collector.Characteristics.UNORDERED);
    }

    /**
     * Takes in a whole session.
     *
     * @param session what is taken in
     * @return this
     * @throws BadRequestException if it has other points or another width than those before; nothing is taken in then
     */
    public StreamStatistics add(ActivationSession session) {
        return add(ResidualAnalyzer.of(session));
    }

    /**
     * Takes in a view of a session, such as {@code ResidualAnalyzer.of(session).withoutFirstPosition()}.
     *
     * @param analyzer what is taken in
     * @return this
     * @throws BadRequestException if it has other points or another width than those before; nothing is taken in then
     */
    public StreamStatistics add(ResidualAnalyzer analyzer) {
        BadRequestException.requireGiven(analyzer, "analyzer");
        StreamView view = analyzer.streamView();
        begin(view.pointLabels(), view.dimensions());
        rolesAssumed |= view.view().rolesAssumed();
        int rows = view.tokens().size();
        Kernels kernels = KernelChoice.forWork(view.size());
        for (int p = 0; p < points.size(); p++) {
            totals.get(p).add(kernels, view.states()[p], view.offset(0), rows, width);
        }
        covariances.add(points, view.states(), view.offset(0), rows, width);
        hsic.ifPresent(h -> h.add(kernels, view.states(), view.offset(0), rows, width));
        dimensions.ifPresent(kept -> kept.add(kernels, view.states(), view.offset(0), rows));
        cosines.ifPresent(c -> PointCosines.addTo(c, view));
        sessions++;
        tokens += rows;
        return this;
    }

    /** Fixes points and width at the first session and holds later ones against them. */
    private void begin(List<String> names, int[] numbers) {
        int newWidth = numbers.length;
        if (sessions > 0) {
            if (!points.equals(names) || width != newWidth) {
                throw new BadRequestException("These statistics are of the points " + points + " of width " + width
                        + "; they cannot take in " + names + " of width " + newWidth + ".");
            }
            if (dimensions.isPresent() && !dimensions.get().isOf(numbers)) {
                throw new BadRequestException("These statistics are of other dimensions than the " + newWidth
                        + " that would be taken in; leave the same ones out of every view.");
            }
            return;
        }
        wanted.requirePoints(names);
        points.addAll(names);
        width = newWidth;
        names.forEach(name -> totals.add(new PointTotals()));
        covariances = KeptCovariances.empty(wanted.covarianceOf(), width);
        hsic = wanted.similarity() ? Optional.of(new RunningHsic(names.size())) : Optional.empty();
        dimensions = wanted.dimensions()
                ? Optional.of(KeptDimensions.empty(numbers, names.size(), wanted.sampled()))
                : Optional.empty();
        cosines = wanted.cosines() ? Optional.of(new RunningCosines(names.size())) : Optional.empty();
    }

    /**
     * Takes in all that others took in, and leaves them as they are.
     *
     * @param other what is taken in
     * @return this
     * @throws BadRequestException if they keep other things or are of other points or another width
     */
    public StreamStatistics merge(StreamStatistics other) {
        BadRequestException.requireGiven(other, "other statistics");
        if (!wanted.equals(other.wanted)) {
            throw new BadRequestException("Only statistics that keep the same things can be merged.");
        }
        if (other.sessions == 0) {
            return this;
        }
        begin(
                other.points,
                other.dimensions
                        .map(KeptDimensions::numbers)
                        .orElseGet(() -> IntStream.range(0, other.width).toArray()));
        for (int p = 0; p < points.size(); p++) {
            totals.get(p).add(other.totals.get(p));
        }
        covariances.add(other.covariances);
        hsic.ifPresent(h -> h.add(other.hsic.orElseThrow()));
        dimensions.ifPresent(d -> d.add(other.dimensions.orElseThrow()));
        cosines.ifPresent(c -> c.add(other.cosines.orElseThrow()));
        rolesAssumed |= other.rolesAssumed;
        sessions += other.sessions;
        tokens += other.tokens;
        return this;
    }

    /** {@return how many sessions were taken in} */
    public long sessions() {
        return sessions;
    }

    /** {@return how many tokens they had together} */
    public long tokens() {
        return tokens;
    }

    /** {@return moments and range of each point's values and norms} */
    public StreamSummary summary() {
        return results().summary();
    }

    /**
     * {@return the mean state of a point, by dimension}
     *
     * @param point one that was given to {@link #withCovarianceOf}
     * @throws BadRequestException if it was not, or nothing was taken in yet
     */
    public double[] mean(String point) {
        BadRequestException.requireGiven(point, "point's name");
        return results().mean(point);
    }

    /**
     * {@return quantiles of each point's values}
     *
     * @param shares from 0, the smallest value, to 1, the largest
     * @throws BadRequestException if a share lies outside
     */
    public Quantiles quantiles(double... shares) {
        BadRequestException.requireGiven(shares, "list of shares");
        return results().quantiles(shares);
    }

    /**
     * {@return principal components of one point}
     *
     * @param point the point's name
     * @param count how many; fewer are given if the states span fewer directions
     * @throws BadRequestException if the point's covariance was not kept
     */
    public CovarianceComponents components(String point, int count) {
        BadRequestException.requireGiven(point, "point's name");
        return results().components(point, count);
    }

    /**
     * {@return linear CKA between all points, estimated from sessions as batches (Nguyen, Raghu and Kornblith 2021)}
     * The estimate is unbiased, so that it may pass 0 and 1 by a little; the view says how many sessions were too short
     * (under 4 tokens) or not finite.
     *
     * @throws BadRequestException if {@link #withSimilarity()} was not asked for
     */
    public PointSimilarity similarity() {
        return results().similarity();
    }

    /**
     * {@return the cosine between every two points, mean over all tokens whose values are finite}
     *
     * @throws BadRequestException if {@link #withCosines()} was not asked for
     */
    public CosineBetweenAllPoints cosineBetweenAllPoints() {
        return results().cosineBetweenAllPoints();
    }

    /**
     * {@return mean, deviation and mean magnitude of each dimension of each point}
     *
     * @throws BadRequestException if {@link #withDimensions()} was not asked for
     */
    public DimensionStatistics dimensions() {
        return results().dimensions();
    }

    /**
     * {@return dimensions whose mean magnitude over all tokens lies more than 3 standard deviations above the mean of
     * all dimensions' mean magnitudes, point by point}
     *
     * @throws BadRequestException if {@link #withDimensions()} was not asked for
     */
    public OutlierDimensions outlierDimensions() {
        return results().outlierDimensions();
    }

    /**
     * {@return how far these statistics lie from those of a baseline, by {@link DriftThresholds#DEFAULT}}
     *
     * @param baseline statistics of the same points that keep the same things
     * @throws BadRequestException if they are of other points or dimensions, or one is empty
     */
    public StreamDrift driftFrom(StreamStatistics baseline) {
        return driftFrom(baseline, DriftThresholds.DEFAULT);
    }

    /**
     * {@return how far these statistics lie from those of a baseline: of each point the difference of means, the ratio of
     * standard deviations and the distance of quantiles, and the same of each dimension as far as both keep it}
     *
     * @param baseline statistics of the same points that keep the same things
     * @param thresholds from where on that is drift
     * @throws BadRequestException if they are of other points or dimensions, or one is empty
     */
    public StreamDrift driftFrom(StreamStatistics baseline, DriftThresholds thresholds) {
        BadRequestException.requireGiven(baseline, "baseline");
        BadRequestException.requireGiven(thresholds, "thresholds");
        return Drift.of(kept(), baseline.kept(), thresholds);
    }

    /**
     * Writes all that is kept to a small npz file, whole or not at all.
     *
     * @param file where to
     * @throws BadRequestException if no session was taken in
     * @throws BadFileException if it cannot be written
     */
    public void save(Path file) {
        BadRequestException.requireGiven(file, "file");
        if (sessions == 0) {
            throw new BadRequestException("Statistics of no session cannot be saved to " + file + ".");
        }
        StatisticsFile.save(kept(), file);
    }

    private StatisticsResults results() {
        return new StatisticsResults(kept(), wanted.covarianceOf());
    }

    private KeptStatistics kept() {
        return new KeptStatistics(
                points, width, rolesAssumed, sessions, tokens, totals, covariances, hsic, dimensions, cosines);
    }

    /**
     * {@return the bytes of the file that {@link #save(Path)} writes, to be sent or kept elsewhere}
     *
     * @throws BadRequestException if no session was taken in
     */
    public byte[] toBytes() {
        if (sessions == 0) {
            throw new BadRequestException("Statistics of no session have no bytes; take one in first.");
        }
        return StatisticsFile.toBytes(kept());
    }

    /**
     * Reads what {@link #toBytes()} gave, or the content of a file that {@link #save(Path)} wrote.
     *
     * @param bytes what was given
     * @return the statistics, which can take in more
     * @throws BadFileException if the bytes are damaged or hold something else
     */
    public static StreamStatistics fromBytes(byte[] bytes) {
        BadRequestException.requireGiven(bytes, "array of bytes");
        return new StreamStatistics(StatisticsFile.of(bytes));
    }

    /**
     * Reads what {@link #save(Path)} wrote; more sessions can be taken in.
     *
     * @param file what was written
     * @return the statistics
     * @throws BadFileException if the file is missing, damaged or holds something else
     */
    public static StreamStatistics load(Path file) {
        BadRequestException.requireGiven(file, "file");
        return new StreamStatistics(StatisticsFile.load(file));
    }

    @Override
    public String toString() {
        return sessions == 0 ? "Statistics of no session" : summary().toString();
    }
}
