package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it saves leaves the old session whole, or the new one. */
@Tag("any-kernels")
class KilledSaveTest {
    private static final int KILLS = Integer.getInteger("residual4j.kills", 20); // for each way of saving
    private static final ActivationSession ONE = AlternatingSaves.session(0);
    private static final ActivationSession TWO = AlternatingSaves.session(1);

    @TempDir
    private Path temp;

    @Test
    void loadingGivesTheOldSessionOrTheNewOne() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Integer>> ways = List.of(
                    () -> killOften("npz", 1, "NPZ"),
                    () -> killOften("safetensors", 2, "SAFETENSORS"),
                    () -> killOften("both", 3, "NPZ", "SAFETENSORS", "SAFETENSORS", "NPZ"));
            int midway = 0;
            for (Future<Integer> way : two.invokeAll(ways)) {
                midway += way.get();
            }
            assertThat(midway).as("kills that met a save before its end").isGreaterThan(KILLS);
        } finally {
            two.shutdownNow();
        }
    }

    /** Kills one process after the other and returns how many of them had begun a save that they did not end. */
    private int killOften(String name, long seed, String... formats) throws IOException, InterruptedException {
        Path folder = temp.resolve(name);
        Random random = new Random(seed);
        int midway = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            List<Object> arguments = new ArrayList<>(List.of(folder));
            arguments.addAll(List.of(formats));
            Process process = new ProcessBuilder(ChildJvm.command(AlternatingSaves.class, arguments.toArray()))
                    .redirectError(Redirect.INHERIT)
                    .start();
            byte[] saved = process.getInputStream().readNBytes(5);
            int delay = random.nextInt(60);
            Thread.sleep(delay);
            process.destroyForcibly().waitFor();
            String when = name + ", kill " + kill + ", " + delay + " ms after the first save";
            assertThat(new String(saved, StandardCharsets.US_ASCII)).as(when).isEqualTo("saved");

            List<String> staged = files(folder).stream()
                    .filter(file -> file.endsWith(".residual4j-tmp"))
                    .toList();
            assertThat(staged).as(when).hasSizeLessThanOrEqualTo(2); // those of the last save alone
            midway += staged.isEmpty() ? 0 : 1;
            assertThat(ActivationSession.load(folder)).as(when).isIn(ONE, TWO);
        }
        SessionFormat last = SessionFormat.valueOf(formats[0]);
        TWO.save(folder, last);
        assertThat(files(folder)).containsExactlyInAnyOrder(last.fileName(), "config.json");
        assertThat(ActivationSession.load(folder)).isEqualTo(TWO);
        return midway;
    }

    static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
