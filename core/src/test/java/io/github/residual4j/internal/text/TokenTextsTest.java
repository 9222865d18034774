package io.github.residual4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** UTF-8 by the book: 東 is E6 9D B1, 日 is E6 97 A5, 😀 is F0 9F 98 80, é is C3 A9. */
class TokenTextsTest {
    private static final String PART = "\uFFFD";

    @Test
    void aPartOfACharacterIsToldByItsBytesAndTheCharacter() {
        assertThat(TokenTexts.of(List.of(PART, PART), "東")).containsExactly("⟨E6\u00A09D⟩\u00A0東", "⟨B1⟩\u00A0東");
        assertThat(TokenTexts.of(List.of("a", PART, PART, PART, " b"), "a東 b"))
                .containsExactly("a", "⟨E6⟩\u00A0東", "⟨9D⟩\u00A0東", "⟨B1⟩\u00A0東", " b");
    }

    /** The rest of a character decodes to as many replacement characters as it has bytes. */
    @Test
    void itIsCutWhereTheTokenizerCutIt() {
        assertThat(TokenTexts.of(List.of(PART, PART + PART + PART), "😀"))
                .containsExactly("⟨F0⟩\u00A0😀", "⟨9F\u00A098\u00A080⟩\u00A0😀");
        assertThat(TokenTexts.of(List.of(PART, PART, PART, PART), "日東"))
                .containsExactly("⟨E6\u00A097⟩\u00A0日", "⟨A5⟩\u00A0日", "⟨E6\u00A09D⟩\u00A0東", "⟨B1⟩\u00A0東");
        assertThat(TokenTexts.of(List.of("<|endoftext|>", " " + PART, PART), " é"))
                .containsExactly("<|endoftext|>", "⟨20\u00A0C3⟩\u00A0 é", "⟨A9⟩\u00A0é");
    }

    @Test
    void aReplacementCharacterOfTheTextItselfStaysOne() {
        assertThat(TokenTexts.of(List.of("a", PART, "b"), "a" + PART + "b")).containsExactly("a", PART, "b");
    }

    @Test
    void bytesThatCompleteACharacterTellWhichOne() {
        assertThat(TokenTexts.following("⟨E6\u00A09D⟩\u00A0東", "⟨B1⟩")).isEqualTo("⟨B1⟩\u00A0東");
        assertThat(TokenTexts.following("⟨E6\u00A09D⟩\u00A0東", "⟨A5⟩")).isEqualTo("⟨A5⟩\u00A0来");
        assertThat(TokenTexts.following("⟨20\u00A0C3⟩\u00A0 é", "⟨A9⟩")).isEqualTo("⟨A9⟩\u00A0 é");
        assertThat(TokenTexts.following("⟨F0⟩\u00A0😀", "⟨9F\u00A098⟩"))
                .as("not complete")
                .isEqualTo("⟨9F\u00A098⟩");
        assertThat(TokenTexts.following("⟨E6\u00A09D⟩\u00A0東", "⟨E6⟩"))
                .as("no rest")
                .isEqualTo("⟨E6⟩");
        assertThat(TokenTexts.following("⟨B1⟩\u00A0東", "⟨E6⟩"))
                .as("it had ended")
                .isEqualTo("⟨E6⟩");
        assertThat(TokenTexts.following("a", "⟨E6⟩")).isEqualTo("⟨E6⟩");
        assertThat(TokenTexts.following("⟨E6\u00A09D⟩\u00A0東", " b")).isEqualTo(" b");
    }

    @Test
    void labelsOfAnotherTextStayAsTheyAre() {
        assertThat(TokenTexts.of(List.of("x", PART), "東")).containsExactly("x", PART);
    }
}
