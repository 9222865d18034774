package io.github.residual4j.capture.internal.edit;

/**
 * A change and where it is done.
 *
 * @param place where
 * @param change what becomes of the values there
 */
public record PlacedChange(EditPlace place, Change change) {
    @Override
    public String toString() {
        return change + " at " + place;
    }
}
