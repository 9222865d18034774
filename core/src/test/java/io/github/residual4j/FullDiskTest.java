package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where a session does not fit, the old one stays and nothing is left behind. */
@Tag("any-kernels")
@EnabledOnOs(OS.LINUX)
class FullDiskTest {
    @TempDir
    private Path temp;

    @Test
    void aFileSystemWithoutRoom() throws InterruptedException {
        // In a name space of its own, which needs no privileges on most systems and takes the mount away at its end.
        String mount = "mount -t tmpfs -o size=2m none \"" + temp + "\"";
        assumeTrue(
                run("unshare", "-rm", "sh", "-c", mount).isEmpty(), "no file system may be mounted here for the test");
        String output = run("unshare", "-rm", "sh", "-c", mount + " && " + child());
        assertRefused(output, "No space left on device");
    }

    @Test
    void aLimitOnTheSizeOfFiles() throws InterruptedException {
        String output =
                run("sh", "-c", "ulimit -f 3000 && " + child()); // in blocks of 512 bytes, or 1024 in some shells
        assertRefused(output, "File too large");
    }

    private void assertRefused(String output, String reason) {
        String refusal = temp + ": the session cannot be written (" + reason + ").";
        assertThat(output.lines())
                .containsExactly(
                        "NPZ then NPZ: " + refusal,
                        "NPZ then SAFETENSORS: " + refusal,
                        "SAFETENSORS then NPZ: " + refusal,
                        "SAFETENSORS then SAFETENSORS: " + refusal,
                        "new: " + temp + "/new/deep: the session cannot be written (" + reason + "). 2");
    }

    private String child() {
        return ChildJvm.command(SavesUntilFull.class, temp).stream()
                .map(part -> "'" + part + "'")
                .collect(Collectors.joining(" ", "exec ", ""));
    }

    private static String run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output : "failed: " + output;
        } catch (IOException e) {
            return "failed: " + e.getMessage(); // there is no such program
        }
    }
}
