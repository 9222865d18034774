package io.github.residual4j.testing;

import org.assertj.core.description.Description;
import org.jspecify.annotations.Nullable;

/** What a user called a value, and after it where the value was captured. */
final class PlaceDescription extends Description {
    private final @Nullable Description given;
    private final String place;

    PlaceDescription(@Nullable Description given, String place) {
        this.given = given;
        this.place = place;
    }

    @Override
    public String value() {
        String words = given == null ? "" : given.value();
        return words + (words.isEmpty() || place.isEmpty() ? "" : ", ") + place;
    }
}
