package io.github.residual4j.hook;

/**
 * A change that was made to the run which a session is of.
 *
 * @param words what was done, to be read
 * @param form the same in JSON, from which the change can be made again
 */
public record RecordedEdit(String words, String form) {
    @Override
    public String toString() {
        return words;
    }
}
