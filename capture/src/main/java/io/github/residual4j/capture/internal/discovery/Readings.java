package io.github.residual4j.capture.internal.discovery;

import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.error.BadFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens a file in the first way in which its inputs can be meant. */
final class Readings {
    private final ForeignModel found;
    private final RuntimeOptions runtime;
    private Optional<BadFileException> refusal = Optional.empty(); // that of the usual way
    private Optional<Reading> unclear = Optional.empty(); // sound, but the mask seems to hide nothing

    Readings(ForeignModel found, RuntimeOptions runtime) {
        this.found = found;
        this.runtime = runtime;
    }

    /** @throws BadFileException if there is none; the message is about the usual way */
    ForeignStreamModel firstThatHolds() {
        for (Reading reading : all()) {
            Optional<ForeignStreamModel> opened = tried(reading);
            if (opened.isPresent()) {
                return opened.get();
            }
        }
        if (unclear.isPresent()) {
            return ForeignStreamModel.open(found, unclear.get(), runtime);
        }
        throw refusal.orElseThrow();
    }

    private List<Reading> all() {
        List<Reading> readings = new ArrayList<>();
        for (boolean tokensFirst : found.takesTwoAxes() ? new boolean[] {false, true} : new boolean[] {false}) {
            readings.add(new Reading(tokensFirst, false));
            if (found.takesMask()) {
                readings.add(new Reading(tokensFirst, true));
            }
        }
        return readings;
    }

    private Optional<ForeignStreamModel> tried(Reading reading) {
        try {
            ForeignStreamModel opened = ForeignStreamModel.open(found, reading, runtime);
            if (!found.takesMask() || opened.trial().maskHides()) {
                return Optional.of(opened);
            }
            opened.close();
            unclear = unclear.or(() -> Optional.of(reading));
        } catch (BadFileException e) {
            refusal = refusal.or(() -> Optional.of(e));
        }
        return Optional.empty();
    }
}
