package io.github.residual4j.render.color;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColormapTest {
    /** Against Matplotlib's tables, or between the colours of dark_diverging.py, made by make-tables.py beside them. */
    @ParameterizedTest
    @CsvSource({
        "viridis, 1",
        "plasma, 1",
        "inferno, 1",
        "magma, 1",
        "cividis, 2",
        "RdYlGn, 1",
        "RdBu_r, 1",
        "coolwarm, 2",
        "Greys, 1",
        "BuBkOr, 1"
    })
    void hasTheColoursItsNamePromises(String name, int tolerance) throws IOException {
        String[] expected = table(name);
        for (int i = 0; i < 256; i++) {
            int rgb = Colormap.of(name).rgb(i);
            for (int shift = 0; shift <= 16; shift += 8) {
                int want = Integer.parseInt(expected[i + 1], 16) >> shift & 255;
                assertThat(rgb >> shift & 255)
                        .as("%s[%d] >> %d", name, i, shift)
                        .isBetween(want - tolerance, want + tolerance);
            }
        }
    }

    private static String[] table(String name) throws IOException {
        try (InputStream in = ColormapTest.class.getResourceAsStream("tables.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + ","))
                    .findFirst()
                    .orElseThrow()
                    .split(",");
        }
    }

    @Test
    void mapsEqualPartsOfTheUnitRangeToItsColours() {
        Colormap map = Colormap.VIRIDIS;
        assertThat(map.rgb(0.0))
                .isEqualTo(0x440154)
                .isEqualTo(map.rgb(-5.0))
                .isEqualTo(map.rgb(Double.NEGATIVE_INFINITY));
        assertThat(map.rgb(1.0))
                .isEqualTo(0xfde725)
                .isEqualTo(map.rgb(7.0))
                .isEqualTo(map.rgb(Double.POSITIVE_INFINITY));
        assertThat(map.rgb(0.5)).isEqualTo(map.rgb(128));
        assertThat(map.rgb(Math.nextDown(0.5))).isEqualTo(map.rgb(127));
    }

    @Test
    void isReversedUnderItsNameWithAnEnding() {
        Colormap reversed = Colormap.of("viridis_r");
        assertThat(reversed.rgb(0)).isEqualTo(Colormap.VIRIDIS.rgb(255));
        assertThat(reversed.reversed()).isEqualTo(Colormap.VIRIDIS);
        assertThat(Colormap.of("RdBu").rgb(0)).isEqualTo(0x67001f);
    }

    @Test
    void refusesWhatItDoesNotHave() {
        assertThatThrownBy(() -> Colormap.of("jet"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("\"jet\"")
                .hasMessageContaining("viridis");
        assertThatThrownBy(() -> Colormap.of("mine", 1, 2, 3))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("256");
        assertThatThrownBy(() -> Colormap.VIRIDIS.rgb(Double.NaN)).isInstanceOf(BadRequestException.class);
    }
}
