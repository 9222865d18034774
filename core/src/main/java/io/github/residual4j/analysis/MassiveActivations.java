package io.github.residual4j.analysis;

import java.util.Iterator;
import java.util.List;

/**
 * The few values that dwarf all others of their point, the largest first (Sun et al.&nbsp;2024, Massive Activations in
 * Large Language Models, arXiv 2402.17762, section 2): those above a magnitude and above a multiple of the median
 * magnitude of all values of their point.
 */
public final class MassiveActivations extends AnalysisResult implements Iterable<MassiveActivation> {
    private final List<MassiveActivation> activations;

    /**
     * @param view what of the session was looked at
     * @param activations the values found, the largest magnitude first
     */
    public MassiveActivations(View view, List<MassiveActivation> activations) {
        super("massive_activations", "Massive activations", view, measures(activations));
        this.activations = List.copyOf(activations);
    }

    private static List<Measure> measures(List<MassiveActivation> found) {
        Axis axis = new Axis(
                "activation",
                found.stream()
                        .map(a -> Labels.place(a.pointName(), a.token(), a.tokenLabel(), a.dimension()))
                        .toList());
        return List.of(
                Measure.of(
                        "value",
                        "",
                        axis,
                        found.stream().mapToDouble(MassiveActivation::value).toArray()),
                Measure.of(
                        "ratio",
                        "",
                        axis,
                        found.stream().mapToDouble(MassiveActivation::ratio).toArray()),
                Measure.of(
                                "point",
                                "",
                                axis,
                                found.stream()
                                        .mapToDouble(MassiveActivation::point)
                                        .toArray())
                        .ofWholeNumbers(),
                Measure.of(
                                "token",
                                "",
                                axis,
                                found.stream()
                                        .mapToDouble(MassiveActivation::token)
                                        .toArray())
                        .ofWholeNumbers(),
                Measure.of(
                                "dimension",
                                "",
                                axis,
                                found.stream()
                                        .mapToDouble(MassiveActivation::dimension)
                                        .toArray())
                        .ofWholeNumbers());
    }

    /** {@return the values found, the largest magnitude first} */
    public List<MassiveActivation> activations() {
        return activations;
    }

    @Override
    public Iterator<MassiveActivation> iterator() {
        return activations.iterator();
    }
}
