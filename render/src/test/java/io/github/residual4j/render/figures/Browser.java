package io.github.residual4j.render.figures;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium, without a window. */
public final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    /** Held, or its level is forgotten; it warns that it does not know this version's further commands. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the test, and says so, where there is no browser; fails it where one is required. */
    public static Browser open() {
        if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
            String message = "No browser: " + CHROMIUM + " and " + DRIVER
                    + " (Debian's packages chromium and chromium-driver) are needed.";
            if ("true".equals(System.getenv("RESIDUAL4J_REQUIRE_BROWSER"))) {
                Assertions.fail(message);
            }
            Assumptions.abort(message);
        }
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1100,1000");
        options.addArguments("--force-device-scale-factor=1", "--hide-scrollbars", "--disable-dev-shm-usage");
        options.addArguments("--disable-background-networking", "--disable-component-update", "--no-first-run");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .withSilent(true)
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    public ChromeDriver driver() {
        return driver;
    }

    /** Shows pages as a window of this width does, or a telephone. */
    public void width(int pixels) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What the page complained about since this was last asked. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** What the page asked the network for since this was last asked. */
    public List<String> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> JsonParser.parseString(entry.getMessage())
                        .getAsJsonObject()
                        .getAsJsonObject("message"))
                .filter(message -> message.get("method").getAsString().equals("Network.requestWillBeSent"))
                .map(message -> message.getAsJsonObject("params").getAsJsonObject("request"))
                .map((JsonObject request) -> request.get("url").getAsString())
                .filter(url -> !url.startsWith("file:") && !url.startsWith("data:"))
                .toList();
    }

    /** The colour of a pixel of a canvas, as {@code 0xRRGGBB}. */
    @SuppressWarnings("unchecked")
    public int pixel(String canvas, double x, double y) {
        List<Number> rgba = (List<Number>) driver.executeScript(
                "const from = document.getElementById(arguments[0]);"
                        + "const copy = document.createElement('canvas');"
                        + "copy.width = copy.height = 1;"
                        + "const to = copy.getContext('2d', {willReadFrequently: true});"
                        + "to.drawImage(from, -arguments[1] * from.width, -arguments[2] * from.height);"
                        + "return [...to.getImageData(0, 0, 1, 1).data];",
                canvas,
                x,
                y);
        return rgba.get(0).intValue() << 16
                | rgba.get(1).intValue() << 8
                | rgba.get(2).intValue();
    }

    public Map<String, Integer> counts(String... selectors) {
        return java.util.Arrays.stream(selectors)
                .collect(java.util.stream.Collectors.toMap(
                        s -> s,
                        s -> driver.findElements(org.openqa.selenium.By.cssSelector(s))
                                .size()));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
