package io.github.residual4j;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.CosineBetweenAllPoints;
import io.github.residual4j.analysis.CovarianceComponents;
import io.github.residual4j.analysis.DimensionStatistics;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.OutlierDimensions;
import io.github.residual4j.analysis.PointSimilarity;
import io.github.residual4j.analysis.Quantiles;
import io.github.residual4j.analysis.StreamSummary;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.measure.CovarianceSpectrum;
import io.github.residual4j.internal.measure.Outliers;
import io.github.residual4j.internal.running.KeptDimensions;
import io.github.residual4j.internal.running.PointTotals;
import io.github.residual4j.internal.running.RunningCosines;
import io.github.residual4j.internal.running.RunningCovariance;
import io.github.residual4j.internal.running.RunningDimensions;
import io.github.residual4j.internal.running.RunningHsic;
import io.github.residual4j.internal.text.Counted;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The results that {@link StreamStatistics} give of what they keep; see there for each. */
final class StatisticsResults {
    private final KeptStatistics kept;
    private final List<String> covarianceOf;
    private final Axis points;
    private final View view;

    /** @param covarianceOf the points whose covariance was asked for, which empty statistics do not keep yet */
    StatisticsResults(KeptStatistics kept, List<String> covarianceOf) {
        this.kept = kept;
        this.covarianceOf = covarianceOf;
        points = new Axis("point", kept.points());
        view = new View(
                Counted.of(kept.sessions(), "session") + " of " + Counted.of(kept.tokens(), "token"),
                kept.rolesAssumed());
    }

    StreamSummary summary() {
        return new StreamSummary(
                view,
                List.of(
                        measure("count", t -> t.values().count()).ofWholeNumbers(),
                        measure("not_finite", PointTotals::notFinite).ofWholeNumbers(),
                        measure("mean", t -> t.values().mean()),
                        measure("std", t -> t.values().std()),
                        measure("min", t -> t.values().min()),
                        measure("max", t -> t.values().max()),
                        measure("norm_mean", t -> t.norms().mean()),
                        measure("norm_std", t -> t.norms().std()),
                        measure("norm_min", t -> t.norms().min()),
                        measure("norm_max", t -> t.norms().max())));
    }

    private Measure measure(String name, ToDoubleFunction<PointTotals> value) {
        return Measure.of(
                name, "", points, kept.totals().stream().mapToDouble(value).toArray());
    }

    Quantiles quantiles(double... shares) {
        for (double share : shares) {
            if (!(share >= 0 && share <= 1)) {
                throw new BadRequestException("A quantile is a share from 0 to 1, not " + share + ".");
            }
        }
        double[][] values = kept.totals().stream()
                .map(t -> Arrays.stream(shares).map(t::quantile).toArray())
                .toArray(double[][]::new);
        Axis quantile = new Axis(
                "quantile", Arrays.stream(shares).mapToObj(String::valueOf).toList());
        return new Quantiles(view, List.of(Measure.of("quantiles", "", points, quantile, values)));
    }

    double[] mean(String point) {
        return kept.covariances()
                .of(point)
                .orElseThrow(() -> new BadRequestException("The mean state of \"" + point
                        + "\" cannot be had; states are kept of " + covarianceOf + " over "
                        + Counted.of(kept.sessions(), "session") + ", as withCovarianceOf says."))
                .mean();
    }

    CovarianceComponents components(String point, int count) {
        Optional<RunningCovariance> found = kept.covariances().of(point);
        if (found.isEmpty() || count < 1) {
            throw new BadRequestException(
                    Counted.of(count, "component") + " of \"" + point + "\" cannot be had; the covariance is kept of "
                            + covarianceOf + " over " + Counted.of(kept.sessions(), "session") + ".");
        }
        RunningCovariance covariance = found.get();
        CovarianceSpectrum spectrum =
                CovarianceSpectrum.of(covariance.deviations(), kept.width(), covariance.count(), count);
        Axis dimension = new Axis(
                "dimension",
                IntStream.range(0, kept.width()).mapToObj(String::valueOf).toList());
        return new CovarianceComponents(
                new View(view.description() + " at " + point, kept.rolesAssumed()),
                List.of(
                        Measure.of("components", "", spectrum.axis(), dimension, spectrum.components()),
                        Measure.of("explained_variance", "", spectrum.axis(), spectrum.variances()),
                        Measure.of("explained_ratio", "", spectrum.axis(), spectrum.ratios())));
    }

    PointSimilarity similarity() {
        RunningHsic found = kept.hsic()
                .orElseThrow(() -> new BadRequestException(
                        "CKA was not asked for with withSimilarity(), or no session was taken in."));
        return new PointSimilarity(
                new View(view.description() + ", " + found.skipped() + " left out", kept.rolesAssumed()),
                List.of(Measure.of("cka", "", points, points, found.cka())));
    }

    CosineBetweenAllPoints cosineBetweenAllPoints() {
        RunningCosines found = kept.cosines()
                .orElseThrow(() -> new BadRequestException(
                        "Cosines were not asked for with withCosines(), or no session was taken in."));
        return new CosineBetweenAllPoints(view, List.of(Measure.of("cosine_mean", "", points, points, found.mean())));
    }

    DimensionStatistics dimensions() {
        KeptDimensions found = keptDimensions();
        Axis dimension = new Axis(
                "dimension",
                Arrays.stream(found.numbers()).mapToObj(String::valueOf).toList());
        return new DimensionStatistics(
                view,
                List.of(
                        byDimension("mean", dimension, found, RunningDimensions::mean),
                        byDimension("std", dimension, found, RunningDimensions::std),
                        byDimension("mean_magnitude", dimension, found, RunningDimensions::meanMagnitude)));
    }

    private Measure byDimension(
            String name, Axis dimension, KeptDimensions found, Function<RunningDimensions, double[]> values) {
        return Measure.of(
                name, "", points, dimension, found.points().stream().map(values).toArray(double[][]::new));
    }

    OutlierDimensions outlierDimensions() {
        KeptDimensions found = keptDimensions();
        return Outliers.dimensions(
                view,
                kept.points(),
                found.numbers(),
                found.points().stream().map(RunningDimensions::meanMagnitude).toList(),
                Outliers.OUTLIER_DEVIATIONS);
    }

    private KeptDimensions keptDimensions() {
        return kept.dimensions()
                .orElseThrow(() -> new BadRequestException(
                        "Dimensions were not asked for with withDimensions(), or no session was taken in."));
    }
}
