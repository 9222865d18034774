package io.github.residual4j.analysis;

import java.util.List;

/**
 * Dimensions that are large for most tokens of a point, the most unusual first: those whose mean magnitude over the
 * tokens lies more than a number of standard deviations above the mean of all dimensions' mean magnitudes (the
 * criterion of Kovaleva et al.&nbsp;2021, BERT Busters, applied to activations as by Puccetti et al.&nbsp;2022, Outlier
 * Dimensions that Disrupt Transformers are Driven by Frequency).
 */
public final class OutlierDimensions extends AnalysisResult {
    private final List<OutlierDimension> dimensions;

    /**
     * @param view what of the session was looked at
     * @param dimensions the dimensions found, the largest deviation first
     */
    public OutlierDimensions(View view, List<OutlierDimension> dimensions) {
        super("outlier_dimensions", "Outlier dimensions", view, measures(dimensions));
        this.dimensions = List.copyOf(dimensions);
    }

    private static List<Measure> measures(List<OutlierDimension> found) {
        Axis axis = new Axis(
                "outlier",
                found.stream()
                        .map(o -> o.pointName() + ", dimension " + o.dimension())
                        .toList());
        return List.of(
                Measure.of(
                        "mean_magnitude",
                        "",
                        axis,
                        found.stream()
                                .mapToDouble(OutlierDimension::meanMagnitude)
                                .toArray()),
                Measure.of(
                        "deviations",
                        "",
                        axis,
                        found.stream().mapToDouble(OutlierDimension::deviations).toArray()),
                Measure.of(
                                "point",
                                "",
                                axis,
                                found.stream()
                                        .mapToDouble(OutlierDimension::point)
                                        .toArray())
                        .ofWholeNumbers(),
                Measure.of(
                                "dimension",
                                "",
                                axis,
                                found.stream()
                                        .mapToDouble(OutlierDimension::dimension)
                                        .toArray())
                        .ofWholeNumbers());
    }

    /** {@return the dimensions found, the largest deviation first} */
    public List<OutlierDimension> dimensions() {
        return dimensions;
    }
}
