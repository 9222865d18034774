package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class MemoryTest {
    @TempDir
    private Path folder;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "resident memory is read from /proc")
    void capturesAndOpeningsTakeNoMoreMemory() throws Exception {
        Path report = folder.resolve("report");
        Path output = folder.resolve("output");
        ProcessBuilder probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:TieredStopAtLevel=1", // the second compiler takes and keeps memory for minutes
                        "-XX:MaxDirectMemorySize=64m", // so that the collector looks for closed models' buffers
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemoryProbe.class.getName(),
                        report.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        probe.environment().put("MALLOC_ARENA_MAX", "1"); // one pool of the allocator reaches its size soon
        Process process = probe.start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        long[] told = Arrays.stream(Files.readString(report).split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        assertFlat("of 2,000 captures", told[0], told[1], 0.025);
        assertFlat("of 200 openings", told[2], told[3], 0.05);
        assertThat(told[4]).as("growth of the heap").isLessThan(1L << 20);
    }

    private static void assertFlat(String what, long first, long second, double share) {
        assertThat(second - first)
                .as(
                        "growth of resident memory from the first to the second half %s, in the first of which it was %d",
                        what, first)
                .isLessThan((long) (share * first));
    }
}
