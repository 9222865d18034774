package io.github.residual4j.capture.hub;

import static io.github.residual4j.capture.hub.FakeHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told the token, and what is said about doors that stay shut. */
class HubAccessTest {
    private static final String TOKEN = "hf_secret";

    @TempDir
    Path cache;

    FakeHub server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeHub().withCheckpoint(1000);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path fetch(String name, String... variables) {
        return Hub.of(server.environment(cache, variables)).fetch(name);
    }

    @Test
    void tellsTheTokenToTheHubAloneAndNotToWhereItRedirects() {
        fetch(FakeHub.NAME, "HF_TOKEN", TOKEN);

        assertThat(server.requests)
                .filteredOn(r -> r.server().equals("hub"))
                .isNotEmpty()
                .allMatch(r -> r.authorization().equals("Bearer " + TOKEN));
        assertThat(server.requests)
                .filteredOn(r -> r.server().equals("storage"))
                .isNotEmpty()
                .allMatch(r -> r.authorization().isEmpty());
    }

    @Test
    void tellsTheTokenOnARedirectionWithinTheHub() {
        fetch(FakeHub.OLD_NAME, "HF_TOKEN", TOKEN);

        assertThat(server.requests.get(1).path()).startsWith("/" + FakeHub.NAME);
        assertThat(server.requests.get(1).authorization()).isEqualTo("Bearer " + TOKEN);
    }

    @Test
    void tellsNothingToAnotherHubThatAMirrorRedirectsTo() {
        server.answering("hub HEAD config.json", status(302, "Location", server.storageAddress() + "/config.json"));

        assertThatThrownBy(() -> fetch(FakeHub.NAME, "HF_TOKEN", TOKEN)).isInstanceOf(CaptureException.class);
        assertThat(server.requests.get(1).server()).isEqualTo("storage");
        assertThat(server.requests.get(1).authorization()).isEmpty();
    }

    @Test
    void sendsNoTokenWhereThereIsNone() {
        fetch(FakeHub.NAME);

        assertThat(server.requests).allMatch(r -> r.authorization().isEmpty());
    }

    @Test
    void saysWhatAGatedRepositoryWants() {
        server.answering(
                "hub HEAD config.json",
                status(401, "X-Error-Code", "GatedRepo", "X-Error-Message", "Access to model is restricted."),
                status(403, "X-Error-Code", "GatedRepo"));

        assertThatThrownBy(() -> fetch(FakeHub.NAME))
                .isInstanceOf(BadRequestException.class)
                .hasMessage(
                        "somebody/tiny at " + server.address() + " is gated: accept its terms at " + server.address()
                                + "/somebody/tiny and set HF_TOKEN to a token of the account that did (it says: Access to model is"
                                + " restricted.).");
        assertThatThrownBy(() -> fetch(FakeHub.NAME, "HF_TOKEN", TOKEN))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("with the account whose token this is (HF_TOKEN)")
                .hasMessageNotContaining(TOKEN);
    }

    @Test
    void saysWhatAPrivateRepositoryWants() {
        server.answering(
                "hub HEAD config.json",
                status(401, "X-Error-Code", "RepoNotFound", "X-Error-Message", "Repository not found"),
                status(401, "X-Error-Message", "Invalid credentials in Authorization header"));

        assertThatThrownBy(() -> fetch(FakeHub.NAME))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("does not exist, or is private and needs an access token in HF_TOKEN");
        assertThatThrownBy(() -> fetch(FakeHub.NAME, "HF_TOKEN", TOKEN))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("does not exist, or the access token (HF_TOKEN) does not open it")
                .hasMessageContaining("Invalid credentials")
                .hasMessageNotContaining(TOKEN);
    }

    @Test
    void tellsARepositoryFromARevisionFromAFile() {
        assertThatThrownBy(() -> fetch("nobody/nothing"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("nobody/nothing at " + server.address() + " does not exist");
        assertThatThrownBy(() -> fetch(FakeHub.NAME + "@v9"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("has no revision \"v9\"");
        assertThatThrownBy(() -> fetch(FakeHub.NAME + "@" + "f".repeat(40)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("has no revision \"ffff");
        server.without("config.json");
        assertThatThrownBy(() -> fetch(FakeHub.NAME))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("somebody/tiny at " + server.address()
                        + " has no config.json, nor model.onnx or onnx/model.onnx.");
    }

    @Test
    void managesWithAMirrorThatSendsNoErrorCodes() {
        server.answering("hub HEAD tokenizer_config.json", status(404));
        assertThat(fetch(FakeHub.NAME).resolve("tokenizer.json")).isRegularFile();

        server.answering("hub HEAD config.json", status(404));
        assertThatThrownBy(() -> fetch(FakeHub.NAME + "@v1.0"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("no such repository, revision \"v1.0\" or file config.json");
    }

    @Test
    void reportsWhatItDoesNotKnow() {
        server.answering("hub HEAD config.json", status(418, "X-Error-Message", "short and stout"));

        assertThatThrownBy(() -> fetch(FakeHub.NAME))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("the hub answered 418 (it says: short and stout)");
    }

    @Test
    void doesNotRepeatTheSignatureOfAStorageAddress() {
        server.answering("storage GET model.safetensors", status(206));

        assertThatThrownBy(() -> fetch(FakeHub.NAME))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining(server.storageAddress() + "/model.safetensors was asked")
                .hasMessageNotContaining("signature");
    }
}
