package io.github.residual4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedTest {
    @Test
    void oneThingIsInTheSingular() {
        assertThat(Counted.of(1, "point")).isEqualTo("1 point");
        assertThat(Counted.of(0, "point")).isEqualTo("0 points");
        assertThat(Counted.of(2, "point")).isEqualTo("2 points");
    }
}
