package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** Looks at pages in a real browser, one for all tests of a class; none may complain or ask the network. */
abstract class BrowserTest {
    static Browser browser;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        browser = Browser.open();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void neitherComplainsNorAsksTheNetwork() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isEmpty();
    }

    static WebElement element(String id) {
        return browser.driver().findElement(By.id(id));
    }
}
