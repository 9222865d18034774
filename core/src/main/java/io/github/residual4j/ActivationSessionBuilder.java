package io.github.residual4j;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link ActivationSession} from plain arrays, each copied once. Points are given in the order the model
 * computes them; nonsense is refused at the call that brings it.
 *
 * <p>When all names are known, canonical ones ({@code embed}, {@code blocks.0.resid_mid}, {@code blocks.0.resid_post},
 * …, {@code final}) or TransformerLens's ({@code hook_embed}, {@code blocks.0.hook_resid_pre}, …), they decide what each
 * state is and may leave some out. A name that nearly is one of them, such as {@code block.0.resid_post}, is refused.
 * Otherwise the order alone decides: the embedding, then for each block the state after
 * attention and the state after the MLP. Where known names contradict the order, analyses of blocks are refused with the
 * reason, and all else works.
 */
public final class ActivationSessionBuilder {
    private final boolean huggingFaceHiddenStates;
    private final List<String> names = new ArrayList<>();
    private boolean namesAssumed;
    private final List<float[]> states = new ArrayList<>();
    private final Map<String, FloatTensor> arrays = new LinkedHashMap<>();
    private final Map<Long, String> tokenTexts = new LinkedHashMap<>();
    private int tokenCount;
    private int width;
    private @Nullable List<Token> tokens;
    private Optional<String> text = Optional.empty();
    private Optional<String> modelName = Optional.empty();
    private Provenance provenance = Provenance.UNKNOWN;

    ActivationSessionBuilder(boolean huggingFaceHiddenStates) {
        this.huggingFaceHiddenStates = huggingFaceHiddenStates;
    }

    /**
     * Adds the next point.
     *
     * @param name its label
     * @param state one row of the stream's width for each token
     * @return this builder
     * @throws BadRequestException if it is empty, ragged, or of another shape than the points before
     */
    public ActivationSessionBuilder point(String name, float[][] state) {
        requireMeant(name);
        BadRequestException.requireGiven(state, "state");
        for (float[] row : state) {
            BadRequestException.requireGiven(row, "state's row");
        }
        int rowLength = state.length == 0 ? 0 : state[0].length;
        checkShape(name, state.length, rowLength);
        float[] flat = new float[Math.multiplyExact(state.length, rowLength)];
        for (int token = 0; token < state.length; token++) {
            if (state[token].length != rowLength) {
                throw new BadRequestException("Point \"" + name + "\" has " + Counted.of(rowLength, "value")
                        + " for token 0 but " + state[token].length + " for token " + token + ".");
            }
            System.arraycopy(state[token], 0, flat, token * rowLength, rowLength);
        }
        return add(name, flat, state.length, rowLength);
    }

    /**
     * Adds the next point from a buffer, whose position stays where it is.
     *
     * @param name its label
     * @param state the values of {@code [tokens, width]}, row by row
     * @param tokens how many tokens each state has
     * @param width how many dimensions the stream has
     * @return this builder
     * @throws BadRequestException if it is empty, or of another shape than the points before
     */
    public ActivationSessionBuilder point(String name, FloatBuffer state, int tokens, int width) {
        BadRequestException.requireGiven(name, "point's name");
        BadRequestException.requireGiven(state, "state");
        return points(List.of(name), List.of(state), tokens, width);
    }

    /**
     * Adds the next points from buffers, whose positions stay where they are. Many values are copied by several
     * threads.
     *
     * @param names one label for each point
     * @param states for each point the values of {@code [tokens, width]}, row by row
     * @param tokens how many tokens each state has
     * @param width how many dimensions the stream has
     * @return this builder
     * @throws BadRequestException if there is not one state for each name, or one is empty, or of another shape than
     *     the points before
     */
    public ActivationSessionBuilder points(List<String> names, List<FloatBuffer> states, int tokens, int width) {
        BadRequestException.requireGiven(names, "list of names");
        BadRequestException.requireGiven(states, "list of states");
        if (names.size() != states.size()) {
            throw new BadRequestException("Got " + Counted.of(names.size(), "name") + " for "
                    + Counted.of(states.size(), "state") + "; each state needs its own.");
        }
        long values = (long) tokens * width;
        for (int i = 0; i < names.size(); i++) {
            checkShape(names.get(i), tokens, width);
            if (values != states.get(i).remaining()) {
                throw new BadRequestException("Point \"" + names.get(i) + "\" has "
                        + Counted.of(states.get(i).remaining(), "value") + "; [" + tokens + ", " + width + "] takes "
                        + values
                        + ".");
            }
        }
        return points(names, tokens, width, StateArrays.copying(states, tokens, width));
    }

    /**
     * Adds the next points, whose values are written in place, so that they are never copied.
     *
     * @param newNames their labels, in the order the model computes them
     * @param tokens how many tokens each state has
     * @param width how many dimensions the stream has
     * @param fill writes all values of {@code [tokens, width]}, row by row, into the buffer of each point; it must not
     *     keep the buffers it is given
     * @return this builder
     * @throws BadRequestException if the shape is empty or another than that of the points before, or not all values
     *     were written
     */
    public ActivationSessionBuilder points(
            List<String> newNames, int tokens, int width, Consumer<List<FloatBuffer>> fill) {
        BadRequestException.requireGiven(newNames, "list of names");
        BadRequestException.requireGiven(fill, "filling");
        newNames.forEach(ActivationSessionBuilder::requireMeant);
        return pointsOfAnyName(newNames, tokens, width, fill);
    }

    /** As {@link #points(List, int, int, Consumer)}, under names that stand in a file as they are. */
    ActivationSessionBuilder pointsOfAnyName(
            List<String> newNames, int tokens, int width, Consumer<List<FloatBuffer>> fill) {
        newNames.forEach(name -> {
            checkShape(name, tokens, width);
            OtherArrays.requireStorable(name);
        });
        List<float[]> filled = StateArrays.filled(newNames, tokens, width, fill);
        for (int p = 0; p < filled.size(); p++) {
            add(newNames.get(p), filled.get(p), tokens, width);
        }
        return this;
    }

    private void checkShape(String name, int newTokens, int newWidth) {
        if (newTokens < 1 || newWidth < 1) {
            throw new BadRequestException("Point \"" + name + "\" has the shape [" + newTokens + ", " + newWidth
                    + "]; a state needs at least one token and one dimension.");
        }
        if (!states.isEmpty() && (newTokens != tokenCount || newWidth != width)) {
            throw new BadRequestException("Point \"" + name + "\" has the shape [" + newTokens + ", " + newWidth
                    + "] but \"" + names.get(0) + "\" has [" + tokenCount + ", " + width + "].");
        }
    }

    private ActivationSessionBuilder add(String name, float[] flat, int newTokens, int newWidth) {
        OtherArrays.requireStorable(name);
        names.add(name);
        states.add(flat);
        tokenCount = newTokens;
        width = newWidth;
        return this;
    }

    /** Marks the names as ones the points do not bear themselves, so that what they say is assumed. */
    ActivationSessionBuilder namesAreAssumed(boolean assumed) {
        namesAssumed = assumed;
        return this;
    }

    /**
     * Says which token stands at each position. Without it, tokens are known by their positions only.
     *
     * @param newTokens one for each row of the states, positions ascending
     * @return this builder
     */
    public ActivationSessionBuilder tokens(List<Token> newTokens) {
        BadRequestException.requireGiven(newTokens, "list of tokens");
        newTokens.forEach(token -> BadRequestException.requireGiven(token, "token"));
        for (int i = 1; i < newTokens.size(); i++) {
            if (newTokens.get(i).position() <= newTokens.get(i - 1).position()) {
                throw new BadRequestException("Tokens must be in the order of their positions, but position "
                        + newTokens.get(i).position() + " follows "
                        + newTokens.get(i - 1).position() + ".");
            }
        }
        tokens = List.copyOf(newTokens);
        return this;
    }

    /**
     * Names the text.
     *
     * @param newText the text
     * @return this builder
     */
    public ActivationSessionBuilder text(String newText) {
        BadRequestException.requireGiven(newText, "text");
        text = Optional.of(newText);
        return this;
    }

    /**
     * Names the model.
     *
     * @param newModelName the model's name
     * @return this builder
     */
    public ActivationSessionBuilder modelName(String newModelName) {
        BadRequestException.requireGiven(newModelName, "model's name");
        modelName = Optional.of(newModelName);
        return this;
    }

    /**
     * Says where the states come from.
     *
     * @param newProvenance what is known
     * @return this builder
     */
    public ActivationSessionBuilder provenance(Provenance newProvenance) {
        BadRequestException.requireGiven(newProvenance, "provenance");
        provenance = newProvenance;
        return this;
    }

    /**
     * Adds what token ids decode to, for {@link ActivationSession#topTokens(int)}.
     *
     * @param textById texts by id
     * @return this builder
     */
    public ActivationSessionBuilder tokenTexts(Map<Long, String> textById) {
        BadRequestException.requireGiven(textById, "map of texts");
        tokenTexts.putAll(textById);
        return this;
    }

    /**
     * Adds any other captured array. Under the names {@code final}, {@code logits} and {@code attention_patterns} the
     * shape must be the one {@link ActivationSession} documents.
     *
     * @param name its name
     * @param values what it holds
     * @return this builder
     * @throws BadRequestException if the name was given before or is one that a session's file uses otherwise
     */
    public ActivationSessionBuilder array(String name, FloatTensor values) {
        BadRequestException.requireGiven(name, "array's name");
        BadRequestException.requireGiven(values, "array");
        OtherArrays.requireName(name);
        if (arrays.putIfAbsent(name, values) != null) {
            throw new BadRequestException("Array \"" + name + "\" was given twice.");
        }
        return this;
    }

    /**
     * {@return the session}
     *
     * @throws BadRequestException if there is no point, or tokens or arrays do not fit the states
     */
    public ActivationSession build() {
        if (states.isEmpty()) {
            throw new BadRequestException("A session needs at least one point.");
        }
        if (huggingFaceHiddenStates && states.size() < 2) {
            throw new BadRequestException("Hugging Face's hidden states are at least two, the embedding and the state "
                    + "after the final layer norm; only \"" + names.get(0) + "\" was given.");
        }
        if (tokens != null && tokens.size() != tokenCount) {
            throw new BadRequestException("Got " + Counted.of(tokens.size(), "token") + " for states of "
                    + Counted.of(tokenCount, "token") + ".");
        }
        arrays.forEach((name, values) -> OtherArrays.requireShape(name, values, tokenCount, width));
        return new ActivationSession(this);
    }

    /** Refuses a name that another spelling makes a state of the stream, which it would not be taken for. */
    private static void requireMeant(String name) {
        PointNames.meantBy(BadRequestException.requireGiven(name, "point's name"))
                .ifPresent(meant -> {
                    throw new BadRequestException("Point \"" + name
                            + "\" would be a mere label; the state of the stream is" + " called \"" + meant + "\".");
                });
    }

    // What the session reads when it is built.

    PointNames resolvedNames() {
        return huggingFaceHiddenStates ? PointNames.inHuggingFaceOrder(names) : PointNames.inStreamOrder(names);
    }

    boolean namesAssumed() {
        return namesAssumed;
    }

    List<Token> resolvedTokens() {
        return tokens != null
                ? tokens
                : IntStream.range(0, tokenCount).mapToObj(Token::at).toList();
    }

    boolean isHuggingFaceHiddenStates() {
        return huggingFaceHiddenStates;
    }

    int width() {
        return width;
    }

    float[][] states() {
        return states.toArray(float[][]::new);
    }

    Map<String, FloatTensor> arrays() {
        return new LinkedHashMap<>(arrays);
    }

    Optional<String> text() {
        return text;
    }

    Optional<String> modelName() {
        return modelName;
    }

    Provenance provenance() {
        return provenance;
    }

    Map<Long, String> tokenTexts() {
        return tokenTexts;
    }
}
