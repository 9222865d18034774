package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
    @TempDir
    private Path folder;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "resident memory is read from /proc")
    void aThousandCapturesTakeNoMoreMemory() throws Exception {
        Path report = folder.resolve("report");
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemoryProbe.class.getName(),
                        report.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        List<String> growth = List.of(Files.readString(report).split(" ", -1));
        // One 15-position state lost by each capture would be 10 MB; what compilers add meanwhile is less.
        assertThat(Long.parseLong(growth.get(0)))
                .as("growth of resident memory")
                .isLessThan(10L << 20);
        assertThat(Long.parseLong(growth.get(1))).as("growth of the heap").isLessThan(1L << 20);
    }
}
