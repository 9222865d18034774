package io.github.residual4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.AblationSweep;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Metric;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.render.color.Colormap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that the command explore writes, and what the demo tells beside it. */
class ExploreCommandTest {
    private static final String TEXT = "Paris is the capital of";
    private static final Offset<Float> ROUNDING = Offset.offset(1e-4f);

    private static final Offset<Double> HUNDREDTH = Offset.offset(0.011);
    private static final Offset<Double> TENTH = Offset.offset(0.11);

    @TempDir
    private Path folder;

    /** What a page holds. */
    private record Page(JsonObject tree, FloatBuffer numbers) {
        static Page read(Path file) throws IOException {
            String html = Files.readString(file);
            String mark = "<script id=\"data\" type=\"application/json\">";
            int from = html.indexOf(mark) + mark.length();
            JsonObject tree = JsonParser.parseString(html.substring(from, html.indexOf("</script>", from)))
                    .getAsJsonObject();
            byte[] bytes = Base64.getDecoder().decode(tree.get("values").getAsString());
            return new Page(
                    tree, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
        }

        float number(int at, int index) {
            return numbers.get(at + index);
        }

        JsonArray list(String name) {
            return tree.getAsJsonArray(name);
        }

        Iterable<String> each(String list, String key) {
            return StreamSupport.stream(list(list).spliterator(), false)
                    .map(JsonElement::getAsJsonObject)
                    .map(one -> one.get(key).getAsString())
                    .toList();
        }
    }

    @Test
    void thePageHoldsWhatTheModelTells() throws IOException {
        Path out = folder.resolve("new/page.html");
        MainTest.Outcome outcome = MainTest.runWell("explore", "--text", TEXT, "--out", out.toString());
        assertThat(outcome.out()).contains("6 tokens", "page written to " + out);
        Page page = Page.read(out);
        assertThat(page.each("attribution", "answer")).startsWith(" France").hasSize(3);
        assertThat(page.list("patching")).isEmpty();
        try (LanguageModel model = LanguageModel.embedded()) {
            ActivationSession session = model.request(TEXT)
                    .points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN)
                    .capture();
            int stream = page.tree().get("stream").getAsInt();
            for (int point = 0; point < 17; point++) {
                for (int token = 0; token < 6; token++) {
                    for (int d = 0; d < 160; d += 13) {
                        assertThat(page.number(stream, (point * 6 + token) * 160 + d))
                                .isCloseTo(session.value(point, token, d), ROUNDING);
                    }
                }
            }
            JsonObject block = page.list("attention").get(3).getAsJsonObject();
            assertThat(page.number(block.get("at").getAsInt(), 4 * 21 + 15 + 1)) // head 4, query 5, key 1
                    .isCloseTo(session.attentionPatterns().get(3).get(0, 4, 5, 1), ROUNDING);
            LogitLens lens = model.logitLens(session);
            int entropy = page.tree()
                    .getAsJsonObject("lens")
                    .getAsJsonObject("entropy")
                    .get("at")
                    .getAsInt();
            assertThat(page.number(entropy, 9 * 6 + 5))
                    .isCloseTo((float) lens.entropy().value(9, 5), ROUNDING);
        }
    }

    @Test
    void thePageTakesTheNotebooksColours() throws IOException {
        Path out = folder.resolve("page.html");
        MainTest.runWell("explore", "--text", TEXT, "--out", out.toString());
        assertThat(Page.read(out).tree().get("fixedRanges").getAsBoolean()).isFalse();
        MainTest.runWell("explore", "--text", TEXT, "--colors", "notebook", "--out", out.toString());
        JsonObject tree = Page.read(out).tree();
        assertThat(tree.get("fixedRanges").getAsBoolean()).isTrue();
        assertThat(tree.getAsJsonObject("light").get("states").getAsString())
                .startsWith(String.format("%06x", Colormap.VIRIDIS.rgb(0)))
                .endsWith(String.format("%06x", Colormap.VIRIDIS.rgb(255)));
    }

    @Test
    void answersAndACorruptedTextAreTheUsersOwn() throws IOException {
        Path out = folder.resolve("page.html");
        MainTest.runWell(
                "explore",
                "--text",
                TEXT,
                "--answer",
                " Germany",
                "--answer",
                " Spain",
                "--corrupted",
                "Rome is the capital of",
                "--out",
                out.toString());
        Page page = Page.read(out);
        assertThat(page.each("attribution", "answer")).containsExactly(" Germany", " Spain");
        assertThat(page.each("patching", "kind")).containsExactly("resid_pre", "head_z");
    }

    @Test
    void aSavedSessionAndTokenIdsGiveThePageOfTheirText() throws IOException {
        Path session = folder.resolve("session");
        Path out = folder.resolve("page.html");
        MainTest.runWell("capture", "--text", TEXT, "--points", "all", "--out", session.toString());
        MainTest.runWell(
                "explore", "--text", TEXT, "--out", folder.resolve("text.html").toString());
        MainTest.runWell("explore", session.toString(), "--out", out.toString());
        Page expected = Page.read(folder.resolve("text.html"));
        assertSame(Page.read(out), expected);
        try (LanguageModel model = LanguageModel.embedded()) {
            String ids = model.tokenize(TEXT).stream()
                    .map(token -> String.valueOf(token.id().orElseThrow()))
                    .collect(Collectors.joining(","));
            MainTest.runWell("explore", "--ids", ids, "--out", out.toString());
            assertSame(Page.read(out), expected);
        }
    }

    /** The same readings of the same states; a rank may be one off, where two tokens are alike but for rounding. */
    private static void assertSame(Page actual, Page expected) {
        assertThat(actual.each("attribution", "answer")).isEqualTo(expected.each("attribution", "answer"));
        assertThat(actual.list("notes")).isEqualTo(expected.list("notes"));
        assertThat(actual.numbers().remaining()).isEqualTo(expected.numbers().remaining());
        for (int i = 0; i < expected.numbers().remaining(); i++) {
            float number = expected.number(i, 0);
            if (number != Math.rint(number)) {
                assertThat(actual.number(i, 0)).isCloseTo(number, Offset.offset(1e-2f));
            }
        }
    }

    @Test
    void aSessionOfAChangedRunIsNotRunAgain() throws IOException {
        Path session = folder.resolve("session");
        Path out = folder.resolve("page.html");
        MainTest.runWell("capture", "--text", TEXT, "--zero", "blocks.4.attn_out", "--out", session.toString());
        MainTest.runWell("explore", session.toString(), "--out", out.toString());
        Page page = Page.read(out);
        assertThat(page.list("attribution")).isEmpty();
        assertThat(Files.readString(out)).contains("which a ledger needs");
        MainTest.Outcome refused = MainTest.run(
                "explore", session.toString(), "--corrupted", "Rome is the capital of", "--out", out.toString());
        assertThat(refused.err())
                .contains("run that was changed", "leave --corrupted out")
                .hasLineCount(1);
    }

    @Test
    void aSessionOfAnotherModelIsRefused() {
        Path session = folder.resolve("session");
        ActivationSession.builder().point("embed", new float[1][160]).build().save(session);
        MainTest.Outcome outcome = MainTest.run("explore", session.toString(), "--out", folder.resolve("p.html") + "");
        assertThat(outcome.exitCode()).isEqualTo(Main.FAILED);
        assertThat(outcome.err())
                .contains(session.toString(), "not told", "--model")
                .hasLineCount(1);
        assertThat(folder.resolve("p.html")).doesNotExist();
    }

    @Test
    void aWrongUseLeavesNoPage() {
        Path out = folder.resolve("page.html");
        assertThat(MainTest.run(
                        "explore",
                        "--text",
                        TEXT,
                        "--out",
                        folder.resolve("page.txt").toString()))
                .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(Main.WRONG_USAGE))
                .satisfies(outcome -> assertThat(outcome.err()).contains("ends in .html"));
        assertThat(MainTest.run("explore", "--text", TEXT, "--answer", "Great Britain", "--out", out.toString())
                        .err())
                .contains("\"Great Britain\" is not one token")
                .hasLineCount(1);
        assertThat(MainTest.run("explore", "--text", TEXT, "--corrupted", "Tokyo is the capital of", "--out", out + "")
                        .err())
                .contains("6 tokens and the corrupted one 7")
                .hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }

    /** The same by other ways: the lens and the ledger asked for alone, and a sweep that silences each head. */
    @Test
    void theDemoTellsWhereTheAnswerAroseWhoWroteItAndWhatSilencingDoes() {
        String told = MainTest.runWell("demo", "--out", folder.resolve("demo").toString())
                .out();
        try (LanguageModel model = LanguageModel.embedded()) {
            ActivationSession session = model.capture(TEXT);
            LogitLens lens = model.logitLens(session);
            int from = 16;
            while (from > 0
                    && lens.topIds().value(from - 1, 5, 0) == lens.topIds().value(16, 5, 0)) {
                from--;
            }
            assertThat(told)
                    .contains("\" France\" stands first from "
                            + session.points().get(from).name() + " on, point " + from + " of 16");
            LogitAttribution ledger = model.attribution(TEXT).of(" France").read();
            assertThat(number("L0 MLP ([-+.0-9]+)", told)).isCloseTo(ledger.value(5, "blocks.0.mlp_out"), HUNDREDTH);
            int foremost = 0;
            for (int head = 0; head < 40; head++) {
                foremost = written(ledger, head) > written(ledger, foremost) ? head : foremost;
            }
            long france = session.topTokens(1).get(0).id();
            AblationSweep silenced =
                    model.ablation(TEXT).metric(Metric.logProbability(france)).heads();
            assertThat(told)
                    .contains("without L" + foremost / 5 + " H" + foremost % 5
                            + ", the head that wrote most of it, \" France\" falls from ");
            assertThat(number("falls from ([.0-9]+) %", told))
                    .isCloseTo(100 * session.topTokens(1).get(0).probability(), TENTH);
            assertThat(number("falls from .* to ([.0-9]+) % and stays first", told))
                    .isCloseTo(100 * Math.exp(silenced.value().value(foremost / 5, foremost % 5)), TENTH);
        }
    }

    private static double number(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as("%s in %s", pattern, text).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private static double written(LogitAttribution ledger, int head) {
        return ledger.value(5, "blocks." + head / 5 + ".attn.head." + head % 5);
    }
}
