package io.github.residual4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final String[] FIGURES = {
        "cosine-consecutive.png",
        "statistics.png",
        "magnitudes.png",
        "alignment.png",
        "grid.png",
        "layers.gif",
        "layers.html",
        "index.html"
    };

    @TempDir
    Path folder;

    /** What a command left behind. */
    record Outcome(int exitCode, String out, String err) {}

    static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    static Outcome runWell(String... args) {
        Outcome outcome = run(args);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        return outcome;
    }

    private String captured(String text) {
        String session = folder.resolve("session").toString();
        runWell("capture", "--text", text, "--out", session);
        return session;
    }

    @Test
    void demoWritesSessionNumbersFiguresAndAPageToExplore() {
        Path out = folder.resolve("demo");
        Outcome outcome = runWell("demo", "--out", out.toString());
        assertThat(outcome.out())
                .startsWith("explore it: " + out.resolve("explore.html"))
                .containsPattern("\\d+\\.\\d %  \" France\"");
        assertThat(out.resolve("analysis.json")).content().contains("\"logit_lens\":{\"top_ids\":");
        assertThat(out).isDirectoryContaining("glob:**/tensors.npz").isDirectoryContaining("glob:**/analysis.json");
        assertThat(FIGURES).allSatisfy(name -> assertThat(out.resolve(name)).isNotEmptyFile());
        assertThat(out.resolve("explore.html")).isNotEmptyFile();
        assertThat(ActivationSession.load(out).text()).contains("Paris is the capital of");
    }

    @Test
    void aSecondDemoReplacesTheFirst() {
        String out = folder.resolve("demo").toString();
        runWell("demo", "--out", out);
        runWell("demo", "--out", out, "--text", "Tokyo is the capital of");
        assertThat(ActivationSession.load(Path.of(out)).text()).contains("Tokyo is the capital of");
    }

    @Test
    void captureTakesTextInAnyScript() {
        String text = "Bogotá, México — naïve 東京 🌍";
        ActivationSession session = ActivationSession.load(Path.of(captured(text)));
        assertThat(session.text()).contains(text);
    }

    @Test
    void captureTakesIdsInPlaceOfAText() {
        Path out = folder.resolve("session");
        runWell("capture", "--ids", "3,14,15", "--out", out.toString());
        assertThat(ActivationSession.load(out).tokens())
                .extracting(token -> token.id().getAsLong())
                .containsExactly(3L, 14L, 15L);
    }

    @Test
    void captureKeepsEveryPointWhenAsked() {
        Path out = folder.resolve("session");
        runWell("capture", "--text", "Paris", "--points", "all", "--bos", "--out", out.toString());
        ActivationSession session = ActivationSession.load(out);
        assertThat(session.arrays())
                .containsKeys("attention_patterns", "blocks.7.mlp.post", "blocks.0.attn.q", "logits");
        assertThat(session.provenance().prependBos()).isTrue();
        assertThat(session.tokens().get(0).label()).isEqualTo("<|endoftext|>");
    }

    @Test
    void analyzeWritesNumbersAndFiguresBesideTheSession() {
        String session = captured("Paris");
        runWell("analyze", session);
        Path analysis = Path.of(session, "analysis");
        assertThat(analysis.resolve("analysis.json")).content().contains("\"cosine_consecutive\"");
        assertThat(FIGURES)
                .allSatisfy(name -> assertThat(analysis.resolve(name)).isNotEmptyFile());
    }

    /** The upper left corner is background: white on paper and in light, black in dark. */
    @Test
    void themeAndColoursAreChosenByName() throws IOException {
        String session = captured("Paris");
        Path out = folder.resolve("themed");
        for (String theme : List.of("light", "dark", "print")) {
            runWell("analyze", session, "--out", out.toString(), "--theme", theme, "--colors", "notebook");
            int corner = ImageIO.read(out.resolve("alignment.png").toFile()).getRGB(0, 0) & 0xffffff;
            assertThat(corner).as(theme).isEqualTo(theme.equals("dark") ? 0 : 0xffffff);
        }
        Outcome outcome = run("analyze", session, "--theme", "pink");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("--theme", "pink", "light, dark, print");
    }

    @Test
    void analyzeLeavesAFolderAloneThatIsNotItsOwn() throws IOException {
        String session = captured("Paris");
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("thesis.tex"), "mine");
        Outcome outcome = run("analyze", session, "--out", other.toString());
        assertThat(outcome.exitCode()).isEqualTo(Main.FAILED);
        assertThat(outcome.err()).startsWith("residual4j: " + other).hasLineCount(1);
        assertThat(other).isDirectoryNotContaining("glob:**/*.png");
    }

    @ParameterizedTest
    @CsvSource({"0, a.gif", "-1, a.html", "2, A.GIF"})
    void animateWritesTheKindTheNameAsksFor(int token, String name) throws IOException {
        Path out = folder.resolve(name);
        runWell("animate", captured("Paris is the capital of"), "--token", "" + token, "--out", out.toString());
        String start = new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1);
        assertThat(start).startsWith(name.endsWith("html") ? "<!" : "GIF89a");
    }

    @Test
    void aTextComesFromAFileOrFromStandardInput() throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), "Paris is the capital of\r\n");
        String expected = runWell("score", "--text", "Paris is the capital of").out();
        assertThat(runWell("score", "--text-file", file.toString()).out()).isEqualTo(expected);
        InputStream in = System.in;
        try {
            System.setIn(new ByteArrayInputStream("Paris is the capital of".getBytes(StandardCharsets.UTF_8)));
            assertThat(runWell("score", "--text-file", "-").out()).isEqualTo(expected);
        } finally {
            System.setIn(in);
        }
        Outcome missing = run("score", "--text-file", folder.resolve("none.txt").toString());
        assertThat(missing.exitCode()).isEqualTo(Main.FAILED);
        assertThat(missing.err()).contains("none.txt: does not exist.");
        Files.write(file, new byte[] {'a', (byte) 0xff});
        assertThat(run("score", "--text-file", file.toString()).err()).contains("is not text in UTF-8");
        assertThat(run("score", "--text", "a", "--text-file", "b").exitCode()).isEqualTo(Main.WRONG_USAGE);
    }

    @Test
    void comparesTwoSessions() {
        String whole = captured("Paris is the capital of");
        String without = folder.resolve("without").toString();
        runWell("capture", "--text", "Paris is the capital of", "--zero", "blocks.4.attn_out", "--out", without);
        assertThat(runWell("compare", whole, without).out())
                .contains("blocks.4.resid_mid", "first beyond rounding: ")
                .containsPattern("first beyond rounding: blocks\\.4\\.resid_mid, token 0");
        assertThat(runWell("compare", whole, whole).out()).endsWith("nowhere beyond rounding" + System.lineSeparator());
    }

    @Test
    void textsOfDifferentLengthsAreComparedAligned() {
        String six = folder.resolve("six").toString();
        String seven = folder.resolve("seven").toString();
        runWell("capture", "--text", "Paris is the capital of", "--out", six);
        runWell("capture", "--text", "Tokyo is the capital of", "--out", seven);
        Outcome refused = run("compare", six, seven);
        assertThat(refused.exitCode()).isEqualTo(Main.FAILED);
        assertThat(refused.err()).contains("6", "7", "aligned from their ends");
        String fromEnd = runWell("compare", seven, six, "--from-end").out();
        assertThat(fromEnd).contains("positions 1 to 6; against positions 0 to 5");
        assertThat(runWell("compare", seven, six, "--pairs", "6=5").out())
                .contains("positions 6; against positions 5")
                .isEqualTo(runWell("compare", seven, six, "--pairs=-1=-1").out());
        assertThat(run("compare", seven, six, "--pairs", "6>5"))
                .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(Main.WRONG_USAGE))
                .satisfies(outcome -> assertThat(outcome.err()).contains("\"6>5\" names no pairs of positions"));
    }

    @Test
    void inspectListsAllThatCanBeAskedFor() {
        assertThat(runWell("inspect", "embedded").out().lines().map(String::strip))
                .contains("kind        GPT-2", "offers", "blocks.l.attn.pattern", "blocks.l.mlp.post");
    }

    @Test
    void inspectListsThePointsOneOnALine() {
        assertThat(runWell("inspect", "embedded").out().lines().map(String::strip))
                .contains("embed", "blocks.0.resid_mid", "blocks.7.resid_post")
                .anyMatch(line -> line.matches("layers\\s+8"));
    }

    /** What a run leaves that is ended between any two of the files it writes, and while it writes one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cosine-consecutive.png",
                "cosine-consecutive.png,statistics.png,layers.html",
                ".analysis.json.0d0cbb1c-6a3b-4b1c-8d2e-3f4a5b6c7d8e.residual4j-tmp",
                "norms.png,updates.png.1a2b3c4d5e.part",
                "analysis.json,layers.html.1a2b3c4d5e.part"
            })
    void analyzeFillsAFolderOfItsOwnThatWasInterrupted(String files) throws IOException {
        String session = captured("Paris");
        Path analysis = Files.createDirectory(Path.of(session, "analysis"));
        for (String file : files.split(",")) {
            Files.writeString(analysis.resolve(file), "unfinished");
        }
        runWell("analyze", session);
        assertThat(analysis.resolve("analysis.json")).content().contains("\"cosine_consecutive\"");
        assertOnlyOwnFiles(analysis);
    }

    private static void assertOnlyOwnFiles(Path analysis) throws IOException {
        try (Stream<Path> files = Files.list(analysis)) {
            assertThat(files.map(f -> f.getFileName().toString())).isSubsetOf(AnalysisFolder.FILES);
        }
    }

    /** So that a run which wrote them is known again, and one that no longer does takes them away. */
    @Test
    void analyzeWritesTheFilesItKnowsAndLeavesNoneOfAnEarlierSession() throws IOException {
        Path out = folder.resolve("analysis");
        Path all = folder.resolve("all");
        runWell("capture", "--text", "Paris is", "--points", "all", "--out", all.toString());
        runWell("analyze", all.toString(), "--out", out.toString());
        assertOnlyOwnFiles(out);
        assertThat(out).isDirectoryContaining("glob:**/attention-patterns.png");
        runWell("analyze", captured("Paris"), "--out", out.toString());
        assertThat(out).isDirectoryNotContaining("glob:**/attention-patterns.png");
    }

    @Test
    void aTextMayBeginWithAnAt() throws IOException {
        Path file = Files.writeString(folder.resolve("hello"), "from the file");
        assertThat(ActivationSession.load(Path.of(captured("@" + file))).text()).contains("@" + file);
        assertThat(ActivationSession.load(Path.of(captured("@hello"))).text()).contains("@hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3,14,15",
                "3, 14, 15",
                "[3, 14, 15]",
                "3 14 15",
                "(3,14,15)",
                "tensor([[ 3, 14, 15]])",
                "[3 14 15]"
            })
    void idsMayBeWrittenAsPythonPrintsThem(String ids) {
        Path out = folder.resolve("session");
        runWell("capture", "--ids", ids, "--out", out.toString());
        runWell("capture", "--out", out.toString(), "--ids", "3,", "14", "15");
        assertThat(ActivationSession.load(out).tokens())
                .extracting(token -> token.id().getAsLong())
                .containsExactly(3L, 14L, 15L);
    }

    /** Escape sequences in a session's names and texts: rename the window, clear the screen, hide what follows. */
    @Test
    void controlCharactersOfASessionReachNoTerminal() {
        String evil = "a\u001B]0;owned\u0007\u001B[2J\u009B31m\r\b\u202Eb\u2028c";
        ActivationSession.builder()
                .point("embed" + evil, new float[][] {{1, 2}, {3, 4}})
                .modelName(evil)
                .text(evil + "\nsecond line")
                .tokens(List.of(Token.of(0, 1, evil), Token.of(1, 2, "\n")))
                .provenance(Provenance.UNKNOWN.withWarnings(List.of(evil)))
                .build()
                .save(folder.resolve("evil"));
        Outcome analyzed = run("analyze", folder.resolve("evil").toString());
        Outcome failed = run(
                "animate", folder.resolve("evil").toString(), "--token", "9", "--out", folder.resolve("x.gif") + "");
        Outcome missing = run("analyze", folder.resolve("none\u001B[2J").toString());
        Outcome wrong = run("dra\u001B[2Jw");
        for (Outcome outcome : List.of(analyzed, failed, missing, wrong)) {
            assertThat((outcome.out() + outcome.err()).chars())
                    .allMatch(c -> c == '\n' || !Character.isISOControl(c) && c != 0x202E && c != 0x2028);
        }
        assertThat(analyzed.exitCode()).isZero();
        assertThat(analyzed.out())
                .contains("\\u001b]0;owned")
                .contains("\\u000asecond line")
                .hasLineCount(2);
        assertThat(analyzed.err()).startsWith("residual4j: warning: a\\u001b");
        assertThat(missing.err()).contains("\\u001b[2J").hasLineCount(1);
    }

    @Test
    void aWarningOfNotFiniteValuesIsPrinted() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            try (InputStream in = LanguageModel.class.getResourceAsStream("tiny-gpt2/" + name)) {
                Files.copy(in, model.resolve(name));
            }
        }
        byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
        int end = weights.length;
        weights[end - 1] = 0x7E; // float16 NaN as the last weight
        weights[end - 2] = 1;
        Files.write(model.resolve("model.safetensors"), weights);
        Outcome outcome = run(
                "capture",
                "--text",
                "Paris",
                "--model",
                model.toString(),
                "--out",
                folder.resolve("nan").toString());
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).startsWith("residual4j: warning: The captured values are not all finite: ");
        assertThat(run("analyze", folder.resolve("nan").toString()).err()).isEqualTo(outcome.err());
    }

    @Test
    void aMistypedCommandIsToldWhatMayHaveBeenMeant() {
        assertThat(run("anlyze", "x").err()).contains("did you mean analyze").hasLineCount(1);
        assertThat(run("Capture").err()).contains("capture").hasLineCount(1);
    }

    @Test
    void memoryThatIsTooSmallIsSaidSo() throws Exception {
        ActivationSessionBuilder large = ActivationSession.builder();
        for (int p = 0; p < 17; p++) {
            large.point("point " + p, new float[2000][160]);
        }
        String session = folder.resolve("large").toString();
        large.build().save(Path.of(session)); // 22 MB
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "analyze",
                        session)
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said).isEqualTo(Main.FAILED);
        assertThat(said).contains("residual4j: ").contains("-Xmx").doesNotContain("\tat ");
    }

    static Stream<Arguments> wrongUses() {
        return Stream.of(
                Arguments.of("Missing required subcommand", new String[] {}),
                Arguments.of("Unmatched argument", new String[] {"draw"}),
                Arguments.of("no list of token ids", new String[] {"capture", "--ids", "1,x"}),
                Arguments.of("--text", new String[] {"capture"}),
                Arguments.of("--ids", new String[] {"capture", "--text", "a", "--ids", "1"}),
                Arguments.of("one", new String[] {"capture", "--ids", "one"}),
                Arguments.of("residual, all", new String[] {"capture", "--text", "a", "--points", "some"}),
                Arguments.of("DIR", new String[] {"analyze"}),
                Arguments.of(".gif or .html", new String[] {"animate", "x", "--out", "a.png"}));
    }

    @ParameterizedTest
    @MethodSource("wrongUses")
    void wrongUseIsOneLineAndExitCode2(String told, String[] args) {
        Outcome outcome = run(args);
        assertThat(outcome.exitCode()).isEqualTo(Main.WRONG_USAGE);
        assertThat(outcome.err()).startsWith("residual4j: ").contains(told).hasLineCount(1);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void failedWorkIsOneLineAndExitCode1() {
        for (String[] args : new String[][] {
            {"capture", "--text", "", "--out", folder.resolve("s").toString()},
            {"capture", "--text", "a", "--model", folder.resolve("none").toString()},
            {"capture", "--text", "a", "--model", "hf:no/such/name"},
            {"analyze", folder.resolve("none").toString()},
            {"demo", "--text", "a ".repeat(1000), "--out", folder.resolve("d").toString()},
        }) {
            Outcome outcome = run(args);
            assertThat(outcome.exitCode()).as(args[0]).isEqualTo(Main.FAILED);
            assertThat(outcome.err()).startsWith("residual4j: ").hasLineCount(1);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void animateNamesTheTokensThereAre() {
        Outcome outcome = run("animate", captured("Paris"), "--token", "9");
        assertThat(outcome.exitCode()).isEqualTo(Main.FAILED);
        assertThat(outcome.err()).contains("--token 9").contains("tokens 0 to 1");
    }

    @Test
    void verboseAddsAStackTrace() {
        assertThat(run("analyze", "--verbose", folder.resolve("none").toString())
                        .err())
                .contains("BadFileException")
                .contains("\tat ");
    }

    @Test
    void captureTakesEditsInTheirOrder() throws IOException {
        Path plain = folder.resolve("plain");
        runWell("capture", "--text", "Paris is the capital of", "--points", "all", "--out", plain.toString());
        Path vector = folder.resolve("vector.npy");
        Files.write(vector, npy(160));
        Path edited = folder.resolve("edited");
        runWell(
                "capture",
                "--text",
                "Paris is the capital of",
                "--zero",
                "blocks.4.attn_out",
                "--scale=blocks.1.attn.z:2@3=0.5",
                "--add",
                "blocks.3.resid_pre@-1=" + vector + "*2.5",
                "--project-out",
                "blocks.5.resid_mid=" + vector,
                "--replace",
                "blocks.6.mlp_out@0-2=" + plain,
                "--mean",
                "blocks.7.attn.z:1=" + plain,
                "--knock-out",
                "2-5:-1>1,2",
                "--out",
                edited.toString());
        assertThat(ActivationSession.load(edited).provenance().edits())
                .extracting(Object::toString)
                .containsExactly(
                        "zero at blocks.4.attn_out",
                        "scale by 0.5 at blocks.1.attn.z, heads 2, positions 3",
                        "add 2.5 × a vector of 160 at blocks.3.resid_pre, positions -1",
                        "project out a direction of 160 at blocks.5.resid_mid",
                        "replace by those of \"Paris is the capital of\" at blocks.6.mlp_out, positions 0,1,2",
                        "replace by the mean over \"Paris is the capital of\" at blocks.7.attn.z, heads 1",
                        "knock out at blocks.2.attn.scores, blocks.3.attn.scores, blocks.4.attn.scores,"
                                + " blocks.5.attn.scores, positions -1, attended positions 1,2");
    }

    /** A vector 1, 0, 0, … as NumPy's save writes it. */
    private static byte[] npy(int length) {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + length + ",), }";
        String padded = header + " ".repeat(117 - header.length()) + "\n";
        byte[] head = ("\u0093NUMPY\u0001\u0000v\u0000" + padded).getBytes(StandardCharsets.ISO_8859_1);
        java.nio.ByteBuffer bytes =
                java.nio.ByteBuffer.allocate(head.length + 4 * length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return bytes.put(head).putFloat(1).array();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--zero|blocks.4.attnout|2|\"blocks.4.attnout\" is no hook point",
                "--zero|blocks.44.attn_out|1|There is no block 44; the model has 8",
                "--scale|embed|2|\"embed\" lacks what to put there",
                "--scale|embed=x|2|\"x\" is no number",
                "--knock-out|4:0>1|1|Positions 0 never attend to 1",
                "--knock-out|4:0|2|names no attention edges; expected BLOCKS:FROM>TO",
                "--zero|embed@5-2|2|\"5-2\" is no range of positions",
                "--add|embed=missing.npy|1|missing.npy",
                "--replace|embed=missing|1|missing"
            })
    void aBadEditIsOneClearLine(String option, String value, int exitCode, String words) {
        Outcome outcome = run(
                "capture",
                "--text",
                "Paris",
                option,
                value,
                "--out",
                folder.resolve("s").toString());
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.err()).contains(words).hasLineCount(1);
        assertThat(folder.resolve("s")).doesNotExist();
    }

    @Test
    void patchWritesItsNumbersAndPicture() throws IOException {
        Path out = folder.resolve("patching");
        for (String kind : List.of("resid_pre", "head_z")) {
            runWell(
                    "patch",
                    "--clean",
                    "Paris is the capital of",
                    "--corrupted",
                    "Berlin is the capital of",
                    "--answer",
                    " France",
                    "--wrong",
                    " Germany",
                    "--kind",
                    kind,
                    "--out",
                    out.toString());
            JsonObject json = json(out.resolve("patching.json"));
            assertThat(json.get("kind").getAsString()).isEqualTo(kind);
            assertThat(json.getAsJsonArray("row_labels")).hasSize(8);
            assertThat(json.getAsJsonArray("column_labels")).hasSize(kind.equals("head_z") ? 5 : 6);
            assertThat(json.getAsJsonArray("values")).hasSize(8);
            assertThat(json.get("clean_difference").getAsDouble())
                    .isGreaterThan(json.get("corrupted_difference").getAsDouble());
            assertThat(out.resolve("patching.png")).isNotEmptyFile();
        }
    }

    @Test
    void traceTellsWhatBringsAHiddenAnswerBack() throws IOException {
        Path out = folder.resolve("tracing");
        List<String> words = List.of(
                "trace",
                "--text",
                "Paris is the capital of",
                "--subject",
                "Paris",
                "--answer",
                " France",
                "--runs",
                "2");
        runWell(Stream.concat(words.stream(), Stream.of("--kind", "mlp_out", "--window", "3", "--out", out.toString()))
                .toArray(String[]::new));
        JsonObject json = json(out.resolve("tracing.json"));
        assertThat(json.get("kind").getAsString()).isEqualTo("mlp_out");
        assertThat(json.getAsJsonArray("row_labels")).hasSize(8);
        assertThat(json.getAsJsonArray("column_labels")).hasSize(6);
        assertThat(json.get("clean_difference").getAsDouble())
                .isGreaterThan(json.get("corrupted_difference").getAsDouble());
        assertThat(out.resolve("tracing.png")).isNotEmptyFile();
    }

    @Test
    void lensReadsATextAndASavedSession() throws IOException {
        Path out = folder.resolve("lens");
        Outcome outcome = runWell(
                "lens",
                "--text",
                "Paris is the capital of",
                "--answer",
                " France",
                "--answer",
                " Germany",
                "--top",
                "3",
                "--out",
                out.toString());
        assertThat(outcome.out()).contains("blocks.7.resid_post").contains("\" France\" is number 1,");
        JsonObject json = json(out.resolve("lens.json"));
        assertThat(json.getAsJsonArray("top_ids").get(0).getAsJsonArray().get(0).getAsJsonArray())
                .hasSize(3);
        assertThat(json.getAsJsonArray("answers")).hasSize(2);
        assertThat(out.resolve("lens.png")).isNotEmptyFile();
        String session = captured("Paris is the capital of");
        runWell("lens", session, "--answer", " France", "--top", "3", "--out", out.toString());
        assertThat(json(out.resolve("lens.json")).get("entropy")).isEqualTo(json.get("entropy"));
        assertThat(run("lens").exitCode()).isEqualTo(2);
        assertThat(run("lens", session, "--answer", "Great Britain").err())
                .contains("\"Great Britain\" is not one token but 5: [\"Gr\", \"eat\", \" B\", \"rit\", \"ain\"]");
    }

    @Test
    void attributeWritesALedgerThatAddsUp() throws IOException {
        Path out = folder.resolve("attribution");
        Outcome outcome = runWell(
                "attribute",
                "--text",
                "Paris is the capital of",
                "--answer",
                " France",
                "--wrong",
                " Germany",
                "--out",
                out.toString());
        assertThat(outcome.out()).contains("blocks.0.mlp_out").contains("the model's own");
        JsonObject json = json(out.resolve("attribution.json"));
        double sum = 0;
        for (var value : json.getAsJsonArray("values")) {
            sum += value.getAsDouble();
        }
        assertThat(json.get("sum").getAsDouble()).isCloseTo(sum, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(json.get("logit_difference").getAsDouble())
                .isCloseTo(sum, org.assertj.core.api.Assertions.within(1e-3));
        assertThat(json.getAsJsonArray("components")).hasSize(59);
        assertThat(out.resolve("attribution.png")).isNotEmptyFile();
        assertThat(run("attribute", "--text", "Paris is", "--answer", " France", "--position", "9")
                        .err())
                .contains("--position 9 does not exist; the model gives logits of 0 to 2, or");
    }

    @Test
    void generatePrintsTheTextAndWritesItsSession() {
        Path out = folder.resolve("generated");
        Outcome outcome =
                runWell("generate", "--text", "Paris is the capital of", "--tokens", "4", "--out", out.toString());
        assertThat(outcome.out()).startsWith("Paris is the capital of France.");
        ActivationSession session = ActivationSession.load(out);
        assertThat(session.tokens()).hasSize(10);
        assertThat(session.tokens().get(6).id()).hasValue(1090);
        assertThat(session.points()).hasSize(17);
        String drawn = runWell(
                        "generate",
                        "--text",
                        "Paris",
                        "--tokens",
                        "8",
                        "--temperature",
                        "0.9",
                        "--top-k",
                        "20",
                        "--top-p",
                        "0.9",
                        "--seed",
                        "4")
                .out();
        assertThat(runWell(
                                "generate",
                                "--text",
                                "Paris",
                                "--tokens",
                                "8",
                                "--temperature",
                                "0.9",
                                "--top-k",
                                "20",
                                "--top-p",
                                "0.9",
                                "--seed",
                                "4")
                        .out())
                .isEqualTo(drawn);
        String edited = runWell(
                        "generate", "--text", "Paris is the capital of", "--tokens", "4", "--zero", "blocks.0.mlp_out")
                .out();
        assertThat(edited).isNotEqualTo(outcome.out().lines().findFirst().orElseThrow());
        assertThat(run("generate", "--text", "Paris", "--tokens", "0").exitCode())
                .isEqualTo(1);
        assertThat(run("generate", "--text", "Paris", "--zero", "embed@-1").err())
                .contains("names positions from the end, which moves");
        Outcome full = run("generate", "--ids", "1,2", "--tokens", "300");
        assertThat(full.exitCode()).isZero();
    }

    @Test
    void steerMakesAVectorFromPairs() throws IOException {
        Path pairs = Files.writeString(
                folder.resolve("pairs.tsv"),
                "Peru Climate: hot\tPeru Climate: cold\n\nKenya Climate: hot\tKenya Climate: cold\n");
        Path vector = folder.resolve("vector.gguf");
        assertThat(runWell("steer", pairs.toString(), "--method", "component", "--out", vector.toString())
                        .out())
                .contains("steering vector of blocks [1, 2, 3, 4, 5, 6, 7]");
        assertThat(vector).isNotEmptyFile();
        Path figure = folder.resolve("steering.png");
        assertThat(runWell(
                                "steer",
                                pairs.toString(),
                                "--out",
                                vector.toString(),
                                "--text",
                                "Peru Climate:",
                                "--answer",
                                " France",
                                "--coefficients",
                                "-1,0,1",
                                "--figure",
                                figure.toString())
                        .out())
                .contains("drawn in " + figure);
        assertThat(figure).isNotEmptyFile();
        assertThat(run("steer", pairs.toString(), "--text", "Peru").exitCode()).isEqualTo(2);
        Files.writeString(pairs, "no pair\n");
        assertThat(run("steer", pairs.toString(), "--out", vector.toString()).err())
                .contains("line 1 is no pair; expected two texts with a tab between them");
    }

    @Test
    void scorePrintsEachTokenAndThePerplexity() {
        assertThat(runWell("score", "--text", "Paris is the capital of France.").out())
                .contains("-0.43", "\" France\"", "7 tokens scored, perplexity 1.76");
        assertThat(run("score", "--text", "x").err()).contains("has nothing to be scored");
    }

    private static JsonObject json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }
}
