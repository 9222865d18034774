package io.github.residual4j.analysis;

/**
 * What part of a session a result was taken from, and how its states were changed before.
 *
 * @param description the steps in order, such as {@code positions 1 to 5; standardized}
 * @param rolesAssumed whether the points' names were not canonical, so that their order decided which is the state
 *     after attention and which the state after the MLP
 */
public record View(String description, boolean rolesAssumed) {
    @Override
    public String toString() {
        return rolesAssumed ? description + "; roles of points assumed from their order" : description;
    }
}
