package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where snapshots are kept, and under what names. */
class SnapshotPlaceTest {
    private static final Path FOLDER = Path.of("src/test/resources/io/github/residual4j/testing/SnapshotPlaceTest");

    private static Path place(Class<?> testClass) {
        TestModule module = TestModule.of(testClass);
        return module.folder().relativize(snapshot("paris").fileFor(module, testClass));
    }

    @Nested
    class Inner {}

    @Test
    void liesBesideTheSourcesOfTheTestClass() {
        assertThat(place(SnapshotPlaceTest.class)).isEqualTo(FOLDER.resolve("paris.safetensors"));
        assertThat(place(Inner.class)).isEqualTo(FOLDER.resolve("Inner/paris.safetensors"));
        assertThat(TestModule.of(SnapshotPlaceTest.class).folder().resolve("src/test/java"))
                .as("this module")
                .isDirectory();
    }

    @Test
    void belongsToTheNearestClassThatHasAName() {
        class Local {}
        Object anonymous = new Object() {};

        assertThat(place(Local.class)).isEqualTo(FOLDER.resolve("paris.safetensors"));
        assertThat(place(anonymous.getClass())).isEqualTo(FOLDER.resolve("paris.safetensors"));
    }

    @Test
    void theCallerIsTheTestHoweverItCalls() {
        Supplier<Class<?>> lambda = CallingClass::find;
        Supplier<Class<?>> anonymous = new Supplier<>() {
            @Override
            public Class<?> get() {
                return CallingClass.find();
            }
        };

        assertThat(CallingClass.find()).isEqualTo(SnapshotPlaceTest.class);
        assertThat(lambda.get()).isEqualTo(SnapshotPlaceTest.class);
        assertThat(anonymous.get().getEnclosingClass()).isEqualTo(SnapshotPlaceTest.class);
    }

    @Test
    void anotherFolderBeginsAtTheModule(@TempDir Path elsewhere) {
        TestModule module = TestModule.of(SnapshotPlaceTest.class);

        assertThat(snapshot("a").in(Path.of("golden")).fileFor(module, SnapshotPlaceTest.class))
                .isEqualTo(module.folder().resolve("golden/a.safetensors"));
        assertThat(snapshot("a").in(elsewhere).fileFor(module, SnapshotPlaceTest.class))
                .isEqualTo(elsewhere.resolve("a.safetensors"));
    }

    @Test
    void saysWhatToRunInEachKindOfBuild(@TempDir Path folder) throws Exception {
        TestModule module = new TestModule(folder);
        assertThat(module.updateCommand(Inner.class))
                .isEqualTo("io.github.residual4j.testing.SnapshotPlaceTest with -Dresidual4j.snapshots=update");

        Files.createFile(folder.resolve("build.gradle.kts"));
        assertThat(module.updateCommand(Inner.class))
                .isEqualTo("RESIDUAL4J_SNAPSHOTS=update ./gradlew test --tests"
                        + " io.github.residual4j.testing.SnapshotPlaceTest");

        Files.createFile(folder.resolve("pom.xml"));
        assertThat(module.updateCommand(Inner.class))
                .isEqualTo("mvn test -Dtest=SnapshotPlaceTest -Dresidual4j.snapshots=update");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../paris",
                "..",
                ".",
                "",
                "/paris",
                "a/b",
                "a\\b",
                "C:paris",
                "paris.",
                " paris",
                "paris ",
                ".hidden",
                "pa\nris",
                "pa\0ris",
                "Zürich",
                "a*"
            })
    void refusesNamesThatAreNoPlainFileNames(String name) {
        assertThatThrownBy(() -> snapshot(name))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("A snapshot cannot be named \"" + Places.escape(name)
                        + "\"; a name is up to 100 letters (a to z), digits, underscores, hyphens, dots and blanks, and"
                        + " neither begins nor ends with a dot or a blank.");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThat(snapshot("a".repeat(100))).hasToString("snapshot \"" + "a".repeat(100) + "\"");
        assertThatThrownBy(() -> snapshot("a".repeat(101))).isInstanceOf(BadRequestException.class);
    }
}
