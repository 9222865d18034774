package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.color.Colormap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.remote.RemoteWebDriver;

/** Drives the page of layers in a real browser. */
@Tag("once")
class LayersPageTest extends BrowserTest {
    private final ActivationSession session = Sessions.paris();

    private int loaded; // the colours are this token's until the reader chooses others

    private void load(ActivationSession shown, int token) {
        loaded = token;
        Path page = folder.resolve("layers.html");
        ResidualFigures.of(ResidualAnalyzer.of(shown)).layers(token).writeHtml(page);
        browser.driver().get(page.toUri().toString());
    }

    private static void press(CharSequence... keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    private void assertShows(int point, int token) {
        assertShows(point, token, Colormap.RD_BU_R);
    }

    private void assertShows(int point, int token, Colormap colors) {
        assertThat(element("name").getText())
                .isEqualTo(point + " of 16: " + session.points().get(point).name());
        double limit = Sessions.limit(session, loaded);
        for (int d = 0; d < 160; d += 7) {
            int pixel = browser.pixel("grid", (d % 20 + 0.4) / 20, (d / 20 + 0.4) / 8);
            int index = (int) Math.max(0, Math.min(255, (session.value(point, token, d) + limit) / (2 * limit) * 256));
            assertThat(pixel).as("dimension %d", d).isEqualTo(colors.rgb(index));
        }
    }

    @Test
    void theSliderStepsThroughTheLayers() {
        load(session, 5);
        assertShows(0, 5);
        element("layer").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertShows(3, 5);
        element("layer").sendKeys(Keys.END);
        assertShows(16, 5);
    }

    @Test
    void theArrowKeysStepThroughTheLayers() {
        load(session, 2);
        press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertShows(2, 2);
        press(Keys.ARROW_LEFT);
        assertShows(1, 2);
        press(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        assertShows(0, 2);
    }

    @Test
    void playGoesThroughAllLayersUntilPaused() throws InterruptedException {
        load(session, 0);
        element("play").click();
        assertThat(element("play").getText()).isEqualTo("Pause");
        assertThat(element("play").getDomAttribute("aria-pressed")).isEqualTo("true");
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!element("name").getText().startsWith("3 of") && System.nanoTime() < until) {
            Thread.sleep(20);
        }
        element("play").click();
        String stopped = element("name").getText();
        assertThat(Integer.parseInt(stopped.split(" ")[0])).isGreaterThanOrEqualTo(3);
        Thread.sleep(900);
        assertThat(element("name").getText()).isEqualTo(stopped);
    }

    @Test
    void movingTheSliderPauses() throws InterruptedException {
        load(session, 0);
        element("play").click();
        element("layer").sendKeys(Keys.END);
        assertThat(element("play").getText()).isEqualTo("Play");
        Thread.sleep(900);
        assertShows(16, 0);
    }

    @Test
    void aTapReadsAsPointingDoes() {
        load(session, 5);
        PointerInput finger = new PointerInput(PointerInput.Kind.TOUCH, "finger");
        browser.driver()
                .perform(List.of(new Sequence(finger, 0)
                        .addAction(finger.createPointerMove(
                                Duration.ZERO, PointerInput.Origin.fromElement(element("grid")), 0, 0))
                        .addAction(finger.createPointerDown(0))
                        .addAction(finger.createPointerUp(0))));
        String read = element("read").getText();
        assertThat(read).startsWith("embed, token 5, dimension ");
        int d = Integer.parseInt(read.replaceAll(".*dimension ([0-9]+):.*", "$1"));
        assertThat(Float.parseFloat(read.substring(read.lastIndexOf(' ') + 1))).isEqualTo(session.value(0, 5, d));
    }

    @Test
    void anotherTokenCanBeChosen() {
        load(session, 5);
        List<String> choices = element("token").findElements(By.tagName("option")).stream()
                .map(option -> option.getDomProperty("text"))
                .toList();
        assertThat(choices).hasSize(6);
        assertThat(choices.get(4)).contains("4").contains("␣capital");
        element("token").sendKeys(Keys.ARROW_UP, Keys.ARROW_UP);
        assertThat(element("token").getDomProperty("value")).isEqualTo("3");
        assertShows(0, 3);
    }

    @Test
    void pointingAtACellReadsItsValue() {
        load(session, 5);
        element("layer").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        for (int d : new int[] {0, 19, 20, 77, 159}) {
            var box = element("grid").getRect();
            int x = (int) ((d % 20 + 0.5) / 20 * box.width - box.width / 2.0);
            int y = (int) ((d / 20 + 0.5) / 8 * box.height - box.height / 2.0);
            new Actions(browser.driver()).moveToElement(element("grid"), x, y).perform();
            String read = element("read").getText();
            assertThat(read).startsWith("blocks.0.resid_post, token 5, dimension " + d + ": ");
            assertThat(Float.parseFloat(read.substring(read.lastIndexOf(' ') + 1)))
                    .isEqualTo(session.value(2, 5, d));
        }
    }

    @Test
    void theKeyboardReadsCellsToo() {
        load(session, 5);
        ((RemoteWebDriver) browser.driver()).executeScript("document.getElementById('grid').focus()");
        press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_LEFT);
        String read = element("read").getText();
        assertThat(read).startsWith("embed, token 5, dimension 40: ");
        assertThat(Float.parseFloat(read.substring(read.lastIndexOf(' ') + 1))).isEqualTo(session.value(0, 5, 40));
        assertThat(element("name").getText()).startsWith("0 of");
    }

    @Test
    void theRangeOfColoursCanBeChangedAndSaysHowManyLieBeyond() {
        load(session, 5);
        element("layer").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        element("limit").clear();
        element("limit").sendKeys("0.75");
        long above = IntStream.range(0, 160)
                .filter(d -> session.value(2, 5, d) > 0.75)
                .count();
        long below = IntStream.range(0, 160)
                .filter(d -> session.value(2, 5, d) < -0.75)
                .count();
        assertThat(element("saturated").getText()).isEqualTo(above + " above, " + below + " below of 160");
        element("all").click();
        assertThat(element("saturated").getText()).isEqualTo("none of 160 beyond");
    }

    @Test
    void theLineOfNormsIsLinkedToTheLayer() {
        load(session, 5);
        var box = element("norms").getRect();
        int x = (int) ((60 + 890 * 8 / 16.0) / 960 * box.width - box.width / 2.0);
        new Actions(browser.driver())
                .moveToElement(element("norms"), x, 0)
                .click()
                .perform();
        assertShows(8, 5);
        double sum = 0;
        for (int d = 0; d < 160; d++) {
            sum += Math.pow(session.value(8, 5, d), 2);
        }
        String spoken = element("norms").getDomAttribute("aria-label");
        double norm =
                Double.parseDouble(spoken.replaceAll(".*resid_post: ([0-9.]+);.*|.*resid_mid: ([0-9.]+);.*", "$1$2"));
        assertThat(norm).isBetween(Math.sqrt(sum) * 0.999, Math.sqrt(sum) * 1.001);
    }

    @Test
    void thereIsALightAndADarkForm() {
        load(session, 5);
        assertThat(background()).isEqualTo("rgb(255, 255, 255)");
        element("theme").click();
        assertThat(background()).isEqualTo("rgb(0, 0, 0)");
        assertShows(0, 5, Colormap.BU_BK_OR);
        element("theme").click();
        assertThat(background()).isEqualTo("rgb(255, 255, 255)");
    }

    private static Object background() {
        return ((RemoteWebDriver) browser.driver())
                .executeScript("return getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void everyControlHasANameForScreenReaders() {
        load(session, 5);
        for (String id : List.of("layer", "token", "limit", "play", "theme", "most", "all", "grid", "norms")) {
            assertThat(element(id).getAccessibleName()).as(id).isNotBlank();
        }
        assertThat(element("layer").getDomAttribute("aria-valuetext")).isEqualTo("0 of 16: embed");
        assertThat(element("grid").getAccessibleName()).contains("token 5", "embed", "160 dimensions");
    }

    @Test
    void aHostileTextDoesNothing() {
        String attack =
                "</script><img src=x onerror=\"window.hacked=1\"><script>window.hacked=2</script>{{data}}&amp;\u202E\u2028\u0000\uD83C";
        ActivationSession hostile = ActivationSession.builder()
                .point("point" + attack.replace("\u0000\uD83C", ""), new float[][] {
                    {1, Float.NaN, Float.POSITIVE_INFINITY}, {0, 0, 0}
                })
                .text(attack)
                .modelName(attack)
                .tokens(List.of(Token.of(0, 1, attack), Token.of(7, 2, "")))
                .build();
        load(hostile, 0);
        assertThat(browser.counts("img", "script")).containsEntry("img", 0).containsEntry("script", 2);
        assertThat(((RemoteWebDriver) browser.driver()).executeScript("return window.hacked"))
                .isNull();
        assertThat(browser.driver().findElement(By.tagName("h1")).getText()).contains("</script><img");
        assertThat(element("token").findElements(By.tagName("option")).get(0).getDomProperty("text"))
                .contains("</script><img", "U+202E", "U+0000");
        assertThat(element("saturated").getText()).isEqualTo("1 above, 1 NaN of 3");
        assertThat(element("token").findElements(By.tagName("option")).get(1).getDomProperty("text"))
                .contains("7")
                .contains("∅");
    }

    @Test
    void aSessionTooLargeForAPageGivesTheTokensAroundTheChosenOne() {
        List<String> tokens = IntStream.range(0, 3000).mapToObj(i -> "t" + i).toList();
        ActivationSession large = Sessions.random(tokens, 5, 400);
        load(large, 2000);
        assertThat(element("keys").getText()).endsWith("This page holds tokens 500 to 2999 of 3000.");
        assertThat(element("token").getDomProperty("value")).isEqualTo("1500");
        new Actions(browser.driver()).moveToElement(element("grid")).perform();
        String read = element("read").getText();
        assertThat(read).startsWith("embed, token 2000, dimension ");
        int d = Integer.parseInt(read.replaceAll(".*dimension ([0-9]+):.*", "$1"));
        assertThat(Float.parseFloat(read.substring(read.lastIndexOf(' ') + 1))).isEqualTo(large.value(0, 2000, d));
    }
}
