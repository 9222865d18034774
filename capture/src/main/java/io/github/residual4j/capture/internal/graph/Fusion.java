package io.github.residual4j.capture.internal.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A stretch of operators that one fused operator computes as well, unless somebody looks at a value inside.
 *
 * @param first the place of its first operator
 * @param end the place after its last operator
 * @param fused what may stand in place of them all; its results are the values that others may see
 */
record Fusion(int first, int end, Operator fused) {
    /**
     * Puts fused operators wherever nothing forbids, an outer one before those inside it.
     *
     * @param written all operators as they were written
     * @param fusions those inside another before it
     * @param outputs the values that are given out
     */
    static List<Operator> choose(List<Operator> written, List<Fusion> fusions, Set<Value> outputs) {
        Set<Value> needed = new HashSet<>(outputs);
        boolean[] runs = runs(written, needed);
        List<Operator> chosen = new ArrayList<>();
        int at = 0;
        while (at < written.size()) {
            int place = at;
            Optional<Fusion> outermost = fusions.stream()
                    .filter(fusion -> fusion.first == place && fusion.isPossible(written, runs, needed, outputs))
                    .reduce((inner, outer) -> outer);
            chosen.add(outermost.map(Fusion::fused).orElse(written.get(at)));
            at = outermost.map(Fusion::end).orElse(at + 1);
        }
        return chosen;
    }

    /**
     * For each operator, whether it has to run.
     *
     * @param needed the outputs; takes in all values that they need
     */
    private static boolean[] runs(List<Operator> written, Set<Value> needed) {
        boolean[] runs = new boolean[written.size()];
        for (int i = written.size() - 1; i >= 0; i--) {
            runs[i] = written.get(i).results().stream().anyMatch(needed::contains);
            if (runs[i]) {
                needed.addAll(written.get(i).operands());
            }
        }
        needed.remove(Value.NONE);
        return runs;
    }

    /** Whether it gives something that is needed, and nobody outside takes a value from inside that it does not give. */
    private boolean isPossible(List<Operator> written, boolean[] runs, Set<Value> needed, Set<Value> outputs) {
        Set<Value> inside = new HashSet<>();
        written.subList(first, end).forEach(operator -> inside.addAll(operator.results()));
        fused.results().forEach(inside::remove);
        boolean possible = fused.results().stream().anyMatch(needed::contains)
                && inside.stream().noneMatch(outputs::contains);
        for (int i = end; i < written.size() && possible; i++) {
            possible = !runs[i] || written.get(i).operands().stream().noneMatch(inside::contains);
        }
        return possible;
    }
}
