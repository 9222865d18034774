package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** Looks at the report of an analysis in a real browser. */
@Tag("once")
class IndexPageTest extends BrowserTest {
    private final ActivationSession session = Sessions.paris();

    @AfterEach
    void takeTheSystemsTheme() {
        theme("");
    }

    private static void theme(String name) {
        browser.driver()
                .executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
    }

    private void load(ActivationSession shown, int width) {
        browser.width(width);
        ResidualFigures.of(ResidualAnalyzer.of(shown)).all(folder);
        browser.driver().get(folder.resolve("index.html").toUri().toString());
    }

    private static List<WebElement> all(String selector) {
        return browser.driver().findElements(By.cssSelector(selector));
    }

    @Test
    void theSummaryComesFirstAndTheTextIsAQuotation() {
        load(session, 1280);
        assertThat(browser.driver().getTitle()).isEqualTo("tiny-gpt2: residual stream");
        assertThat(all("h1")).extracting(WebElement::getText).containsExactly("tiny-gpt2");
        assertThat(all("blockquote")).extracting(WebElement::getText).containsExactly("“Paris is the capital of”");
        assertThat(all(".size"))
                .extracting(WebElement::getText)
                .containsExactly("17 points × 6 tokens × 160 dimensions");
        List<String> sentences = all("ul li").stream().map(WebElement::getText).toList();
        double[][] cosines =
                ResidualAnalyzer.of(session).cosineBetweenConsecutivePoints().toArray();
        double least = 2;
        for (double[] row : cosines) {
            for (double cosine : row) {
                least = Math.min(least, cosine);
            }
        }
        assertThat(sentences).anySatisfy(s -> assertThat(s).startsWith("The stream turns most at blocks."));
        assertThat(String.join(" ", sentences)).contains(String.format(Locale.ROOT, "cosine there is %.3f", least));
        double[] means = new double[17];
        for (int point = 0; point < 17; point++) {
            for (int token = 0; token < 6; token++) {
                double sum = 0;
                for (float value : session.vector(point, token)) {
                    sum += (double) value * value;
                }
                means[point] += Math.sqrt(sum) / 6;
            }
        }
        assertThat(String.join(" ", sentences))
                .contains(String.format(
                        Locale.ROOT,
                        "mean norm is %.3g at embed and %.3g at blocks.7.resid_post; it grows most, %.3g-fold, at"
                                + " blocks.0.resid_post",
                        means[0],
                        means[16],
                        means[2] / means[1]));
    }

    @Test
    void theContentsLeadToEveryFigure() {
        load(session, 1280);
        List<WebElement> links = all("nav a");
        assertThat(links).hasSize(14);
        for (WebElement link : links) {
            String id = link.getDomAttribute("href").substring(1);
            assertThat(all("figure#" + id)).as(id).hasSize(1);
        }
    }

    @Test
    void figuresStandInThePageInTheReadersThemeWithTheirSize() {
        load(session, 1280);
        theme("light");
        assertThat(all("figure > svg.light")).hasSize(13).allMatch(WebElement::isDisplayed);
        assertThat(all("figure > svg.dark")).hasSize(13).noneMatch(WebElement::isDisplayed);
        theme("dark");
        assertThat(all("figure > svg.dark")).allMatch(WebElement::isDisplayed);
        assertThat(all("figure > svg.light")).noneMatch(WebElement::isDisplayed);
        for (WebElement shown : all("figure > svg, figure > img")) {
            assertThat(shown.getDomAttribute("width")).isNotBlank();
            assertThat(shown.getDomAttribute("height")).isNotBlank();
        }
        Object broken = browser.driver()
                .executeAsyncScript("const done = arguments[0], images = [...document.images];"
                        + "images.forEach(i => i.loading = 'eager');"
                        + "Promise.all(images.map(i => i.decode())).then(() => done(images.length));");
        assertThat(broken).isEqualTo(1L);
    }

    @Test
    void whatAFigureRefersToIsItsOwn() {
        load(session, 1280);
        Set<String> ids = new HashSet<>();
        for (Object id : (List<?>)
                browser.driver().executeScript("return [...document.querySelectorAll('[id]')].map(e => e.id)")) {
            assertThat(ids.add(String.valueOf(id)))
                    .as("id %s for the first time", id)
                    .isTrue();
        }
        for (Object name : (List<?>) browser.driver()
                .executeScript("return [...document.querySelectorAll('[clip-path]')]"
                        + ".map(e => e.getAttribute('clip-path').match(/#([^)\"]*)/)[1])")) {
            assertThat(ids).contains(String.valueOf(name));
        }
    }

    @Test
    void numbersHaveTheirPointsInLine() {
        load(session, 1280);
        WebElement numbers = browser.driver().findElement(By.cssSelector("figure#cosine-consecutive details"));
        numbers.findElement(By.tagName("summary")).click();
        List<WebElement> cells = numbers.findElements(By.cssSelector("tr:nth-of-type(4) td"));
        assertThat(cells).hasSize(6);
        double value =
                ResidualAnalyzer.of(session).cosineBetweenConsecutivePoints().value(2, 2);
        assertThat(Double.parseDouble(cells.get(2).getText())).isBetween(value - 1e-6, value + 1e-6);
        assertThat(numbers.findElements(By.cssSelector("tr td:nth-of-type(3)")).stream()
                        .skip(1)
                        .map(cell -> cell.getText().length() - cell.getText().indexOf('.'))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aTelephoneShowsTheFirstColumnWhileTheOthersAreScrolled() {
        load(session, 390);
        assertThat(browser.driver().executeScript("return document.documentElement.scrollWidth"))
                .isEqualTo(390L);
        WebElement numbers = browser.driver().findElement(By.cssSelector("figure#cosine-consecutive details"));
        numbers.findElement(By.tagName("summary")).click();
        Object left = browser.driver()
                .executeScript(
                        "const box = arguments[0].querySelector('.wide'); box.scrollLeft = 200;"
                                + "return box.querySelector('th[scope=row]').getBoundingClientRect().left"
                                + " - box.getBoundingClientRect().left;",
                        numbers);
        assertThat(((Number) left).doubleValue()).isEqualTo(0);
    }
}
