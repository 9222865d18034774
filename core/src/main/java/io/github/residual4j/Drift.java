package io.github.residual4j;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.DriftFinding;
import io.github.residual4j.analysis.DriftThresholds;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.StreamDrift;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.running.KeptDimensions;
import io.github.residual4j.internal.running.PointTotals;
import io.github.residual4j.internal.running.RunningDimensions;
import io.github.residual4j.internal.running.RunningMoments;
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Compares statistics with those of a baseline. */
final class Drift {
    private static final double[] SHARES = // 0.05, 0.1, … 0.95
            IntStream.rangeClosed(1, 19).mapToDouble(q -> q / 20.0).toArray();

    private final KeptStatistics today;
    private final KeptStatistics baseline;
    private final DriftThresholds allowed;
    private final List<DriftFinding> findings = new ArrayList<>();
    private final double[] scores; // [points]

    private Drift(KeptStatistics today, KeptStatistics baseline, DriftThresholds allowed) {
        this.today = today;
        this.baseline = baseline;
        this.allowed = allowed;
        scores = new double[today.points().size()];
    }

    /** @throws BadRequestException if the two are not of the same points and dimensions, or one is empty */
    static StreamDrift of(KeptStatistics today, KeptStatistics baseline, DriftThresholds allowed) {
        requireComparable(today, baseline);
        return new Drift(today, baseline, allowed).result();
    }

    private static void requireComparable(KeptStatistics today, KeptStatistics baseline) {
        if (today.sessions() == 0 || baseline.sessions() == 0) {
            throw new BadRequestException("Statistics of " + Counted.of(today.sessions(), "session")
                    + " and a baseline of " + baseline.sessions() + " cannot be compared; both need one.");
        }
        if (!today.points().equals(baseline.points()) || today.width() != baseline.width()) {
            throw new BadRequestException("These statistics are of the points " + today.points() + " of width "
                    + today.width() + "; the baseline is of " + baseline.points() + " of width " + baseline.width()
                    + ".");
        }
        Optional<KeptDimensions> mine = today.dimensions();
        Optional<KeptDimensions> theirs = baseline.dimensions();
        if (mine.isPresent() != theirs.isPresent()) {
            throw new BadRequestException((mine.isPresent() ? "The baseline keeps" : "These statistics keep")
                    + " no dimensions and the other does; gather both with withDimensions(), or neither.");
        }
        if (mine.isPresent() && !mine.get().isOf(theirs.orElseThrow().numbers())) {
            throw new BadRequestException("These statistics and the baseline are of other dimensions of the model;"
                    + " leave the same ones out of both.");
        }
    }

    private StreamDrift result() {
        int points = scores.length;
        double[] mean = new double[points];
        double[] std = new double[points];
        double[] norm = new double[points];
        double[] quantile = new double[points];
        for (int p = 0; p < points; p++) {
            PointTotals now = today.totals().get(p);
            PointTotals then = baseline.totals().get(p);
            mean[p] = difference("mean_difference", p, now.values(), then.values());
            std[p] = ratio(
                    "std_ratio",
                    p,
                    OptionalInt.empty(),
                    now.values().std(),
                    then.values().std());
            norm[p] = difference("norm_difference", p, now.norms(), then.norms());
            quantile[p] = quantileDistance(p, now, then);
            finite(p, now, then);
        }
        Axis axis = new Axis("point", today.points());
        List<Measure> measures = new ArrayList<>(List.of(
                Measure.of("mean_difference", "", axis, mean),
                Measure.of("std_ratio", "", axis, std),
                Measure.of("norm_difference", "", axis, norm),
                Measure.of("quantile_distance", "", axis, quantile)));
        List<Measure> ofDimensions = today.dimensions()
                .map(now -> dimensions(axis, now, baseline.dimensions().orElseThrow()))
                .orElse(List.of());
        measures.add(Measure.of("score", "", axis, scores));
        measures.addAll(ofDimensions);
        findings.sort(Comparator.comparingDouble((DriftFinding finding) -> -finding.score()));
        View view = new View(
                Counted.of(today.sessions(), "session") + " of " + Counted.of(today.tokens(), "token") + " against "
                        + Counted.of(baseline.sessions(), "session") + " of " + Counted.of(baseline.tokens(), "token"),
                today.rolesAssumed() || baseline.rolesAssumed());
        return new StreamDrift(view, measures, findings);
    }

    private List<Measure> dimensions(Axis axis, KeptDimensions now, KeptDimensions then) {
        int[] numbers = now.numbers();
        double[][] mean = new double[scores.length][numbers.length];
        double[][] std = new double[scores.length][numbers.length];
        double[][] quantile = new double[scores.length][numbers.length];
        boolean sampled = now.sample().isPresent() && then.sample().isPresent();
        for (int p = 0; p < scores.length; p++) {
            RunningDimensions mine = now.points().get(p);
            RunningDimensions theirs = then.points().get(p);
            double[] meanNow = mine.mean();
            double[] meanThen = theirs.mean();
            double[] stdNow = mine.std();
            double[] stdThen = theirs.std();
            double[][] quantilesNow = sampled ? now.sample().get().quantiles(p, SHARES) : new double[0][];
            double[][] quantilesThen = sampled ? then.sample().get().quantiles(p, SHARES) : new double[0][];
            for (int d = 0; d < numbers.length; d++) {
                OptionalInt dimension = OptionalInt.of(numbers[d]);
                mean[p][d] = standardized(meanNow[d] - meanThen[d], stdNow[d], stdThen[d]);
                judge(
                        "dimension_mean_difference",
                        p,
                        dimension,
                        mean[p][d],
                        allowed.meanDifference(),
                        Math.abs(mean[p][d]) / allowed.meanDifference(),
                        meanThen[d],
                        meanNow[d]);
                std[p][d] = ratio("dimension_std_ratio", p, dimension, stdNow[d], stdThen[d]);
                if (sampled) {
                    quantile[p][d] = distance(
                            "dimension_quantile_distance",
                            p,
                            dimension,
                            apart(quantilesNow[d], quantilesThen[d]),
                            stdNow[d],
                            stdThen[d]);
                }
            }
        }
        Axis dimension = new Axis(
                "dimension", Arrays.stream(numbers).mapToObj(String::valueOf).toList());
        List<Measure> measures = new ArrayList<>(List.of(
                Measure.of("dimension_mean_difference", "", axis, dimension, mean),
                Measure.of("dimension_std_ratio", "", axis, dimension, std)));
        if (sampled) {
            measures.add(Measure.of("dimension_quantile_distance", "", axis, dimension, quantile));
        }
        return measures;
    }

    private double difference(String measure, int point, RunningMoments now, RunningMoments then) {
        double value = standardized(now.mean() - then.mean(), now.std(), then.std());
        judge(
                measure,
                point,
                OptionalInt.empty(),
                value,
                allowed.meanDifference(),
                Math.abs(value) / allowed.meanDifference(),
                then.mean(),
                now.mean());
        return value;
    }

    private double ratio(String measure, int point, OptionalInt dimension, double now, double then) {
        double value = now == then ? 1 : now / then; // two that do not vary are alike
        double score = Math.abs(StrictMath.log(value)) / StrictMath.log(allowed.stdRatio());
        judge(measure, point, dimension, value, allowed.stdRatio(), score, then, now);
        return value;
    }

    private double quantileDistance(int point, PointTotals now, PointTotals then) {
        return distance(
                "quantile_distance",
                point,
                OptionalInt.empty(),
                apart(quantiles(now), quantiles(then)),
                now.values().std(),
                then.values().std());
    }

    private static double[] quantiles(PointTotals totals) {
        return Arrays.stream(SHARES).map(totals::quantile).toArray();
    }

    /** How far quantiles lie apart, on average. */
    private static double apart(double[] now, double[] then) {
        double sum = 0;
        for (int q = 0; q < now.length; q++) {
            sum += Math.abs(now[q] - then[q]);
        }
        return sum / now.length;
    }

    private double distance(
            String measure, int point, OptionalInt dimension, double apart, double stdNow, double stdThen) {
        double value = standardized(apart, stdNow, stdThen);
        judge(
                measure,
                point,
                dimension,
                value,
                allowed.quantileDistance(),
                value / allowed.quantileDistance(),
                Double.NaN,
                Double.NaN);
        return value;
    }

    /** Values that are not finite count as drift where the baseline has none. */
    private void finite(int point, PointTotals now, PointTotals then) {
        if (now.notFinite() > 0 && then.notFinite() == 0) {
            judge(
                    "count_of_values_that_are_not_finite",
                    point,
                    OptionalInt.empty(),
                    now.notFinite(),
                    0,
                    Double.POSITIVE_INFINITY,
                    0,
                    now.notFinite());
        }
    }

    private static double standardized(double difference, double now, double then) {
        return difference == 0 ? 0 : difference / Math.sqrt((now * now + then * then) / 2);
    }

    /** Keeps the largest score; one that is not a number is drift, for nothing can be said of it. */
    private void judge(
            String measure,
            int point,
            OptionalInt dimension,
            double value,
            double threshold,
            double score,
            double then,
            double now) {
        double judged = Double.isNaN(score) ? Double.POSITIVE_INFINITY : score;
        scores[point] = Math.max(scores[point], judged);
        if (judged > 1) {
            findings.add(new DriftFinding(
                    measure, today.points().get(point), dimension, value, threshold, judged, then, now));
        }
    }
}
