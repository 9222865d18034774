package io.github.residual4j.capture;

import io.github.residual4j.capture.internal.token.TextTokenizer;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.internal.text.TokenTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** What texts and ids a model can take, and what its tokens read. */
final class Vocabulary implements AutoCloseable {
    private final String modelName;
    private final ModelShape shape;
    private final Optional<TextTokenizer> tokenizer;
    private final Map<Long, String> texts = new ConcurrentHashMap<>();

    Vocabulary(String modelName, ModelShape shape, Optional<TextTokenizer> tokenizer) {
        this.modelName = modelName;
        this.shape = shape;
        this.tokenizer = tokenizer;
    }

    /** The ids of a text, of any number. */
    long[] encode(String text) {
        int broken = firstUnpairedSurrogate(text);
        if (broken >= 0) {
            throw new BadRequestException("The text holds half a character, an unpaired surrogate, at index " + broken
                    + "; it cannot be tokenized.");
        }
        return requireTokenizer().encode(text);
    }

    private static int firstUnpairedSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return i;
            }
        }
        return -1;
    }

    private TextTokenizer requireTokenizer() {
        return tokenizer.orElseThrow(() -> new BadRequestException("The model " + modelName
                + " has no tokenizer beside it (tokenizer.json, or vocab.json and merges.txt), so it takes token ids, not"
                + " text."));
    }

    /** The text of ids. */
    String decode(long... ids) {
        for (int i = 0; i < ids.length; i++) {
            checkId(ids[i], i);
        }
        return requireTokenizer().decode(ids);
    }

    /** The text of ids, where the model has a tokenizer. */
    Optional<String> decodeIfPossible(long... ids) {
        return tokenizer.map(t -> t.decode(ids));
    }

    /** An id as an index into logits; refuses one outside. */
    static int index(long id, int size) {
        if (id < 0 || id >= size) {
            throw new BadRequestException(
                    "Token id " + id + " is not in the vocabulary, whose ids are 0 to " + (size - 1) + ".");
        }
        return (int) id;
    }

    /** Refuses ids that the model cannot run. */
    void check(long[] ids) {
        if (ids.length == 0) {
            throw new BadRequestException("The text is empty; a model needs at least one token.");
        }
        if (ids.length > shape.longest()) {
            throw new BadRequestException("The text has " + Counted.of(ids.length, "token") + "; the model " + modelName
                    + " takes at most " + shape.longest() + ".");
        }
        for (int i = 0; i < ids.length; i++) {
            checkId(ids[i], i);
        }
    }

    private void checkId(long id, int position) {
        if (id < 0 || id >= shape.vocabulary()) {
            throw new BadRequestException("Token id " + id + " at position " + position
                    + " is not in the vocabulary of " + modelName + ", whose ids are 0 to "
                    + (shape.vocabulary() - 1) + ".");
        }
    }

    /** Ids with the beginning-of-sequence token before them, when that is asked for. */
    long[] withBos(long[] ids, boolean prepend) {
        if (!prepend) {
            return ids;
        }
        long bos = shape.beginningOfSequence()
                .orElseThrow(() -> new BadRequestException("The model " + modelName
                        + " has no beginning-of-sequence token: its config.json gives no bos_token_id."));
        long[] all = new long[ids.length + 1];
        all[0] = bos;
        System.arraycopy(ids, 0, all, 1, ids.length);
        return all;
    }

    /** What stands at some of the positions. */
    List<Token> tokens(long[] ids, Positions positions) {
        List<Token> tokens = new ArrayList<>(positions.count(ids.length));
        for (int i = positions.first(ids.length); i < positions.end(ids.length); i++) {
            tokens.add(new Token(i, OptionalLong.of(ids[i]), text(ids[i])));
        }
        return tokens;
    }

    /** The id of the one token that a text is; the message of the refusal shows how another one splits. */
    long singleToken(String text) {
        long[] ids = encode(text);
        if (ids.length != 1) {
            throw new BadRequestException("\"" + text + "\" is not one token but " + ids.length + ": "
                    + tokens(ids, Positions.all()).stream()
                            .map(token -> '"' + token.label() + '"')
                            .toList()
                    + ". An answer is one token; most words begin with a space.");
        }
        return ids[0];
    }

    /** What one token alone decodes to; part of a character decodes to U+FFFD. */
    Optional<String> text(long id) {
        return tokenizer.map(t -> texts.computeIfAbsent(id, t::decode));
    }

    /** What a token is called: what it decodes to alone, or the bytes of part of a character, {@code ⟨E6 9D⟩}. */
    Optional<String> label(long id) {
        return text(id).map(text -> TokenTexts.isPartOfACharacter(text)
                ? requireTokenizer()
                        .partOfACharacter(id)
                        .map(TokenTexts::ofBytes)
                        .orElse(text)
                : text);
    }

    /** What the tokens of a text are called: parts of characters by their bytes and the character. */
    List<String> labels(long[] ids) {
        List<String> labels =
                tokens(ids, Positions.all()).stream().map(Token::label).toList();
        return decodeIfPossible(ids).map(text -> TokenTexts.of(labels, text)).orElse(labels);
    }

    @Override
    public void close() {
        tokenizer.ifPresent(TextTokenizer::close);
    }
}
