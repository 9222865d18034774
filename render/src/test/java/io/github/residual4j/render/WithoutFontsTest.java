package io.github.residual4j.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.panel.Heatmap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** In a container without any font a figure says what to install. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux lets a JDK be without fonts")
class WithoutFontsTest {
    @TempDir
    private Path folder;

    @Test
    void saysWhatToInstall() throws IOException, InterruptedException {
        Path configuration = Files.writeString(
                folder.resolve("fonts.conf"),
                "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig></fontconfig>");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Duser.home=" + folder, // where a JDK keeps what it once found
                "-cp",
                System.getProperty("java.class.path"),
                WithoutFontsTest.class.getName());
        java.environment().put("FONTCONFIG_FILE", configuration.toString());
        Path output = folder.resolve("output");
        Process process =
                java.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(output, StandardCharsets.UTF_8))
                .startsWith("This Java runtime has no font")
                .contains("fonts-dejavu-core");
    }

    /** Draws a figure and prints what it says. */
    public static void main(String[] arguments) {
        try {
            System.out.println(
                    Figure.of(Heatmap.of(new double[1][1]).title("title")).toPng().length);
        } catch (BadRequestException e) {
            System.out.println(e.getMessage());
        }
    }
}
