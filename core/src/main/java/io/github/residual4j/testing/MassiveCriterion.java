package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.MassiveActivations;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What counts as a massive activation.
 *
 * @param words the criterion in words; may be empty
 * @param find what finds them
 */
record MassiveCriterion(String words, Function<ResidualAnalyzer, MassiveActivations> find) {
    private static final int SHOWN = 5;

    /** The analyzer's own. */
    static final MassiveCriterion USUAL = new MassiveCriterion("", ResidualAnalyzer::massiveActivations);

    static MassiveCriterion of(double magnitude, double ratio) {
        return new MassiveCriterion(
                " above " + magnitude + " and " + ratio + " × the median magnitude of their point",
                analyzer -> analyzer.massiveActivations(magnitude, ratio));
    }

    /** What is wrong with a session, if there are any. */
    Optional<String> explanation(ActivationSession session) {
        MassiveActivations found = find.apply(ResidualAnalyzer.of(session));
        int count = found.activations().size();
        if (count == 0) {
            return Optional.empty();
        }
        String shown = found.activations().stream()
                .limit(SHOWN)
                .map(activation -> "\n  " + activation)
                .collect(Collectors.joining());
        return Optional.of("Expecting no massive activations" + words + " but found " + count + ":" + shown
                + (count > SHOWN ? "\n  and " + (count - SHOWN) + " more" : ""));
    }
}
