package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.atol;
import static io.github.residual4j.testing.ActivationAssertions.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.SafetensorsSession;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written to a snapshot's file, and how a session is held against it. */
class SnapshotFileTest {
    private static final String FILE =
            "src/test/resources/io/github/residual4j/testing/SnapshotFileTest/paris.safetensors";

    @TempDir
    Path module;

    private final ActivationSession session = SmallSessions.numbered();

    @BeforeEach
    void makeAMavenModule() throws Exception {
        Files.createFile(module.resolve("pom.xml"));
    }

    private SnapshotFile file(Snapshot snapshot) {
        return new SnapshotFile(snapshot, SnapshotFileTest.class, new TestModule(module));
    }

    private void update(Snapshot snapshot, ActivationSession newSession) {
        assertThat(file(snapshot).explanation(newSession, SnapshotMode.UPDATE, Tolerance.EXACT))
                .isEmpty();
    }

    private Optional<String> check(Snapshot snapshot, ActivationSession newSession, Tolerance tolerance) {
        return file(snapshot).explanation(newSession, SnapshotMode.CHECK, tolerance);
    }

    @Test
    void aMissingFileIsAFailureThatSaysWhatToRun() {
        assertThat(check(snapshot("paris"), session, Tolerance.CAPTURES)).hasValue("""
                        There is no snapshot "paris" of SnapshotFileTest yet. Run
                          mvn test -Dtest=SnapshotFileTest -Dresidual4j.snapshots=update
                        to write %s, look at what changed, and commit the file.""".formatted(FILE));
        assertThat(module.resolve(FILE)).doesNotExist();
    }

    @Test
    void whatWasWrittenIsMatchedToTheBit() throws Exception {
        update(snapshot("paris"), session);

        assertThat(check(snapshot("paris"), session, Tolerance.EXACT)).isEmpty();
        assertThat(Files.list(module.resolve(FILE).getParent())).containsExactly(module.resolve(FILE));
    }

    @Test
    void aValueThatDiffersIsNamed() {
        update(snapshot("paris"), session);

        assertThat(check(snapshot("paris"), SmallSessions.with(1, 2, 0, 121), Tolerance.CAPTURES))
                .hasValue("""
                        The session is not the one in its snapshot "paris", %s.
                        Expecting blocks.0.resid_mid, token 2 " 100%%\\n", dimension 0
                          to be close to: 120.0
                          but was:        121.0
                        They differ by 1.000; allowed is 0.1201 (atol 1.0E-4 + rtol 0.001 × |expected|).
                        Of the other 23 values none differs by more than allowed.
                        If the change is meant, run
                          mvn test -Dtest=SnapshotFileTest -Dresidual4j.snapshots=update
                        and commit the file.""".formatted(FILE));
        assertThat(check(snapshot("paris"), SmallSessions.with(1, 2, 0, 121), atol(1)))
                .isEmpty();
    }

    @Test
    void anotherMakeIsExplainedBeforeValues() {
        update(snapshot("paris"), session);
        ActivationSession fewer = ActivationSession.builder()
                .tokens(session.tokens())
                .point("embed", new float[3][2])
                .build();

        assertThat(check(snapshot("paris"), fewer, Tolerance.CAPTURES).orElseThrow())
                .contains("They differ from number 1 on (counted from 0): nothing instead of \"blocks.0.resid_mid\".")
                .doesNotContain("to be close to");
    }

    @Test
    void keepsOnlyWhatIsAskedFor() {
        Snapshot narrow = snapshot("narrow")
                .ofPoints("blocks.0.resid_post", "embed")
                .ofTokens(-1, 0)
                .ofArrays("final");
        update(narrow, session);

        ActivationSession kept = SafetensorsSession.read(file(narrow).path());
        assertThat(kept.points()).extracting(Object::toString).containsExactly("embed", "blocks.0.resid_post");
        assertThat(kept.tokens())
                .containsExactly(session.tokens().get(0), session.tokens().get(2));
        assertThat(kept.vector(1, 1)).containsExactly(220, 221);
        assertThat(kept.arrays().get("final")).isEqualTo(FloatTensor.of(new float[] {900, 901, 920, 921}, 1, 2, 2));
        assertThat(check(narrow, SmallSessions.with(1, 2, 0, 7), Tolerance.EXACT))
                .as("a point left out")
                .isEmpty();
        assertThat(check(narrow, SmallSessions.with(0, 1, 0, 7), Tolerance.EXACT))
                .as("a token left out")
                .isEmpty();
        assertThat(check(narrow, SmallSessions.with(2, 2, 1, 7), Tolerance.EXACT)
                        .orElseThrow())
                .contains("Expecting blocks.0.resid_post, token 1 \" 100%\\n\" (position 2), dimension 1");

        Snapshot bare = snapshot("bare").ofArrays();
        update(bare, session);
        assertThat(SafetensorsSession.read(file(bare).path()).arrays()).isEmpty();
    }

    @Test
    void narrowsEveryArrayThatHasAValueForEachToken() {
        ActivationSession rich = SmallSessions.points(new float[3][3][2])
                .array("attention_patterns", numbered(1, 2, 3, 3))
                .array("blocks.0.attn.q", numbered(1, 3, 2, 2))
                .array("logits", FloatTensor.of(new float[] {7, 8}, 1, 1, 2))
                .array("odd", FloatTensor.of(new float[] {1, 2, 3}, 3))
                .build();

        ActivationSession kept =
                snapshot("rich").ofTokens(1).ofPoints("embed").excerpt().of(rich);

        assertThat(kept.arrays().get("attention_patterns"))
                .isEqualTo(FloatTensor.of(new float[] {3, 4, 5, 12, 13, 14}, 1, 2, 1, 3));
        assertThat(kept.arrays().get("blocks.0.attn.q"))
                .isEqualTo(FloatTensor.of(new float[] {4, 5, 6, 7}, 1, 1, 2, 2));
        assertThat(kept.arrays().get("logits").toArray()).containsExactly(7, 8);
        assertThat(kept.arrays().get("odd").toArray()).containsExactly(1, 2, 3);
    }

    /** Values 0, 1, 2, … row by row. */
    private static FloatTensor numbered(int... shape) {
        return FloatTensor.filled(
                values -> {
                    while (values.hasRemaining()) {
                        values.put(values.position());
                    }
                },
                shape);
    }

    @Test
    void refusesToKeepWhatTheSessionLacks() {
        assertThatThrownBy(() -> update(snapshot("a").ofPoints("nowhere"), session))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("No point is named \"nowhere\"");
        assertThatThrownBy(() -> update(snapshot("a").ofTokens(3), session))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("Token 3 does not exist; this session has tokens 0 to 2, or -3 to -1 from the end.");
        assertThatThrownBy(() -> update(snapshot("a").ofTokens(-4), session)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> update(snapshot("a").ofTokens(), session))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("A session needs at least one token.");
        assertThatThrownBy(() -> update(snapshot("a").ofArrays("logits"), session))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("No array is named \"logits\"; this session holds [final].");
        assertThat(file(snapshot("a")).path()).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(FloatType.class)
    void whatATypeRoundsAwayIsAllowedAndNoMore(FloatType type) {
        float[][] state = new float[60][1];
        for (int i = 0; i < 60; i++) {
            state[i][0] = (float) Math.pow(-1.5, i - 40); // both signs, from below F16's smallest normal number
        }
        ActivationSession spread =
                ActivationSession.builder().point("embed", state).build();
        Snapshot rounded = snapshot("rounded-" + type).keptAs(type);
        update(rounded, spread);
        float[][] off = state.clone();
        off[50] = new float[] {state[50][0] * 1.01f};

        assertThat(check(snapshot("rounded-" + type), spread, Tolerance.EXACT)).isEmpty();
        assertThat(check(
                        rounded, ActivationSession.builder().point("embed", off).build(), Tolerance.EXACT))
                .isPresent();
        assertThat(SafetensorsFile.open(file(rounded).path())
                        .entries()
                        .get("hidden_states")
                        .type())
                .isEqualTo(type.name());
    }

    @Test
    void aValueBeyondTheTypeLeavesTheOldFileAsItWas() throws Exception {
        Path folder = Files.createDirectory(module.resolve("golden"));
        Path old = folder.resolve("paris.safetensors");
        SafetensorsSession.write(old, session);
        byte[] before = Files.readAllBytes(old);

        assertThatThrownBy(() ->
                        update(snapshot("paris").keptAs(FloatType.F16).in(folder), SmallSessions.with(0, 0, 0, 70000)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("70000.0");
        assertThat(old).hasBinaryContent(before);
        assertThat(Files.list(folder)).containsExactly(old);
    }

    @Test
    void anUpdateReplacesTheOldFile() throws Exception {
        Path folder = Files.createDirectory(module.resolve("golden"));
        Path old = folder.resolve("replaced.safetensors");
        SafetensorsSession.write(old, SmallSessions.with(0, 0, 0, 7));

        update(snapshot("replaced").in(folder), session);

        assertThat(check(snapshot("replaced").in(folder), session, Tolerance.EXACT))
                .isEmpty();
        assertThat(Files.list(folder)).containsExactly(old);
    }

    @Test
    void theTimeOfACaptureIsNotKept() throws Exception {
        Path a = module.resolve("a");
        Path b = module.resolve("b");
        update(snapshot("paris").in(a), captured(Instant.EPOCH));
        update(snapshot("paris").in(b), captured(Instant.EPOCH.plusSeconds(5)));

        assertThat(a.resolve("paris.safetensors")).hasSameBinaryContentAs(b.resolve("paris.safetensors"));
    }

    private static ActivationSession captured(Instant created) {
        return SmallSessions.points(new float[3][3][2])
                .provenance(new Provenance(
                        false,
                        Optional.of("ab"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(created),
                        OptionalDouble.empty(),
                        List.of(),
                        List.of()))
                .build();
    }

    @Test
    void aSecondAssertionOfTheSameNameIsHeldAgainstTheFirst() {
        Snapshot twice = snapshot("twice");
        update(twice, session);
        update(twice, session);

        assertThat(file(twice)
                        .explanation(SmallSessions.with(0, 0, 0, 7), SnapshotMode.UPDATE, Tolerance.EXACT)
                        .orElseThrow())
                .contains("  but was:        7.0")
                .endsWith("The file was written by an earlier assertion of this run, which names its snapshot as this"
                        + " one does.");
        assertThat(check(twice, session, Tolerance.EXACT)).isEmpty();
    }

    @Test
    void aDamagedFileIsNoFailedAssertion() throws Exception {
        Path file = file(snapshot("paris")).path();
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {1, 2, 3});

        assertThatThrownBy(() -> check(snapshot("paris"), session, Tolerance.CAPTURES))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ");
    }

    @Test
    void aHuggingFaceSessionStaysOneWhenItIsKeptWhole() {
        ActivationSession theirs = ActivationSession.fromHuggingFaceHiddenStates()
                .point("embed", new float[][] {{1}})
                .point("blocks.0.resid_post", new float[][] {{2}})
                .point("final", new float[][] {{3}})
                .build();
        update(snapshot("theirs"), theirs);
        update(snapshot("last").ofPoints("final"), theirs);

        assertThat(SafetensorsSession.read(file(snapshot("theirs")).path()).isHuggingFaceHiddenStates())
                .isTrue();
        assertThat(check(snapshot("theirs"), theirs, Tolerance.EXACT)).isEmpty();
        assertThat(check(snapshot("last").ofPoints("final"), theirs, Tolerance.EXACT))
                .isEmpty();
    }
}
