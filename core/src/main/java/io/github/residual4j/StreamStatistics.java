package io.github.residual4j;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.CovarianceComponents;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PointSimilarity;
import io.github.residual4j.analysis.Quantiles;
import io.github.residual4j.analysis.StreamSummary;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.measure.CovarianceSpectrum;
import io.github.residual4j.internal.measure.Geometry;
import io.github.residual4j.internal.measure.StreamView;
import io.github.residual4j.internal.running.PointTotals;
import io.github.residual4j.internal.running.RunningCovariance;
import io.github.residual4j.internal.running.RunningHsic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
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
    private final List<String> covarianceOf;
    private final boolean similarity;
    private final List<String> points = new ArrayList<>();
    private final List<PointTotals> totals = new ArrayList<>();
    private final List<RunningCovariance> covariances = new ArrayList<>();
    private Optional<RunningHsic> hsic = Optional.empty();
    private int width;
    private boolean rolesAssumed;
    private long sessions;
    private long tokens;

    /** Statistics of values and norms. */
    public StreamStatistics() {
        this(List.of(), false);
    }

    StreamStatistics(List<String> covarianceOf, boolean similarity) {
        this.covarianceOf = List.copyOf(covarianceOf);
        this.similarity = similarity;
    }

    /** What this keeps once it is filled, in the order of {@link StatisticsFile}. */
    record Kept(
            List<String> points,
            int width,
            boolean rolesAssumed,
            long sessions,
            long tokens,
            List<PointTotals> totals,
            List<String> covarianceOf,
            List<RunningCovariance> covariances,
            Optional<RunningHsic> hsic) {}

    StreamStatistics(Kept kept) {
        this(kept.covarianceOf(), kept.hsic().isPresent());
        points.addAll(kept.points());
        totals.addAll(kept.totals());
        covariances.addAll(kept.covariances());
        hsic = kept.hsic();
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
        return new StreamStatistics(List.of(names), similarity);
    }

    /** {@return empty statistics that also keep what {@link #similarity()} needs; each session is one batch} */
    public StreamStatistics withSimilarity() {
        requireEmpty();
        return new StreamStatistics(covarianceOf, true);
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
        begin(view.pointLabels(), view.width());
        rolesAssumed |= view.view().rolesAssumed();
        int rows = view.tokens().size();
        Kernels kernels = KernelChoice.forWork(view.size());
        for (int p = 0; p < points.size(); p++) {
            totals.get(p).add(kernels, view.states()[p], view.offset(0), rows, width);
        }
        for (int c = 0; c < covarianceOf.size(); c++) {
            addFiniteRows(view, points.indexOf(covarianceOf.get(c)), covariances.get(c));
        }
        hsic.ifPresent(h -> h.add(
                IntStream.range(0, points.size())
                        .mapToObj(p -> Geometry.centered(view, p))
                        .toArray(double[][]::new),
                rows,
                width));
        sessions++;
        tokens += rows;
        return this;
    }

    private void addFiniteRows(StreamView view, int point, RunningCovariance covariance) {
        double[] finite = new double[view.tokens().size() * width];
        int rows = 0;
        for (int t = 0; t < view.tokens().size(); t++) {
            boolean isFinite = true;
            for (int d = 0; d < width; d++) {
                float value = view.states()[point][view.offset(t) + d];
                isFinite &= Float.isFinite(value);
                finite[rows * width + d] = value;
            }
            rows += isFinite ? 1 : 0;
        }
        covariance.add(Arrays.copyOf(finite, rows * width), rows);
    }

    /** Fixes points and width at the first session and holds later ones against them. */
    private void begin(List<String> names, int newWidth) {
        if (sessions > 0) {
            if (!points.equals(names) || width != newWidth) {
                throw new BadRequestException("These statistics are of the points " + points + " of width " + width
                        + "; they cannot take in " + names + " of width " + newWidth + ".");
            }
            return;
        }
        for (String name : covarianceOf) {
            if (!names.contains(name)) {
                throw new BadRequestException("The covariance of \"" + name
                        + "\" was asked for, which is not among the points " + names + ".");
            }
        }
        points.addAll(names);
        width = newWidth;
        names.forEach(name -> totals.add(new PointTotals()));
        covarianceOf.forEach(name -> covariances.add(new RunningCovariance(newWidth)));
        hsic = similarity ? Optional.of(new RunningHsic(names.size())) : Optional.empty();
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
        if (!covarianceOf.equals(other.covarianceOf) || similarity != other.similarity) {
            throw new BadRequestException("Only statistics that keep the same things can be merged.");
        }
        if (other.sessions == 0) {
            return this;
        }
        begin(other.points, other.width);
        for (int p = 0; p < points.size(); p++) {
            totals.get(p).add(other.totals.get(p));
        }
        for (int c = 0; c < covariances.size(); c++) {
            covariances.get(c).add(other.covariances.get(c));
        }
        hsic.ifPresent(h -> h.add(other.hsic.orElseThrow()));
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
        return new StreamSummary(
                view(),
                List.of(
                        measure("count", t -> t.values().count()),
                        measure("not_finite", PointTotals::notFinite),
                        measure("mean", t -> t.values().mean()),
                        measure("std", t -> t.values().std()),
                        measure("min", t -> t.values().min()),
                        measure("max", t -> t.values().max()),
                        measure("norm_mean", t -> t.norms().mean()),
                        measure("norm_std", t -> t.norms().std()),
                        measure("norm_min", t -> t.norms().min()),
                        measure("norm_max", t -> t.norms().max())));
    }

    /**
     * {@return the mean state of a point, by dimension}
     *
     * @param point one that was given to {@link #withCovarianceOf}
     * @throws BadRequestException if it was not, or nothing was taken in yet
     */
    public double[] mean(String point) {
        int at = covarianceOf.indexOf(BadRequestException.requireGiven(point, "point's name"));
        if (at < 0 || sessions == 0) {
            throw new BadRequestException("The mean state of \"" + point + "\" cannot be had; states are kept of "
                    + covarianceOf + " over " + sessions + " sessions, as withCovarianceOf says.");
        }
        return covariances.get(at).mean();
    }

    private Measure measure(String name, ToDoubleFunction<PointTotals> value) {
        return Measure.of(
                name, "", pointAxis(), totals.stream().mapToDouble(value).toArray());
    }

    private Axis pointAxis() {
        return new Axis("point", points);
    }

    private View view() {
        return new View(sessions + " sessions of " + tokens + " tokens", rolesAssumed);
    }

    /**
     * {@return quantiles of each point's values}
     *
     * @param shares from 0, the smallest value, to 1, the largest
     * @throws BadRequestException if a share lies outside
     */
    public Quantiles quantiles(double... shares) {
        BadRequestException.requireGiven(shares, "list of shares");
        for (double share : shares) {
            if (!(share >= 0 && share <= 1)) {
                throw new BadRequestException("A quantile is a share from 0 to 1, not " + share + ".");
            }
        }
        double[][] values = totals.stream()
                .map(t -> Arrays.stream(shares).map(t::quantile).toArray())
                .toArray(double[][]::new);
        Axis quantile = new Axis(
                "quantile", Arrays.stream(shares).mapToObj(String::valueOf).toList());
        return new Quantiles(view(), List.of(Measure.of("quantiles", "", pointAxis(), quantile, values)));
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
        int at = covarianceOf.indexOf(point);
        if (at < 0 || sessions == 0 || count < 1) {
            throw new BadRequestException(
                    count + " components of \"" + point + "\" cannot be had; the covariance is kept of " + covarianceOf
                            + " over " + sessions + " sessions.");
        }
        RunningCovariance covariance = covariances.get(at);
        CovarianceSpectrum spectrum = CovarianceSpectrum.of(covariance.deviations(), width, covariance.count(), count);
        Axis dimension = new Axis(
                "dimension", IntStream.range(0, width).mapToObj(String::valueOf).toList());
        return new CovarianceComponents(
                new View(view().description() + " at " + point, rolesAssumed),
                List.of(
                        Measure.of("components", "", spectrum.axis(), dimension, spectrum.components()),
                        Measure.of("explained_variance", "", spectrum.axis(), spectrum.variances()),
                        Measure.of("explained_ratio", "", spectrum.axis(), spectrum.ratios())));
    }

    /**
     * {@return linear CKA between all points, estimated from sessions as batches (Nguyen, Raghu and Kornblith 2021)}
     * The estimate is unbiased, so that it may pass 0 and 1 by a little; the view says how many sessions were too short
     * (under 4 tokens) or not finite.
     *
     * @throws BadRequestException if {@link #withSimilarity()} was not asked for
     */
    public PointSimilarity similarity() {
        RunningHsic found = hsic.orElseThrow(() ->
                new BadRequestException("CKA was not asked for with withSimilarity(), or no session was taken in."));
        View view = new View(view().description() + ", " + found.skipped() + " left out", rolesAssumed);
        return new PointSimilarity(view, List.of(Measure.of("cka", "", pointAxis(), pointAxis(), found.cka())));
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
        StatisticsFile.save(
                new Kept(points, width, rolesAssumed, sessions, tokens, totals, covarianceOf, covariances, hsic), file);
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
