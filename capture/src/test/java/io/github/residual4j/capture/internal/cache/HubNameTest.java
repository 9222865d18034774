package io.github.residual4j.capture.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {
    @ParameterizedTest
    @CsvSource({
        "openai-community/gpt2, openai-community/gpt2, main, models--openai-community--gpt2",
        "gpt2, gpt2, main, models--gpt2",
        "a_b/C.d-1@v1.0, a_b/C.d-1, v1.0, models--a_b--C.d-1",
        "o/n@refs/pr/7, o/n, refs/pr/7, models--o--n",
        "o/n@607a30d783dfa663caf39e06633721c8d4cfcd7e, o/n, 607a30d783dfa663caf39e06633721c8d4cfcd7e, models--o--n",
    })
    void readsRepositoryAndRevision(String text, String repository, String revision, String folder) {
        HubName name = HubName.parse(text);

        assertThat(name).isEqualTo(new HubName(repository, revision));
        assertThat(name.folder()).isEqualTo(folder);
        assertThat(name).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "/",
                "../x",
                "x/..",
                "a/../b",
                "a/b/c",
                "/a",
                "a/",
                "a//b",
                "a b/c",
                "a/b ",
                "a/b--c",
                "a/b..c",
                ".a/b",
                "a/b.",
                "-a/b",
                "a/b-",
                "a/b.git",
                "a\\b",
                "hf:a/b",
                "https://huggingface.co/a/b",
                "a/b%2e",
                "é/b",
                "a/b\n",
                "a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
            })
    void refusesWhatIsNoRepository(String text) {
        assertThatThrownBy(() -> HubName.parse(text))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("\"" + text + "\" is not the name of a model on a hub: write owner/name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "../../etc",
                "a/../b",
                "/a",
                "a/",
                "a//b",
                ".a",
                "a/.b",
                "a.lock",
                "a.",
                "a\\b",
                "a:b",
                "a*",
                "a?",
                "a~1",
                "a^",
                "a@{1}",
                "a\nb",
                "a\0b"
            })
    void refusesWhatIsNoRevision(String revision) {
        assertThatThrownBy(() -> HubName.parse("o/n@" + revision))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("\"" + revision + "\" is not a revision of o/n");
    }

    @Test
    void onlyAWholeHashIsACommit() {
        assertThat(HubName.parse("o/n@" + "0".repeat(40)).isCommit()).isTrue();
        assertThat(HubName.parse("o/n@" + "0".repeat(39)).isCommit()).isFalse();
        assertThat(HubName.parse("o/n").isCommit()).isFalse();
    }
}
