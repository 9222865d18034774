package io.github.residual4j.capture;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a self-check compared.
 *
 * @param largestDifference for each identity that was checked, the largest absolute difference of its two sides over
 *     all blocks, positions and dimensions
 */
public record SelfCheckReport(Map<String, Double> largestDifference) {
    /**
     * Takes over the differences in the order of the map.
     *
     * @param largestDifference for each identity that was checked, the largest absolute difference of its two sides
     *     over all blocks, positions and dimensions
     */
    public SelfCheckReport {
        largestDifference = Collections.unmodifiableMap(new LinkedHashMap<>(largestDifference));
    }

    @Override
    public String toString() {
        return largestDifference.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s to %.1e", e.getKey(), e.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
