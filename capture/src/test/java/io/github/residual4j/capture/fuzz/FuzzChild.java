package io.github.residual4j.capture.fuzz;

import com.sun.management.ThreadMXBean;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.ResidualException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The process that opens damaged files. It says which case is next before it begins it, and what was wrong with one. */
final class FuzzChild {
    private static final long SLOW = 1_000_000_000; // ns of computing time
    private static final String MEASURED = "it took ";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Kind kind;
    private final long seed;
    private final Path root;
    private final Path folder;
    private final PrintStream out;

    private FuzzChild(Kind kind, long seed, Path root) {
        this.kind = kind;
        this.seed = seed;
        this.root = root;
        this.folder = root.resolve("case");
        this.out = System.out;
    }

    /** @param arguments the kind, the seed, the first case, the case after the last, and a folder to work in */
    public static void main(String[] arguments) throws IOException {
        FuzzChild child =
                new FuzzChild(Kind.valueOf(arguments[0]), Long.parseLong(arguments[1]), Path.of(arguments[4]));
        Path scratch = Files.createTempDirectory("samples");
        Subject subject = child.kind.subject(scratch);
        delete(scratch);
        for (int number = Integer.parseInt(arguments[2]); number < Integer.parseInt(arguments[3]); number++) {
            child.run(subject, number);
        }
        child.out.println("done");
        System.exit(0); // whatever threads a library left
    }

    private void run(Subject subject, int number) throws IOException {
        delete(folder);
        Files.createDirectories(folder);
        subject.write(folder, new Random((seed * 31 + kind.ordinal()) * 1_000_003 + number));
        Set<String> before = files();
        long size = size();
        out.println("case " + number);
        String wrong = measured(subject, size);
        if (wrong.startsWith(MEASURED)) { // it may have been the first to use a class or a native library
            wrong = measured(subject, size);
        }
        Set<String> after = files();
        after.removeAll(before);
        after.remove("case/config.json"); // which is mended where it is missing
        if (wrong.isEmpty() && !after.isEmpty()) {
            wrong = "it wrote " + after;
        }
        if (!wrong.isEmpty()) {
            keep(number);
            out.println("wrong " + number + ": " + wrong.replace("\n", "\n  "));
        }
    }

    private String measured(Subject subject, long size) {
        long heap = THREADS.getCurrentThreadAllocatedBytes();
        long time = THREADS.getCurrentThreadCpuTime();
        String wrong = attempt(subject);
        time = THREADS.getCurrentThreadCpuTime() - time;
        heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
        if (wrong.isEmpty() && time > SLOW) {
            return MEASURED + time / 1_000_000 + " ms";
        }
        if (wrong.isEmpty() && heap > kind.heap(size)) {
            return MEASURED + heap + " bytes of heap for " + size + " bytes of files";
        }
        return wrong;
    }

    private String attempt(Subject subject) {
        Subject.Opened opened;
        try {
            opened = subject.open(folder);
        } catch (BadFileException e) {
            String reason = e.getMessage().substring(e.file().toString().length());
            boolean told = e.file().startsWith(folder) && reason.length() > 10 && reason.length() < 2_000;
            count("refused");
            return told ? "" : trace(e);
        } catch (Throwable e) {
            return trace(e);
        }
        try {
            opened.use();
            count("used");
        } catch (ResidualException e) {
            count("unusable");
            return e.getMessage().length() < 2_000 ? "" : trace(e);
        } catch (Throwable e) {
            return trace(e);
        }
        return "";
    }

    private void count(String outcome) {
        out.println(outcome);
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString()
                .lines()
                .limit(40)
                .map(line -> line.length() > 400 ? line.substring(0, 400) : line)
                .collect(Collectors.joining("\n"));
    }

    /** All files below the root and in the folder the process runs in, which is the root as well. */
    private Set<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(path -> root.relativize(path).toString())
                    .filter(name -> !name.startsWith("kept"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private long size() throws IOException {
        long size = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                size += Files.size(path);
            }
        }
        return size;
    }

    private void keep(int number) throws IOException {
        Path kept = Files.createDirectories(root.resolve("kept").resolve(kind + "-" + seed + "-" + number));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(kept.resolve(file.getFileName()));
                Files.copy(file, kept.resolve(file.getFileName()));
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
