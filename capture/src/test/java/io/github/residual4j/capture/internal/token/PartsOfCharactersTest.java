package io.github.residual4j.capture.internal.token;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Letters by the table of GPT-2's encoder.py: the bytes 21 to 7E, A1 to AC and AE to FF are their own letters, the other
 * 68 are U+0100, U+0101 … in their order; so the letters of E6, 9D, B1 (東 in UTF-8) and of a blank are æ, U+013F, ±, Ġ:
 * before 9D there are the 33 bytes up to 20 and the 30 from 7F to 9C.
 */
class PartsOfCharactersTest {
    private static final String BYTE_LEVEL =
            "{\"decoder\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\",\"vocab\":{"
                    + "\"a\":0,\"æ\\u013f\":1,\"±\":2,\"æ\\u013f±\":3,\"Ġæ\":4,\"<|東|>\":5,\"±a\":6}}}";

    @Test
    void lettersOfBytesAreReadBack() {
        PartsOfCharacters parts = PartsOfCharacters.of(BYTE_LEVEL);
        assertThat(parts.of(0)).as("a whole character").isEmpty();
        assertThat(parts.of(1)).hasValue(bytes(0xE6, 0x9D));
        assertThat(parts.of(2)).hasValue(bytes(0xB1));
        assertThat(parts.of(3)).as("東").isEmpty();
        assertThat(parts.of(4)).hasValue(bytes(0x20, 0xE6));
        assertThat(parts.of(5)).as("special").isEmpty();
        assertThat(parts.of(6)).hasValue(bytes(0xB1, 0x61));
        assertThat(parts.of(99)).isEmpty();
    }

    /** As SentencePiece's byte fallback has them, in a vocabulary that is a list of pieces. */
    @Test
    void tokensOfSingleBytesAreReadFromTheirNames() {
        PartsOfCharacters parts = PartsOfCharacters.of("{\"decoder\":{\"type\":\"ByteFallback\"},\"model\":{"
                + "\"type\":\"Unigram\",\"vocab\":[[\"<unk>\",0],[\"<0xE6>\",-1],[\"<0x41>\",-2],[\"æ\",-3]]}}");
        assertThat(parts.of(1)).hasValue(bytes(0xE6));
        assertThat(parts.of(0)).isEmpty();
        assertThat(parts.of(2)).as("the letter A").isEmpty();
        assertThat(parts.of(3)).as("a character and no letter of a byte").isEmpty();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
