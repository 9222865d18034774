package io.github.residual4j.capture.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubEnvironmentTest {
    @TempDir
    Path home;

    private HubEnvironment environment(String... variables) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        return HubEnvironment.of(map, home);
    }

    @Test
    void findsTheCacheFolderWherePythonHasIt() {
        assertThat(environment().cacheFolder()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(environment("XDG_CACHE_HOME", "/x").cacheFolder()).isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(environment("XDG_CACHE_HOME", "/x", "HF_HOME", "/h").cacheFolder())
                .isEqualTo(Path.of("/h/hub"));
        assertThat(environment("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old").cacheFolder())
                .isEqualTo(Path.of("/old"));
        assertThat(environment("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/c")
                        .cacheFolder())
                .isEqualTo(Path.of("/c"));
        assertThat(environment("HF_HUB_CACHE", "").cacheFolder()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    }

    @Test
    void replacesHomeAndVariablesInFolders() {
        assertThat(environment("HF_HOME", "~/models").cacheFolder()).isEqualTo(home.resolve("models/hub"));
        assertThat(environment("HF_HUB_CACHE", "~").cacheFolder()).isEqualTo(home);
        assertThat(environment("HF_HUB_CACHE", "$DISK/a/${WHO}/$NOT_SET", "DISK", "/d", "WHO", "me")
                        .cacheFolder())
                .isEqualTo(Path.of("/d/a/me/$NOT_SET"));
    }

    @Test
    void knowsTheHub() {
        assertThat(environment().endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(environment("HF_ENDPOINT", "https://mirror.example/api/hub//")
                        .endpoint())
                .isEqualTo(URI.create("https://mirror.example/api/hub"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mirror.example", "ftp://mirror.example", "http://", "https://me:pw@mirror.example", "http://a b"
            })
    void refusesWhatIsNoAddress(String endpoint) {
        assertThatThrownBy(() -> environment("HF_ENDPOINT", endpoint).endpoint())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("HF_ENDPOINT is \"");
    }

    @Test
    void takesTheTokenFromVariablesBeforeTheFile() throws IOException {
        Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(home.resolve(".cache/huggingface/token"), "hf_file\n");
        Files.writeString(home.resolve("elsewhere"), " hf_elsewhere\r\n");

        assertThat(environment().token()).contains("hf_file");
        assertThat(environment("HF_TOKEN_PATH", "~/elsewhere").token()).contains("hf_elsewhere");
        assertThat(environment("HUGGING_FACE_HUB_TOKEN", "hf_old").token()).contains("hf_old");
        assertThat(environment("HUGGING_FACE_HUB_TOKEN", "hf_old", "HF_TOKEN", "hf_new\n")
                        .token())
                .contains("hf_new");
        assertThat(environment("HF_TOKEN", "hf_new", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
                        .token())
                .isEmpty();
        assertThat(environment("HF_HOME", "/nowhere").token()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "hf_\u00e9", "hf_a\nb"})
    void refusesATokenThatIsNoneWithoutShowingIt(String token) {
        assertThatThrownBy(() -> environment("HF_TOKEN", token).token())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("HF_TOKEN")
                .hasMessageNotContaining(token);
    }

    @Test
    void doesNotShowTheTokenWhenPrinted() {
        assertThat(environment("HF_TOKEN", "hf_secret").toString()).doesNotContain("hf_secret");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "on, true", "YES, true", "True, true", "0, false", "no, false", "'', false", "2, false"})
    void readsSwitchesAsPythonDoes(String value, boolean expected) {
        assertThat(environment("HF_HUB_OFFLINE", value).offline()).isEqualTo(expected);
        assertThat(environment("HF_HUB_DISABLE_SYMLINKS", value).linksDisabled())
                .isEqualTo(expected);
    }

    @Test
    void isOfflineByTheOlderVariableUnlessTheNewerOneSpeaks() {
        assertThat(environment("TRANSFORMERS_OFFLINE", "1").offline()).isTrue();
        assertThat(environment("TRANSFORMERS_OFFLINE", "1", "HF_HUB_OFFLINE", "0")
                        .offline())
                .isFalse();
    }

    @Test
    void knowsHowLongAStallMayLast() {
        assertThat(environment().stallTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(environment("HF_HUB_DOWNLOAD_TIMEOUT", "7").stallTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThatThrownBy(() -> environment("HF_HUB_DOWNLOAD_TIMEOUT", "0").stallTimeout())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("HF_HUB_DOWNLOAD_TIMEOUT is \"0\"");
        assertThatThrownBy(() -> environment("HF_HUB_DOWNLOAD_TIMEOUT", "soon").stallTimeout())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("\"soon\"");
    }
}
