package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Palette;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;

/** Drives the page to explore a run in a real browser, as wide as a desk's and as narrow as a telephone's. */
@Tag("once")
class ResidualExplorerTest extends BrowserTest {
    private static final int DESK = 1280;
    private static final int TELEPHONE = 390;

    private static final Explorations MADE = new Explorations(Sessions.paris());
    private static final ActivationSession SESSION = MADE.with(Sessions.paris());
    private static final LogitLens LENS = MADE.lens();
    private static final LogitAttribution LEDGER = MADE.ledger(6);
    private static final LogitAttribution LEDGER_OF_LAST = MADE.ledger(2);
    private static final PatchingSweep SWEEP = MADE.sweep("resid_pre");
    private static final PatchingSweep HEADS = MADE.sweep("head_z");
    private static final HeadScores SCORES = MADE.scores();

    @AfterEach
    void forget() {
        script("localStorage.clear()");
    }

    private ResidualExplorer page() {
        return ResidualExplorer.of(SESSION)
                .lens(LENS)
                .attribution(" word7", LEDGER)
                .attribution(" word8", LEDGER_OF_LAST)
                .patching(SWEEP)
                .patching(HEADS)
                .headScores(SCORES);
    }

    private void load(ResidualExplorer shown, int width, String address) {
        browser.width(width);
        Path page = folder.resolve("explore.html");
        shown.writeHtml(page);
        browser.driver().get("about:blank"); // or another address of the same page does not load it again
        browser.driver().get(page.toUri() + address);
    }

    private static List<WebElement> all(String selector) {
        return browser.driver().findElements(By.cssSelector(selector));
    }

    private static String read(String id) {
        return element(id).getText();
    }

    private static Object script(String code, Object... arguments) {
        return browser.driver().executeScript(code, arguments);
    }

    private static void choose(String select, String text) {
        all("#" + select + " option").stream()
                .filter(option -> text.equals(option.getDomProperty("text")))
                .findFirst()
                .orElseThrow()
                .click();
    }

    private static void press(CharSequence... keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    private static void focus(WebElement element) {
        script("arguments[0].focus()", element);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private static String address() {
        return String.valueOf(script("return decodeURIComponent(location.hash)"));
    }

    private static float last(String text) {
        return Float.parseFloat(text.substring(text.lastIndexOf(' ') + 1));
    }

    private static void assertNothingStandsOut() {
        assertThat(script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels beyond the page's edge")
                .isEqualTo(0L);
    }

    private void assertShows(int point, int token) {
        assertShows(point, token, Colormap.RD_BU_R);
    }

    private void assertShows(int point, int token, Colormap colors) {
        assertThat(read("point-name"))
                .isEqualTo(point + " of 16: " + SESSION.points().get(point).name());
        double limit = Double.parseDouble(element("limit").getDomProperty("value"));
        for (int d = 0; d < 160; d += 7) {
            int pixel = browser.pixel("grid", (d % 20 + 0.4) / 20, (d / 20 + 0.4) / 8);
            int index = (int) Math.max(0, Math.min(255, (SESSION.value(point, token, d) + limit) / (2 * limit) * 256));
            assertThat(pixel).as("dimension %d", d).isEqualTo(colors.rgb(index));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void opensAtTheLastTokenAndPoint(int width) {
        load(page(), width, "");
        assertShows(16, 5);
        assertThat(all("#tokens [aria-checked=true]"))
                .singleElement()
                .satisfies(token -> assertThat(token.getAccessibleName()).contains("token 5"));
        assertThat(read("next")).contains("␣word7");
        assertNothingStandsOut();
    }

    /** The notebook shows states in viridis from −3 to 3, until the reader asks for another range. */
    @Test
    void otherColoursAreTaken() {
        load(page().colors(Palette.NOTEBOOK), DESK, "");
        assertThat(element("limit").getDomProperty("value")).isEqualTo("3");
        assertShows(16, 5, Colormap.VIRIDIS);
        element("all").click();
        assertThat(element("limit").getDomProperty("value")).isNotEqualTo("3");
        assertShows(16, 5, Colormap.VIRIDIS);
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void everyTabShowsItsPanelAlone(int width) {
        load(page(), width, "");
        List<String> names = List.of("stream", "attention", "lens", "attribution", "patching", "numbers");
        assertThat(all("[role=tab]"))
                .extracting(tab -> tab.getDomAttribute("aria-controls"))
                .isEqualTo(names);
        for (String name : names) {
            element("tab-" + name).click();
            assertThat(all("[role=tabpanel]"))
                    .filteredOn(WebElement::isDisplayed)
                    .extracting(panel -> panel.getDomAttribute("id"))
                    .containsExactly(name);
            assertThat(element("tab-" + name).getDomAttribute("aria-selected")).isEqualTo("true");
            assertNothingStandsOut();
        }
    }

    @Test
    void theArrowKeysGoFromTabToTab() {
        load(page(), DESK, "");
        focus(element("tab-stream"));
        press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertThat(element("lens").isDisplayed()).isTrue();
        press(Keys.END);
        assertThat(element("numbers").isDisplayed()).isTrue();
    }

    @Test
    void aTabIsThereForWhatWasGiven() {
        load(ResidualExplorer.of(Sessions.paris()), DESK, "");
        assertThat(all("[role=tab]")).extracting(WebElement::getText).containsExactly("Stream", "Numbers");
        assertThat(all(".note"))
                .extracting(WebElement::getText)
                .anySatisfy(note -> assertThat(note).contains("no attention patterns"));
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void theStripChoosesTheTokenAndTheAddressKeepsIt(int width) throws InterruptedException {
        load(page(), width, "");
        all("#tokens button").get(1).click();
        assertShows(16, 1);
        focus(all("#tokens button").get(1));
        press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertShows(16, 3);
        await("the address", () -> address().startsWith("#token=3&point=blocks.7.resid_post"));
        browser.driver().navigate().refresh();
        assertShows(16, 3);
    }

    @Test
    void anAddressOpensWhatItNames() {
        load(page(), DESK, "#token=4&point=blocks.0.resid_post");
        assertShows(2, 4);
        load(page(), DESK, "#token=2&point=3&tab=attention&head=4.1&form=lines");
        assertThat(read("head-name")).startsWith("L4 H1");
        assertThat(element("lines").isDisplayed()).isTrue();
        script("location.hash = '#token=1&point=embed'");
        assertShows(0, 1);
    }

    @Test
    void whatAnAddressCannotMeanIsLeftAside() {
        load(page(), DESK, "#token=99&point=nowhere&tab=__proto__&head=9.9&color=x&answer=7&sweep=-1&measure=1e9");
        assertShows(16, 5);
    }

    @Test
    void theSliderStepsThroughThePointsAndPausesTheAnimation() throws InterruptedException {
        load(page(), DESK, "#point=0");
        element("point").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertShows(2, 5);
        element("play").click();
        assertThat(element("play").getDomAttribute("aria-pressed")).isEqualTo("true");
        await("the animation", () -> read("point-name").startsWith("4 of"));
        element("point").sendKeys(Keys.HOME);
        assertThat(read("play")).isEqualTo("Play");
        assertShows(0, 5);
        Thread.sleep(900);
        assertShows(0, 5);
    }

    @Test
    void theKeyboardStepsAndPlays() throws InterruptedException {
        load(page(), DESK, "#point=3");
        press(Keys.ARROW_LEFT);
        assertShows(2, 5);
        press(Keys.SPACE);
        await("the animation", () -> read("point-name").startsWith("4 of"));
        press(Keys.SPACE);
        assertThat(read("play")).isEqualTo("Play");
    }

    @Test
    void pointingATapAndTheArrowKeysReadTheSameCell() {
        load(page(), DESK, "#point=blocks.0.resid_post");
        int d = 47;
        var box = element("grid").getRect();
        int x = (int) ((d % 20 + 0.5) / 20 * box.width - box.width / 2.0);
        int y = (int) ((d / 20 + 0.5) / 8 * box.height - box.height / 2.0);
        new Actions(browser.driver()).moveToElement(element("grid"), x, y).perform();
        String pointed = read("stream-read");
        assertThat(pointed).startsWith("blocks.0.resid_post, token 5, dimension 47: ");
        assertThat(last(pointed)).isEqualTo(SESSION.value(2, 5, d));

        load(page(), TELEPHONE, "#point=blocks.0.resid_post");
        tap(element("grid"), (d % 20 + 0.5) / 20, (d / 20 + 0.5) / 8);
        assertThat(read("stream-read")).isEqualTo(pointed);

        load(page(), DESK, "#point=blocks.0.resid_post");
        focus(element("grid"));
        press(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        for (int i = 0; i < 7; i++) {
            press(Keys.ARROW_RIGHT);
        }
        assertThat(read("stream-read")).isEqualTo(pointed);
    }

    /** Touches an element at a part of its width and height. */
    private static void tap(WebElement element, double across, double down) {
        script("arguments[0].scrollIntoView({block: 'center'})", element);
        var box = element.getRect();
        int x = (int) ((across - 0.5) * box.width);
        int y = (int) ((down - 0.5) * box.height);
        PointerInput finger = new PointerInput(PointerInput.Kind.TOUCH, "finger");
        browser.driver()
                .perform(List.of(new Sequence(finger, 0)
                        .addAction(
                                finger.createPointerMove(Duration.ZERO, PointerInput.Origin.fromElement(element), x, y))
                        .addAction(finger.createPointerDown(0))
                        .addAction(finger.createPointerUp(0))));
    }

    @Test
    void theLargestDimensionsAreListed() {
        load(page(), DESK, "#point=7");
        element("count").clear();
        element("count").sendKeys("3");
        List<Integer> largest = IntStream.range(0, 160)
                .boxed()
                .sorted(Comparator.comparingDouble(d -> -Math.abs(SESSION.value(7, 5, d))))
                .limit(3)
                .toList();
        assertThat(all("#largest tbody th"))
                .extracting(th -> Integer.valueOf(th.getText()))
                .isEqualTo(largest);
        List<WebElement> values = all("#largest tbody td:nth-of-type(1)");
        for (int i = 0; i < 3; i++) {
            assertThat(Float.parseFloat(values.get(i).getText())).isEqualTo(SESSION.value(7, 5, largest.get(i)));
        }
    }

    @Test
    void theRangeOfColoursIsTheDatasUntilItIsChosen() {
        load(page(), DESK, "#point=2");
        double[] sizes = IntStream.range(0, 17 * 160)
                .mapToDouble(i -> Math.abs(SESSION.value(i / 160, 5, i % 160)))
                .sorted()
                .toArray();
        double quantile = sizes[(int) Math.ceil(0.98 * sizes.length) - 1];
        assertThat(Double.parseDouble(element("limit").getDomProperty("value")))
                .isBetween(quantile * 0.99, quantile * 1.01);
        element("limit").clear();
        element("limit").sendKeys("0.75");
        long above = IntStream.range(0, 160)
                .filter(d -> SESSION.value(2, 5, d) > 0.75)
                .count();
        long below = IntStream.range(0, 160)
                .filter(d -> SESSION.value(2, 5, d) < -0.75)
                .count();
        assertThat(read("beyond")).isEqualTo(above + " above, " + below + " below of 160");
        element("all").click();
        assertThat(read("beyond")).isEqualTo("none of 160 beyond");
        assertThat(element("all").getDomAttribute("aria-pressed")).isEqualTo("true");
        element("most").click();
        assertShows(2, 5);
    }

    @Test
    void theLineOfNormsChoosesThePoint() {
        load(page(), DESK, "");
        var box = element("norms").getRect();
        int x = (int) (60 + (box.width - 90) * 8 / 16.0 - box.width / 2.0);
        new Actions(browser.driver())
                .moveToElement(element("norms"), x, 0)
                .click()
                .perform();
        assertShows(8, 5);
    }

    private float weight(int block, int head, int query, int key) {
        FloatTensor patterns = SESSION.arrays().get(ActivationSession.ATTENTION_PATTERNS);
        return patterns.get(block, head, query, key);
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void everyHeadIsThereAndOneIsLarge(int width) {
        load(page(), width, "#tab=attention");
        assertThat(all("#heads button")).hasSize(40);
        all("#heads button").get(13).click();
        assertThat(read("head-name")).startsWith("L2 H3");
        focus(all("#heads button").get(13));
        press(Keys.ARROW_DOWN, Keys.ARROW_LEFT);
        assertThat(read("head-name")).startsWith("L3 H2");
        assertThat(all("#heads [aria-checked=true]")).hasSize(1);
        assertNothingStandsOut();
    }

    @Test
    void theForemostHeadIsShownFirst() {
        load(page(), DESK, "#tab=attention");
        int foremost = 0;
        for (int i = 0; i < 40; i++) {
            foremost = of(i) > of(foremost) ? i : foremost;
        }
        assertThat(read("head-name")).startsWith("L" + foremost / 5 + " H" + foremost % 5);
    }

    private double of(int head) {
        return LEDGER.value(5, "blocks." + head / 5 + ".attn.head." + head % 5);
    }

    @Test
    void theMatrixReadsByPointingTapAndKeys() {
        load(page(), DESK, "#tab=attention&head=6.2");
        int left = ((Number) script("return matrixPlan().left")).intValue();
        int size = ((Number) script("return matrixPlan().size")).intValue();
        var box = element("matrix").getRect();
        int x = left + (int) (2.5 * size) - box.width / 2;
        int y = 4 + (int) (4.5 * size) - box.height / 2;
        new Actions(browser.driver()).moveToElement(element("matrix"), x, y).perform();
        String pointed = read("attention-read");
        assertThat(pointed).contains("L6 H2", "token 4", "looks at token 2");
        assertThat(last(pointed)).isEqualTo(weight(6, 2, 4, 2));
        tap(element("matrix"), (left + 2.5 * size) / box.width, (4 + 4.5 * size) / box.height);
        assertThat(read("attention-read")).isEqualTo(pointed);
        assertThat(all("#tokens button").get(4).getDomAttribute("aria-checked")).isEqualTo("true");
        focus(element("matrix"));
        press(Keys.ARROW_DOWN, Keys.ARROW_LEFT);
        assertThat(last(read("attention-read"))).isEqualTo(weight(6, 2, 5, 1));
    }

    @Test
    void aCellOfTheMatrixHasTheColourOfItsWeight() {
        load(page(), DESK, "#tab=attention&head=1.0");
        int left = ((Number) script("return matrixPlan().left")).intValue();
        int size = ((Number) script("return matrixPlan().size")).intValue();
        int wide = ((Number) script("return element('matrix').width")).intValue();
        int high = ((Number) script("return element('matrix').height")).intValue();
        double[] weights = IntStream.range(0, 36)
                .filter(i -> i % 6 <= i / 6)
                .mapToDouble(i -> weight(1, 0, i / 6, i % 6))
                .sorted()
                .toArray();
        double highest = weights[(int) Math.ceil(0.98 * weights.length) - 1];
        for (int query = 0; query < 5; query++) {
            for (int key = 0; key <= query; key++) {
                int pixel =
                        browser.pixel("matrix", (left + (key + 0.5) * size) / wide, (4 + (query + 0.5) * size) / high);
                int index = (int) Math.min(255, weight(1, 0, query, key) / highest * 256);
                assertThat(pixel).as("%d, %d", query, key).isEqualTo(Colormap.VIRIDIS.rgb(index));
            }
        }
    }

    @Test
    void linesShowTheChosenTokensWeights() {
        load(page(), DESK, "#tab=attention&head=6.2&token=3");
        element("lines-form").click();
        assertThat(element("matrix-box").isDisplayed()).isFalse();
        List<String> shown = IntStream.rangeClosed(0, 3)
                .filter(key -> weight(6, 2, 3, key) >= 0.01)
                .mapToObj(key -> String.format(Locale.ROOT, "%.2f", weight(6, 2, 3, key)))
                .toList();
        assertThat(all("#lines text.weight")).extracting(WebElement::getText).isEqualTo(shown);
        WebElement from = browser.driver().findElement(By.cssSelector("#lines [data-from='4']"));
        new Actions(browser.driver()).moveToElement(from).perform();
        assertThat(all("#lines text.chosen")).extracting(WebElement::getText).containsExactly("␣capital");
        WebElement at = browser.driver().findElement(By.cssSelector("#lines [data-at='1']"));
        new Actions(browser.driver()).moveToElement(at).perform();
        assertThat(last(read("attention-read"))).isEqualTo(weight(6, 2, 4, 1));
        from = browser.driver().findElement(By.cssSelector("#lines [data-from='2']"));
        from.click();
        assertThat(all("#tokens button").get(2).getDomAttribute("aria-checked")).isEqualTo("true");
    }

    @Test
    void theFirstTokenCanBeLeftOut() {
        load(page(), DESK, "#tab=attention&head=6.2");
        String before = read("attention-high");
        element("without-first").click();
        double[] weights = IntStream.range(0, 36)
                .filter(i -> i % 6 <= i / 6 && i % 6 > 0)
                .mapToDouble(i -> weight(6, 2, i / 6, i % 6))
                .sorted()
                .toArray();
        double highest = weights[(int) Math.ceil(0.98 * weights.length) - 1];
        assertThat(read("attention-high")).isNotEqualTo(before);
        assertThat(Double.parseDouble(read("attention-high"))).isBetween(0.99 * highest, 1.01 * highest);
    }

    private static WebElement cell(String box, int row, int column) {
        return browser.driver()
                .findElement(By.cssSelector(
                        "#" + box + " tbody tr:nth-child(" + (row + 1) + ") td:nth-of-type(" + (column + 1) + ")"));
    }

    private String likeliest(int point, int token) {
        int id = (int) LENS.topIds().value(point, token, 0);
        return id == Explorations.VOCABULARY - 1 ? "id " + id : "␣word" + id;
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void theLensTellsTheLikeliestTokenOfEachStateFromTheLastPointDown(int width) {
        load(page(), width, "#tab=lens");
        for (int point = 0; point < 17; point++) {
            for (int token = 0; token < 6; token++) {
                boolean settled = LENS.settlesAt().value(token) == point;
                assertThat(cell("lens-table", 16 - point, token).getText())
                        .isEqualTo((settled ? "▸ " : "") + likeliest(point, token));
            }
        }
    }

    @Test
    void theLensIsColouredByProbabilityEntropyOrRank() {
        load(page(), DESK, "#tab=lens");
        assertFill(16 - 3, 2, LENS.topProbabilities().value(3, 2, 0));
        choose("lens-color", "entropy");
        double highest = IntStream.range(0, 17 * 6)
                .mapToDouble(i -> LENS.entropy().value(i / 6, i % 6))
                .max()
                .getAsDouble();
        assertFill(16 - 3, 2, LENS.entropy().value(3, 2) / highest);
        choose("lens-color", "rank of \u2068␣word8\u2069");
        double worst = IntStream.range(0, 17 * 6)
                .mapToDouble(i -> LENS.rank().value(1, i / 6, i % 6))
                .max()
                .getAsDouble();
        double rank = LENS.rank().value(1, 3, 2);
        assertFill(16 - 3, 2, 1 - Math.log(rank) / Math.log(worst));
        assertThat(cell("lens-table", 16 - 3, 2).getText()).contains((int) rank + " · ");
    }

    private static void assertFill(int row, int column, double unit) {
        int rgb = Colormap.VIRIDIS.rgb((int) Math.max(0, Math.min(255, Math.floor((float) unit * 256))));
        assertThat(cell("lens-table", row, column).getCssValue("background-color"))
                .isEqualTo("rgba(" + (rgb >> 16) + ", " + (rgb >> 8 & 255) + ", " + (rgb & 255) + ", 1)");
    }

    @Test
    void pointingTapAndKeysReadTheLens() {
        load(page(), DESK, "#tab=lens");
        new Actions(browser.driver())
                .moveToElement(cell("lens-table", 16 - 5, 3))
                .perform();
        String pointed = read("lens-read");
        assertThat(pointed).startsWith("blocks.2.resid_mid, token 3").contains(likeliest(5, 3));
        for (int place = 0; place < Explorations.PLACES; place++) {
            assertThat(pointed)
                    .contains(String.format(
                            Locale.ROOT,
                            "%.1f %%",
                            100 * LENS.topProbabilities().value(5, 3, place)));
        }
        assertThat(pointed)
                .contains("word8\u2069 is number " + (int) LENS.rank().value(1, 5, 3) + " ");
        tap(cell("lens-table", 16 - 5, 3), 0.5, 0.5);
        assertThat(read("lens-read")).isEqualTo(pointed);
        focus(cell("lens-table", 16 - 5, 3));
        press(Keys.ARROW_UP, Keys.ARROW_LEFT, Keys.ENTER);
        assertThat(read("lens-read")).startsWith("blocks.2.resid_post, token 2");
        element("tab-stream").click();
        assertShows(6, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void attributionTellsWhatEachPartWrote(int width) {
        load(page(), width, "#tab=attribution&token=4");
        for (int block = 0; block < 8; block++) {
            for (int head = 0; head < 5; head++) {
                double value = LEDGER.value(4, "blocks." + block + ".attn.head." + head);
                assertThat(number(cell("attribution-parts", block, head).getText()))
                        .isBetween(value - 0.00501, value + 0.00501);
            }
        }
        WebElement mlp = cell("attribution-parts", 3, 6);
        tap(mlp, 0.5, 0.5);
        assertThat(read("attribution-read")).startsWith("blocks.3.mlp_out adds ");
        String said = read("attribution-read").replaceAll(".* adds ([-0-9.e]+) to .*", "$1");
        assertThat(Float.parseFloat(said)).isEqualTo((float) LEDGER.value(4, "blocks.3.mlp_out"));
        assertThat(read("attribution-sum"))
                .contains("token 4", rounded(LEDGER.sum().value(4)));
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace('−', '-'));
    }

    private static String rounded(double value) {
        return new java.math.BigDecimal((float) value)
                .round(new java.math.MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    @Test
    void attributionIsOfAChosenAnswerAndSaysWhereThereIsNone() {
        load(page(), DESK, "#tab=attribution&token=4");
        List<Double> sizes = LEDGER.values().axes().get(1).labels().stream()
                .map(component -> Math.abs(LEDGER.value(4, component)))
                .sorted(Comparator.reverseOrder())
                .toList();
        List<WebElement> bars = all(".contribution .number");
        for (int i = 0; i < bars.size(); i++) {
            assertThat(Math.abs(number(bars.get(i).getText()))).isBetween(sizes.get(i) - 0.006, sizes.get(i) + 0.006);
        }
        choose("answer", "\u2068␣word8\u2069");
        double other = LEDGER_OF_LAST.value(0, "blocks.0.attn.head.0");
        assertThat(number(cell("attribution-parts", 0, 0).getText())).isBetween(other - 0.00501, other + 0.00501);
        all("#tokens button").get(2).click();
        assertThat(read("attribution-read")).contains("holds no logits at token 2", "from token 4 on");
        assertThat(all("#attribution-parts table")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void patchingShowsEachSweep(int width) {
        load(page(), width, "#tab=patching");
        assertThat(number(cell("patching-table", 2, 3).getText()))
                .isBetween(
                        SWEEP.normalised().value(2, 3) - 0.00501,
                        SWEEP.normalised().value(2, 3) + 0.00501);
        choose("sweep", "head_z");
        tap(cell("patching-table", 2, 3), 0.5, 0.5);
        String said = read("patching-read");
        assertThat(last(said)).isEqualTo((float) HEADS.value().value(2, 3));
        assertThat(said).contains("block L2", "␣the");
        assertThat(read("patching-view")).contains("clean text 4.5", "corrupted one −4");
    }

    @ParameterizedTest
    @ValueSource(ints = {DESK, TELEPHONE})
    void numbersAreTheAnalysesOwn(int width) {
        load(page(), width, "#tab=numbers");
        double[][] norms = ResidualAnalyzer.of(SESSION).tokenStatistics().l2().toMatrix();
        for (int point = 0; point < 17; point += 4) {
            for (int token = 0; token < 6; token++) {
                WebElement cell = cell("numbers-table", point, token);
                assertThat(Float.parseFloat(cell.getDomAttribute("title"))).isEqualTo((float) norms[point][token]);
                assertThat(number(cell.getText())).isBetween(norms[point][token] - 0.01, norms[point][token] + 0.01);
            }
        }
        Measure cosines = ResidualAnalyzer.of(SESSION)
                .cosineBetweenConsecutivePoints()
                .measures()
                .get(0);
        choose("measure", cosines.name());
        String csv = String.valueOf(
                script("return decodeURIComponent(element('csv').href.slice('data:text/csv;charset=utf-8,'.length))"));
        String[] line = csv.split("\n")[3].split(",");
        assertThat(Float.parseFloat(line[4])).isEqualTo((float) cosines.value(2, 3));
    }

    @Test
    void lightAndDarkAreRemembered() {
        load(page(), DESK, "");
        assertThat(background()).isEqualTo("rgb(255, 255, 255)");
        element("theme").click();
        assertThat(background()).isEqualTo("rgb(13, 16, 20)");
        browser.driver().navigate().refresh();
        assertThat(background()).isEqualTo("rgb(13, 16, 20)");
        assertThat(element("theme").getDomAttribute("aria-pressed")).isEqualTo("true");
        assertShows(16, 5, Colormap.BU_BK_OR);
        element("theme").click();
        assertThat(background()).isEqualTo("rgb(255, 255, 255)");
        assertShows(16, 5);
    }

    private static Object background() {
        return script("return getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void everyControlHasANameForScreenReaders() {
        load(page(), DESK, "");
        for (String tab : List.of("stream", "attention", "lens", "attribution", "patching", "numbers")) {
            element("tab-" + tab).click();
            assertThat(all("button, input, select, canvas[tabindex], svg[role=img], [role=radiogroup], [role=region]"))
                    .filteredOn(WebElement::isDisplayed)
                    .isNotEmpty()
                    .allSatisfy(
                            control -> assertThat(control.getAccessibleName()).isNotBlank());
        }
        assertThat(element("point").getDomAttribute("aria-valuetext")).isEqualTo("16 of 16: blocks.7.resid_post");
    }

    @Test
    void aHostileTextDoesNothing() {
        String attack = "</script><img src=x onerror=\"window.hacked=1\"><script>window.hacked=2</script>"
                + "{{data}}&amp;\u202E\u2028\u0000\uD83C";
        ActivationSession hostile = ActivationSession.builder()
                .point("point" + attack.replace("\u0000\uD83C", ""), new float[][] {
                    {1, Float.NaN, Float.POSITIVE_INFINITY}, {0, 0, 0}
                })
                .text(attack)
                .modelName(attack)
                .tokens(List.of(Token.of(0, 1, attack), Token.of(7, 2, "")))
                .build();
        load(ResidualExplorer.of(hostile).token(0).note(attack), DESK, "");
        assertThat(browser.counts("img", "script")).containsEntry("img", 0).containsEntry("script", 2);
        assertThat(script("return window.hacked")).isNull();
        assertThat(browser.driver().findElement(By.tagName("h1")).getText()).contains("</script><img");
        assertThat(all("#tokens button").get(0).getText()).contains("</script><img", "U+202E", "U+0000");
        assertThat(read("beyond")).isEqualTo("1 above, 1 NaN of 3");
        element("tab-numbers").click();
        assertThat(script("return window.hacked")).isNull();
    }

    @Test
    void seventeenPointsOfSixtyFourTokensStayBelowThreeMegabytes() {
        List<String> texts = IntStream.range(0, 64).mapToObj(i -> " token" + i).toList();
        ActivationSession plain = Sessions.random(texts, 17, 160);
        Explorations full = new Explorations(plain);
        ResidualExplorer page = ResidualExplorer.of(full.with(plain))
                .lens(full.lens())
                .attribution("a", full.ledger(64))
                .attribution("b", full.ledger(64))
                .attribution("c", full.ledger(64))
                .patching(full.sweep("resid_pre"))
                .headScores(full.scores());
        assertThat(page.toHtml().length).isLessThan(3_000_000);
    }

    @Test
    void aSessionTooLargeForAPageGivesTheTokensAroundTheChosenOneAndSaysSo() {
        List<String> texts = IntStream.range(0, 3000).mapToObj(i -> "t" + i).toList();
        ActivationSession large = Sessions.random(texts, 5, 400);
        Explorations of = new Explorations(large);
        LogitLens readings = of.lens();
        LogitAttribution late = of.ledger(600);
        load(ResidualExplorer.of(large).token(2000).lens(readings).attribution("a", late), DESK, "");
        assertThat(all(".note"))
                .extracting(WebElement::getText)
                .anySatisfy(note -> assertThat(note).contains("at positions 500 to 2999, which are 2500 of 3000"));
        assertThat(all("#tokens button")).hasSize(2500);
        new Actions(browser.driver()).moveToElement(element("grid")).perform();
        String said = read("stream-read");
        int d = Integer.parseInt(said.replaceAll(".*token 2000, dimension ([0-9]+):.*", "$1"));
        assertThat(last(said)).isEqualTo(large.value(4, 2000, d));
        element("tab-lens").click();
        int likeliest = (int) readings.topIds().value(4, 2000, 0);
        assertThat(cell("lens-table", 0, 1500).getText())
                .contains(likeliest == Explorations.VOCABULARY - 1 ? "id " + likeliest : "word" + likeliest);
        element("tab-attribution").click();
        assertThat(read("attribution-read")).contains("no logits at token 2000", "from token 2400 on");
        script("location.hash = '#tab=attribution&token=2500'");
        double value = late.value(100, "blocks.0.attn.head.0");
        assertThat(number(cell("attribution-parts", 0, 0).getText())).isBetween(value - 0.00501, value + 0.00501);
    }

    @Test
    void whatIsOfAnotherTextIsRefused() {
        Explorations other = new Explorations(Sessions.random(List.of("a", "b"), 17, 160));
        ResidualExplorer page = ResidualExplorer.of(SESSION);
        assertThatThrownBy(() -> page.lens(other.lens()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("The lens is of the tokens [a, b]");
        assertThatThrownBy(() -> page.attribution("x", other.ledger(2)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("The attribution is of the tokens [a, b]");
        assertThatThrownBy(() -> page.lens(new Explorations(Sessions.random(List.of("a"), 3, 4)).lens()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("The lens read points [embed, blocks.0.resid_mid, blocks.0.resid_post]");
        ResidualExplorer one = page.attribution("x", LEDGER);
        assertThatThrownBy(() -> one.attribution("x", LEDGER))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("already is an attribution called \"x\"");
        assertThatThrownBy(() -> page.token(6)).isInstanceOf(BadRequestException.class);
    }
}
