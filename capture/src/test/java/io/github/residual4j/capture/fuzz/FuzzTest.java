package io.github.residual4j.capture.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged files of every kind the library opens: each is opened, or refused by the library's own exception with file
 * and reason, within a second of computing, within a bound of memory that its size sets, and without a file written
 * elsewhere. They are opened in processes of their own, which may crash or hang.
 *
 * <p>The cases follow from a seed. {@code -Dresidual4j.fuzz.cases=1000000 -Dresidual4j.fuzz.seed=7} tries more and
 * others; {@code -Dresidual4j.fuzz.only=ONNX:1234} tries one of them. What goes wrong is kept in {@code target/fuzz}.
 */
@Tag("once")
class FuzzTest {
    private static final int CASES = Integer.getInteger("residual4j.fuzz.cases", 10_200);
    private static final long SEED = Long.getLong("residual4j.fuzz.seed", 1);
    private static final String ONLY = System.getProperty("residual4j.fuzz.only", "");
    private static final long HANG = 20_000_000_000L; // ns without a next case, on a machine that does other things too
    private static final int ENOUGH = 10;
    private static final Set<String> OUTCOMES = Set.of("refused", "used", "unusable");

    @ParameterizedTest
    @EnumSource
    void everyCaseIsOpenedOrRefused(Kind kind) throws IOException, InterruptedException {
        int first = 0;
        int end = kind.share(CASES);
        if (!ONLY.isEmpty()) {
            String[] only = ONLY.split(":");
            first = Integer.parseInt(only[1]);
            end = kind.name().equals(only[0]) ? first + 1 : first;
        }
        List<String> wrong = new ArrayList<>();
        int next = first;
        while (next < end && wrong.size() < ENOUGH) {
            next = runChild(kind, next, end, wrong);
        }
        assertThat(wrong)
                .as("%s of %s cases with the seed %s", kind, end - first, SEED)
                .isEmpty();
    }

    /** Runs cases until the last one, or until the process ends, and returns the next one to run. */
    private static int runChild(Kind kind, int first, int end, List<String> wrong)
            throws IOException, InterruptedException {
        Path root =
                Files.createDirectories(Path.of("target", "fuzz", kind.name())).toAbsolutePath();
        Path temporary = Files.createDirectories(root.resolveSibling(kind + "-tmp"));
        Files.createDirectories(root.resolve("kept"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:MaxDirectMemorySize=256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + root.resolve("kept").resolve("crash.log"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FuzzChild.class.getName(),
                        kind.name(),
                        Long.toString(SEED),
                        Integer.toString(first),
                        Integer.toString(end),
                        root.toString())
                .directory(root.toFile())
                .redirectErrorStream(true)
                .start();
        AtomicLong progress = new AtomicLong(System.nanoTime());
        Thread watch = new Thread(() -> endIfItHangs(process, progress), "watches " + kind);
        watch.setDaemon(true);
        watch.start();
        int at = first - 1;
        boolean done = false;
        Map<String, Integer> outcomes = new TreeMap<>();
        StringBuilder last = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("case ")) {
                    progress.set(System.nanoTime());
                    at = Integer.parseInt(line.substring(5));
                    last.setLength(0);
                } else if (line.startsWith("wrong ") || line.startsWith("  ")) {
                    add(wrong, line);
                } else if (OUTCOMES.contains(line)) {
                    outcomes.merge(line, 1, Integer::sum);
                } else if (line.equals("done")) {
                    done = true;
                } else if (last.length() < 2_000) {
                    last.append(line).append('\n');
                }
            }
        }
        int code = process.waitFor();
        watch.interrupt();
        FuzzChild.delete(temporary);
        Files.writeString(
                root.resolve("kept").resolve("outcomes.txt"),
                "seed " + SEED + ", cases " + first + " to " + at + ": " + outcomes + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        if (!done) {
            wrong.add("case " + at + ": the process ended with " + code + (code == 137 ? " because it hung" : "")
                    + " after saying\n" + last);
        }
        return done ? end : at + 1;
    }

    private static void add(List<String> wrong, String line) {
        if (line.startsWith("wrong ")) {
            wrong.add(line);
        } else if (!wrong.isEmpty()) {
            wrong.set(wrong.size() - 1, wrong.get(wrong.size() - 1) + "\n" + line);
        }
    }

    private static void endIfItHangs(Process process, AtomicLong progress) {
        try {
            while (process.isAlive()) {
                Thread.sleep(200);
                if (System.nanoTime() - progress.get() > HANG) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            // it ended
        }
    }
}
