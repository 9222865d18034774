package io.github.residual4j.spark;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** A master and two workers of Spark's own cluster manager on the loopback address, in processes of their own. */
final class StandaloneCluster implements AutoCloseable {
    private static final long START_MILLIS = 120_000;

    private final Path home;
    private final Path work;
    private final int port;
    private final List<Process> processes = new ArrayList<>();

    /** @param work where logs and the workers' files go */
    StandaloneCluster(Path work) throws IOException, InterruptedException {
        this.work = work;
        home = Path.of(System.getProperty("spark.test.home"));
        Files.writeString(home.resolve("RELEASE"), "Spark\n"); // by which Spark knows that its jars lie in jars
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try {
            start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "" + port);
            awaitPort();
            for (int worker = 0; worker < 2; worker++) {
                start(
                        "worker" + worker,
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        "127.0.0.1",
                        "--cores",
                        "1",
                        "--memory",
                        "800m",
                        "--work-dir",
                        work.resolve("work" + worker).toString(),
                        url());
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void start(String name, String mainClass, String... args) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
        command.addAll(moduleFlags());
        command.addAll(List.of("-cp", home.resolve("jars").resolve("*").toString(), mainClass));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve(name + ".log").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("SPARK_HOME", home.toString());
        environment.put("SPARK_LOCAL_IP", "127.0.0.1");
        environment.put("SPARK_SCALA_VERSION", "2.13");
        processes.add(builder.start());
    }

    private static List<String> moduleFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .toList();
    }

    private void awaitPort() throws IOException, InterruptedException {
        long end = System.currentTimeMillis() + START_MILLIS;
        while (true) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                if (System.currentTimeMillis() > end || !processes.get(0).isAlive()) {
                    throw new IOException(
                            "The master did not start:\n" + Files.readString(work.resolve("master.log")), e);
                }
                Thread.sleep(100);
            }
        }
    }

    String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** Kills one of the executors, if one runs. */
    boolean killAnExecutor() {
        for (Process process : processes) {
            for (ProcessHandle child : process.descendants().toList()) {
                if (child.destroyForcibly()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The jars of this library and of what it needs beyond Spark's: all of the class path that Spark does not have. */
    String applicationJars() throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            boolean sparks = Files.exists(home.resolve("jars").resolve(path.getFileName()));
            boolean tests =
                    entry.contains("test-classes") || entry.matches(".*(junit|assertj|archunit|opentest4j|surefire).*");
            if (!sparks && !tests && Files.exists(path)) {
                jars.add(Files.isDirectory(path) ? jar(path, jars.size()).toString() : entry);
            }
        }
        return String.join(",", jars);
    }

    private Path jar(Path classes, int number) throws IOException {
        Path jar = work.resolve("classes" + number + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    entries.putNextEntry(
                            new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                    Files.copy(file, entries);
                    entries.closeEntry();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return jar;
    }

    @Override
    public void close() {
        for (int i = processes.size() - 1; i >= 0; i--) {
            Process process = processes.get(i);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            try {
                process.waitFor(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
