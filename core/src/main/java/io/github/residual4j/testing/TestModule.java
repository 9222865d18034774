package io.github.residual4j.testing;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The module of a build that holds a test class's sources.
 *
 * @param folder the module's folder, absolute
 */
record TestModule(Path folder) {
    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final String MAVEN = "pom.xml";
    private static final String[] GRADLE = {"build.gradle", "build.gradle.kts"};

    /**
     * The module that a class was compiled in: the nearest folder above its class files that has a build file or test
     * sources, or else Maven's {@code basedir}, or else the working directory.
     */
    static TestModule of(Class<?> testClass) {
        return new TestModule(classesFolder(testClass)
                .flatMap(TestModule::above)
                .or(() -> Optional.ofNullable(System.getProperty("basedir")).map(Path::of))
                .orElse(Path.of(""))
                .toAbsolutePath()
                .normalize());
    }

    private static Optional<Path> classesFolder(Class<?> testClass) {
        return Optional.ofNullable(testClass.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .flatMap(TestModule::path)
                .filter(Files::isDirectory);
    }

    private static Optional<Path> path(URL location) {
        try {
            URI uri = location.toURI();
            return Optional.of(Path.of(uri));
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return Optional.empty(); // not a place in the file system
        }
    }

    private static Optional<Path> above(Path classes) {
        return Stream.iterate(classes.toAbsolutePath().getParent(), folder -> folder != null, Path::getParent)
                .filter(folder -> isMaven(folder) || isGradle(folder) || Files.isDirectory(folder.resolve("src/test")))
                .findFirst();
    }

    private static boolean isMaven(Path folder) {
        return Files.isRegularFile(folder.resolve(MAVEN));
    }

    private static boolean isGradle(Path folder) {
        return Stream.of(GRADLE).anyMatch(file -> Files.isRegularFile(folder.resolve(file)));
    }

    /** Where a class's snapshots lie within its module. */
    static Path resources(Class<?> testClass) {
        Deque<String> names = new ArrayDeque<>();
        for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
            if (!type.isAnonymousClass() && !type.isLocalClass()) {
                names.addFirst(type.getSimpleName());
            }
        }
        Path folder = RESOURCES.resolve(testClass.getPackageName().replace('.', '/'));
        for (String name : names) {
            folder = folder.resolve(name);
        }
        return folder;
    }

    /** What to run to write the snapshots of a test class. */
    String updateCommand(Class<?> testClass) {
        Class<?> outermost = testClass;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        if (isMaven(folder)) {
            return "mvn test -Dtest=" + outermost.getSimpleName() + " -D" + SnapshotMode.PROPERTY + "=update";
        }
        if (isGradle(folder)) {
            return SnapshotMode.VARIABLE + "=update ./gradlew test --tests " + outermost.getName();
        }
        return outermost.getName() + " with -D" + SnapshotMode.PROPERTY + "=update";
    }

    /** A file's path within the module, or its whole path when it lies elsewhere. */
    String shown(Path file) {
        return (file.startsWith(folder) ? folder.relativize(file) : file)
                .toString()
                .replace('\\', '/');
    }
}
