package io.github.residual4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.residual4j.capture.LanguageModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Holds the README to what it says. Each of its Java blocks becomes a method of one program, which runs in a folder with
 * two checkpoints, {@code gpt2} and {@code gpt2-finetuned}, and a session. A comment before a block changes that:
 *
 * <ul>
 *   <li>{@code <!-- before: CODE -->}: statements that stand before the block's own;
 *   <li>{@code <!-- compiled only: REASON -->}: it is compiled with the rest and not run;
 *   <li>{@code <!-- from: FILE -->}: it is an excerpt of a file, where it is compiled and run.
 * </ul>
 *
 * <p>The commands are run by {@code .ci/readme-commands}.
 */
class ReadmeTest {
    private static final Path POM = Path.of("../pom.xml");
    private static final String PROGRAM = "ReadmeProgram";
    private static final String IMPORTS = Stream.of(
                    "io.github.residual4j",
                    "io.github.residual4j.analysis",
                    "io.github.residual4j.capture",
                    "io.github.residual4j.capture.corpus",
                    "io.github.residual4j.capture.runtime",
                    "io.github.residual4j.error",
                    "io.github.residual4j.hook",
                    "io.github.residual4j.render",
                    "io.github.residual4j.render.figures",
                    "io.github.residual4j.render.panel",
                    "io.github.residual4j.testing",
                    "java.nio.file",
                    "java.util",
                    "java.util.stream")
            .map(name -> "import " + name + ".*;\n")
            .collect(Collectors.joining());

    @TempDir
    private Path folder;

    private final Readme readme = Readme.read();

    ReadmeTest() throws IOException {}

    @Test
    void itsCodeCompilesAndRuns() throws IOException, InterruptedException {
        EmbeddedCopy.write(folder.resolve("gpt2"));
        EmbeddedCopy.writeRounded(folder.resolve("gpt2-finetuned"));
        saveSession();
        List<Readme.Block> blocks = readme.blocks("java").stream()
                .filter(block -> block.comment("from").isEmpty())
                .toList();
        assertThat(blocks).hasSizeGreaterThan(4);
        compile(program(blocks));
        String output = run(List.of(java(), "--add-modules", "jdk.incubator.vector", PROGRAM));
        for (Readme.Block block : blocks) {
            if (block.comment("compiled only").isEmpty()) {
                assertThat(output).contains("line " + block.line() + " ran");
            }
        }
    }

    private static String program(List<Readme.Block> blocks) {
        StringBuilder source = new StringBuilder(IMPORTS).append("class " + PROGRAM + " {\n");
        StringBuilder main = new StringBuilder("public static void main(String[] args) throws Exception {\n");
        for (Readme.Block block : blocks) {
            source.append("static void line" + block.line() + "() throws Exception {\n")
                    .append(block.comment("before").orElse("") + "\n" + block.code() + "}\n");
            if (block.comment("compiled only").isEmpty()) {
                main.append("line" + block.line() + "();\n")
                        .append("System.out.println(\"line " + block.line() + " ran\");\n");
            }
        }
        return source.append(main).append("}\n}\n").toString();
    }

    private void compile(String program) throws IOException {
        Path source = Files.writeString(folder.resolve(PROGRAM + ".java"), program);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            StringWriter errors = new StringWriter();
            List<String> options =
                    List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            boolean compiled = compiler.getTask(errors, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertThat(compiled).as(errors + "\n" + program).isTrue();
        }
    }

    @Test
    void itsExcerptsStandInTheFilesTheyName() throws IOException {
        List<Readme.Block> excerpts = readme.blocks("java").stream()
                .filter(block -> block.comment("from").isPresent())
                .toList();
        for (Readme.Block excerpt : excerpts) {
            String file = Files.readString(Path.of("..", excerpt.comment("from").orElseThrow()));
            assertThat(unindented(file)).contains(unindented(excerpt.code()));
        }
    }

    private static String unindented(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void itsPythonReadsASession() throws IOException, InterruptedException {
        saveSession();
        for (Readme.Block block : readme.blocks("python")) {
            List<String> lines = block.code().lines().toList();
            String last = lines.get(lines.size() - 1);
            String printing =
                    String.join("\n", lines.subList(0, lines.size() - 1)) + "\nprint(" + last.split("#")[0] + ")";
            assertThat(run(List.of(pythonWithNumPy(), "-c", printing))).startsWith("(17, 1, 6, 160)");
        }
    }

    private void saveSession() {
        try (LanguageModel model = LanguageModel.embedded()) {
            model.capture("Paris is the capital of").save(folder.resolve("session"));
        }
    }

    private String pythonWithNumPy() throws InterruptedException {
        for (String python : List.of("/usr/bin/python3", "python3")) {
            try {
                run(List.of(python, "-c", "import numpy"));
                return python;
            } catch (IOException | AssertionError e) {
                // The next one may have it.
            }
        }
        String missing = "No python3 with NumPy was found (Debian: python3-numpy), so the README's Python was not run.";
        return "true".equals(System.getenv("RESIDUAL4J_REQUIRE_PYTHON")) ? fail(missing) : abort(missing);
    }

    @Test
    void itsDependenciesAreThisVersion() throws Exception {
        String version = firstOf("<version>(.*?)</version>", Files.readString(POM));
        for (Readme.Block block : readme.blocks("xml")) {
            Document document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(
                            ("<snippet>" + block.code() + "</snippet>").getBytes(StandardCharsets.UTF_8)));
            var dependencies = document.getElementsByTagName("dependency");
            assertThat(dependencies.getLength()).isPositive();
            for (int i = 0; i < dependencies.getLength(); i++) {
                Element dependency = (Element) dependencies.item(i);
                assertModule(text(dependency, "artifactId"));
                assertThat(text(dependency, "groupId")).isEqualTo("io.github.residual4j");
            }
        }
        String script = Files.readString(Path.of("jbang/stream.java"));
        assertThat(all("residual4j-\\w+:([^'\\s]+)", readme.text() + script))
                .hasSizeGreaterThan(3)
                .containsOnly(version);
        assertThat(all("<version>([^<]+)</version>", readme.text())).containsOnly(version);
        assertThat(all("slf4j-nop:(.+)", script)).containsOnly(firstOf("<slf4j.version>(.*?)<", Files.readString(POM)));
    }

    private static void assertModule(String artifact) {
        String module = artifact.replace("residual4j-", "");
        assertThat(module.equals("bom") ? Path.of("bom") : Path.of("..", module))
                .isNotEmptyDirectory();
    }

    private static String text(Element element, String tag) {
        return element.getElementsByTagName(tag).item(0).getTextContent();
    }

    @Test
    void itsLinksLeadSomewhere() throws IOException {
        int count = 0;
        for (Path page : Readme.PAGES) {
            for (String link : all("(?:\\]\\(|src=\"|srcset=\")([^)\"]+)", Files.readString(page))) {
                String[] parts = link.split("#", 2);
                if (!link.startsWith("https://")) {
                    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                    assertThat(file).as(page + ": " + link).exists();
                    if (parts.length > 1) {
                        assertThat(headings(Files.readString(file)))
                                .as(page + ": " + link)
                                .contains(parts[1]);
                    }
                    count++;
                }
            }
        }
        assertThat(count).isGreaterThan(60);
    }

    @Test
    void itFitsAFewScreensAndSaysWhatItsPicturesShow() throws IOException {
        assertThat(Files.size(Readme.PAGES.get(0))).isLessThan(12_000);
        assertThat(readme.text()).doesNotContain("![](");
    }

    private static List<String> headings(String page) {
        return all("(?m)^#+ (.+)$", page).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult m) -> m.group(1))
                .toList();
    }

    private static String firstOf(String pattern, String text) {
        return all(pattern, text).get(0);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What a program prints that is started in the folder with the test's class path. */
    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment()
                .put("CLASSPATH", folder + java.io.File.pathSeparator + System.getProperty("java.class.path"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
