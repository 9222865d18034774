package io.github.residual4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommandLineTextTest {
    private static final String LOST = "M\uFFFD\uFFFD";

    @Test
    void takesTheLastArgumentsOfTheCommandLine() {
        byte[] typed = "java\0-jar\0a.jar\0demo\0--text\0Mé\0".getBytes(StandardCharsets.UTF_8);
        assertThat(CommandLineText.restore(new String[] {"demo", "--text", LOST}, typed))
                .containsExactly("demo", "--text", "Mé");
    }

    @Test
    void keepsEmptyArguments() {
        byte[] typed = "java\0A\0é\0\0".getBytes(StandardCharsets.UTF_8);
        assertThat(CommandLineText.restore(new String[] {LOST, ""}, typed)).containsExactly("é", "");
    }

    @Test
    void leavesArgumentsThatAreWholeAsTheyAre() {
        String[] whole = {"Mé"};
        assertThat(CommandLineText.restore(whole)).isSameAs(whole);
    }
}
