package io.github.residual4j.hook;

import io.github.residual4j.error.BadRequestException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a session comes from; what is not known is empty.
 *
 * @param prependBos whether a beginning-of-sequence token was put before the text
 * @param modelSha256 SHA-256 of the model's weights file, in lower-case hexadecimal
 * @param runtime what ran the model, with its version
 * @param executionProvider what the runtime computed on
 * @param optimizationLevel how far the runtime was allowed to rewrite the graph
 * @param created when the session was captured
 * @param layerNormEpsilon what the model's layer norms add to the variance before its square root
 * @param warnings what to know before any number is taken from the session, a sentence each; mostly none
 * @param edits what the run was changed by, in the order it was done
 */
public record Provenance(
        boolean prependBos,
        Optional<String> modelSha256,
        Optional<String> runtime,
        Optional<String> executionProvider,
        Optional<String> optimizationLevel,
        Optional<Instant> created,
        OptionalDouble layerNormEpsilon,
        List<String> warnings,
        List<RecordedEdit> edits) {
    /** No provenance is known. */
    public static final Provenance UNKNOWN = new Provenance(
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            List.of(),
            List.of());

    /**
     * Checks what it is given.
     *
     * @param prependBos whether a beginning-of-sequence token was put before the text
     * @param modelSha256 SHA-256 of the model's weights file, in lower-case hexadecimal
     * @param runtime what ran the model, with its version
     * @param executionProvider what the runtime computed on
     * @param optimizationLevel how far the runtime was allowed to rewrite the graph
     * @param created when the session was captured
     * @param layerNormEpsilon what the model's layer norms add to the variance before its square root
     * @param warnings what to know before any number is taken from the session, a sentence each; mostly none
     * @param edits what the run was changed by, in the order it was done
     */
    public Provenance {
        warnings = List.copyOf(warnings);
        edits = List.copyOf(edits);
        if (layerNormEpsilon.isPresent()
                && !(layerNormEpsilon.getAsDouble() >= 0 && Double.isFinite(layerNormEpsilon.getAsDouble()))) {
            throw new BadRequestException("A layer norm's epsilon is a small number that is not negative, not "
                    + layerNormEpsilon.getAsDouble() + ".");
        }
    }

    /** {@return the same without the time, which two captures of one text do not share} */
    public Provenance withoutTime() {
        return with(Optional.empty(), warnings);
    }

    /**
     * {@return the same with other warnings}
     *
     * @param newWarnings what to know before any number is taken from the session, a sentence each
     */
    public Provenance withWarnings(List<String> newWarnings) {
        return with(created, newWarnings);
    }

    private Provenance with(Optional<Instant> newCreated, List<String> newWarnings) {
        return new Provenance(
                prependBos,
                modelSha256,
                runtime,
                executionProvider,
                optimizationLevel,
                newCreated,
                layerNormEpsilon,
                newWarnings,
                edits);
    }
}
