package io.github.residual4j;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.internal.text.TokenTexts;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Every captured state of one text's residual stream, with what is known about the text and the model.
 *
 * <p>The states form an array {@code [points, tokens, width]} of float32. A session is an immutable value: it holds no
 * open file or model and may be shared between threads. It is made by a capture, by {@link #load(Path)}, or from plain
 * arrays by {@link #builder()}.
 */
public final class ActivationSession {
    /** The name under which the state after the final layer norm, {@code [1, tokens, width]}, is kept. */
    public static final String FINAL = HookKey.of(HookPoint.FINAL).name();

    /** The name under which logits, {@code [1, tokens, vocabulary]} or {@code [1, 1, vocabulary]}, are kept. */
    public static final String LOGITS = HookKey.of(HookPoint.LOGITS).name();

    /**
     * The name under which attention patterns, {@code [blocks, heads, tokens, attended]}, are kept. The attended
     * positions are all those of the text up to the session's last one: as many as there are tokens, or more when the
     * session does not begin with the text.
     */
    public static final String ATTENTION_PATTERNS = "attention_patterns";

    private final List<StreamPoint> points;
    private final List<Token> tokens;
    private final int width;
    private final float[][] states; // [points][tokens * width]
    private final boolean namesAssumed;
    private final Optional<String> whyNoBlocks;
    private final boolean huggingFaceHiddenStates;
    private final Map<String, FloatTensor> arrays;
    private final Optional<String> text;
    private final Optional<String> modelName;
    private final Provenance provenance;
    private final Map<Long, String> tokenTexts;

    ActivationSession(ActivationSessionBuilder builder) {
        PointNames names = builder.resolvedNames();
        points = names.points();
        namesAssumed = builder.namesAssumed() || names.assumed();
        tokens = List.copyOf(builder.resolvedTokens());
        width = builder.width();
        states = builder.states();
        whyNoBlocks = names.whyNoBlocks().or(this::twinsThatDiffer);
        huggingFaceHiddenStates = builder.isHuggingFaceHiddenStates();
        arrays = Collections.unmodifiableMap(builder.arrays());
        text = builder.text();
        modelName = builder.modelName();
        provenance = builder.provenance();
        tokenTexts = Map.copyOf(builder.tokenTexts());
    }

    /**
     * Starts a session made from plain arrays.
     *
     * @return an empty builder
     */
    public static ActivationSessionBuilder builder() {
        return new ActivationSessionBuilder(false);
    }

    /**
     * Starts a session made from the {@code hidden_states} of Hugging Face's transformers: the embedding, the output of
     * every block but the last, and last the state after the final layer norm. It holds no state between a block's
     * attention and MLP, so analyses of blocks refuse it.
     *
     * @return an empty builder
     */
    public static ActivationSessionBuilder fromHuggingFaceHiddenStates() {
        return new ActivationSessionBuilder(true);
    }

    /**
     * Reads a session directory.
     *
     * @param directory a folder that holds {@code tensors.npz} or {@code tensors.safetensors}; when both are there,
     *     which only a save that was killed leaves behind, the npz counts
     * @return the session
     * @throws BadFileException if a file is missing, damaged or does not hold a session
     */
    public static ActivationSession load(Path directory) {
        return SessionDirectory.load(directory);
    }

    /**
     * Writes this session as a directory that NumPy and {@link #load(Path)} read. An existing session is replaced; it
     * stays whole until the new one is whole, even if this process is killed.
     *
     * @param directory a folder that is missing, empty, or holds a session
     * @throws BadFileException if the folder holds something else or cannot be written
     */
    public void save(Path directory) {
        save(directory, SessionFormat.NPZ);
    }

    /**
     * Writes this session as a directory whose arrays are kept in a format of choice; otherwise as {@link #save(Path)}.
     * A session that was there in the other format is replaced as well.
     *
     * @param directory the folder, made when missing
     * @param format how the arrays are kept
     */
    public void save(Path directory, SessionFormat format) {
        SessionDirectory.save(this, directory, format);
    }

    /** {@return where states were captured, in the order the model computes them} */
    public List<StreamPoint> points() {
        return points;
    }

    /** {@return the positions of the text, in order} */
    public List<Token> tokens() {
        return tokens;
    }

    /**
     * {@return what each token is called: what it reads, or for part of a character its bytes and the character, {@code
     * ⟨E6 9D⟩ 東}, as far as the text tells them; {@code T3} for position 3 when its text is not known}
     */
    public List<String> tokenLabels() {
        List<String> labels = tokens.stream().map(Token::label).toList();
        return text.map(whole -> TokenTexts.of(labels, whole)).orElse(labels);
    }

    /** {@return the number of dimensions of the residual stream} */
    public int width() {
        return width;
    }

    /** {@return how many whole blocks the points run through: ⌊(P−1)/2⌋ for the P points of a whole stream} */
    public int blockCount() {
        for (int i = points.size() - 1; i >= 0; i--) {
            StreamPoint point = points.get(i);
            switch (point.role()) {
                case RESID_POST -> {
                    return point.block().getAsInt() + (huggingFaceHiddenStates ? 2 : 1);
                }
                case RESID_MID -> {
                    return point.block().getAsInt();
                }
                case EMBED -> {
                    return huggingFaceHiddenStates ? 1 : 0;
                }
                case FINAL -> {}
            }
        }
        return 0;
    }

    /** {@return whether the points' roles were taken from their order because their names do not say what they are} */
    public boolean namesAssumed() {
        return namesAssumed;
    }

    /** Why nothing can be said about blocks, if the points' names or values tell that. */
    Optional<String> whyNoBlocks() {
        return whyNoBlocks;
    }

    /** One state that is there twice, as what a block left and as what the next one read, with other values. */
    private Optional<String> twinsThatDiffer() {
        for (int p = 1; p < states.length; p++) {
            StreamPoint before = points.get(p - 1);
            StreamPoint point = points.get(p);
            boolean sameState = point.role() == before.role() && point.block().equals(before.block());
            if (sameState && !Arrays.equals(states[p], states[p - 1])) {
                return Optional.of("Points \"" + before.name() + "\" and \"" + point.name() + "\" are one state of the"
                        + " stream by their names but hold different values, so it cannot be told what blocks add to"
                        + " it.");
            }
        }
        return Optional.empty();
    }

    /** {@return whether the states follow Hugging Face's convention; see {@link #fromHuggingFaceHiddenStates()}} */
    public boolean isHuggingFaceHiddenStates() {
        return huggingFaceHiddenStates;
    }

    /**
     * {@return the point with a role in a block, if this session holds it}
     *
     * @param role what the state is
     * @param block the block, counted from 0; ignored for points that belong to no block
     */
    public Optional<StreamPoint> point(StreamPoint.Role role, int block) {
        BadRequestException.requireGiven(role, "role");
        return points.stream()
                .filter(p ->
                        p.role() == role && (p.block().isEmpty() || p.block().getAsInt() == block))
                .findFirst();
    }

    /**
     * {@return the point with a name}
     *
     * @param name the point's name
     * @throws BadRequestException if no point has it, or more than one
     */
    public StreamPoint point(String name) {
        BadRequestException.requireGiven(name, "point's name");
        List<StreamPoint> found =
                points.stream().filter(p -> p.name().equals(name)).toList();
        if (found.size() != 1) {
            throw new BadRequestException((found.isEmpty() ? "No point" : "More than one point") + " is named \"" + name
                    + "\"; this session holds " + points + ".");
        }
        return found.get(0);
    }

    /**
     * {@return one value of the stream}
     *
     * @param point the point's index, counted from 0
     * @param token the token's index in the session, counted from 0
     * @param dimension counted from 0
     */
    public float value(int point, int token, int dimension) {
        Objects.checkIndex(dimension, width);
        return states[checkPoint(point)][checkToken(token) * width + dimension];
    }

    /**
     * {@return a copy of one token's state at one point, {@code [width]}}
     *
     * @param point the point's index, counted from 0
     * @param token the token's index in the session, counted from 0
     */
    public float[] vector(int point, int token) {
        int from = checkToken(token) * width;
        return Arrays.copyOfRange(states[checkPoint(point)], from, from + width);
    }

    /**
     * {@return all tokens' states at one point, {@code [tokens, width]} row by row, as a read-only view}
     *
     * @param point the point's index, counted from 0
     */
    public FloatBuffer state(int point) {
        return FloatBuffer.wrap(states[checkPoint(point)]).asReadOnlyBuffer();
    }

    private int checkPoint(int point) {
        if (point < 0 || point >= points.size()) {
            throw new BadRequestException(
                    "Point " + point + " does not exist; this session has points 0 to " + (points.size() - 1) + ".");
        }
        return point;
    }

    private int checkToken(int token) {
        if (token < 0 || token >= tokens.size()) {
            throw new BadRequestException(
                    "Token " + token + " does not exist; this session has tokens 0 to " + (tokens.size() - 1) + ".");
        }
        return token;
    }

    /** The states themselves, {@code [points][tokens * width]}, for readers in this package that do not change them. */
    float[][] states() {
        return states;
    }

    /**
     * {@return whatever else was captured, by name: {@link #FINAL}, {@link #LOGITS}, {@link #ATTENTION_PATTERNS} and
     * others}
     */
    public Map<String, FloatTensor> arrays() {
        return arrays;
    }

    /**
     * {@return what was captured at a hook point} A state of the stream is {@code [1, tokens, width]}, and an attention
     * pattern {@code [1, heads, tokens, attended]}; anything else has the shape that {@link HookPoint} tells.
     *
     * @param key the hook point and its block, such as {@code HookKey.parse("blocks.3.attn.z")}
     */
    public Optional<FloatTensor> activation(HookKey key) {
        return SessionActivations.find(this, BadRequestException.requireGiven(key, "hook key"));
    }

    /** {@return the attention patterns of the blocks that have one, {@code [1, heads, tokens, attended]} by block} */
    public SortedMap<Integer, FloatTensor> attentionPatterns() {
        return SessionActivations.patterns(this);
    }

    /** {@return the text, when known} */
    public Optional<String> text() {
        return text;
    }

    /** {@return the model's name, when known} */
    public Optional<String> modelName() {
        return modelName;
    }

    /** {@return where the session comes from} */
    public Provenance provenance() {
        return provenance;
    }

    /** {@return what the ids of likely next tokens decode to, as far as the capture recorded it} */
    public Map<Long, String> tokenTexts() {
        return tokenTexts;
    }

    /**
     * {@return the most probable next tokens after the last position, the likeliest first; equal ones in the order of
     * their ids}
     *
     * @param count how many; at most the whole vocabulary is returned
     * @throws BadRequestException if the session holds no logits of its last position or count is below 1
     */
    public List<TokenProbability> topTokens(int count) {
        if (count < 1) {
            throw new BadRequestException("At least one token must be asked for, not " + count + ".");
        }
        FloatTensor logits = arrays.get(LOGITS);
        if (logits == null) {
            throw new BadRequestException("This session holds no logits, so it has no next tokens.");
        }
        return NextTokens.mostProbable(logits, tokenTexts, count);
    }

    /**
     * {@return the same states in Hugging Face's convention: the embedding, the output of every block but the last, and
     * last the state after the final layer norm in place of the last block's output}
     *
     * @throws BadRequestException if a state it needs is missing
     */
    public ActivationSession huggingFaceHiddenStates() {
        if (huggingFaceHiddenStates) {
            return this;
        }
        whyNoBlocks.ifPresent(reason -> {
            throw new BadRequestException(reason);
        });
        FloatTensor last = arrays.get(FINAL);
        if (last == null) {
            throw new BadRequestException("Hugging Face's last hidden state is the one after the final layer norm, "
                    + "\"" + FINAL + "\", which this session does not hold.");
        }
        ActivationSessionBuilder builder = fromHuggingFaceHiddenStates()
                .tokens(tokens)
                .provenance(provenance)
                .tokenTexts(tokenTexts);
        text.ifPresent(builder::text);
        modelName.ifPresent(builder::modelName);
        copy(builder, StreamPoint.Role.EMBED, 0);
        for (int block = 0; block < blockCount() - 1; block++) {
            copy(builder, StreamPoint.Role.RESID_POST, block);
        }
        builder.point(FINAL, last.asBuffer(), tokens.size(), width);
        if (arrays.containsKey(LOGITS)) {
            builder.array(LOGITS, arrays.get(LOGITS));
        }
        return builder.build();
    }

    private void copy(ActivationSessionBuilder builder, StreamPoint.Role role, int block) {
        StreamPoint point = point(role, block)
                .orElseThrow(() -> new BadRequestException("Hugging Face's hidden states need "
                        + StreamPoint.canonical(role == StreamPoint.Role.EMBED ? 0 : 2 * block + 2)
                        + ", which this session does not hold."));
        builder.point(point.name(), state(point.index()), tokens.size(), width);
    }

    /**
     * {@return whether another session holds the same: points, tokens, values bit by bit, text, model and provenance, but
     * for the time at which it was captured}
     *
     * @param other what this is held against
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ActivationSession that
                && points.equals(that.points)
                && tokens.equals(that.tokens)
                && width == that.width
                && huggingFaceHiddenStates == that.huggingFaceHiddenStates
                && arrays.equals(that.arrays)
                && text.equals(that.text)
                && modelName.equals(that.modelName)
                && provenance.withoutTime().equals(that.provenance.withoutTime())
                && tokenTexts.equals(that.tokenTexts)
                && Arrays.deepEquals(states, that.states);
    }

    @Override
    public int hashCode() {
        return Objects.hash(points, tokens, width, text, modelName, Arrays.deepHashCode(states));
    }

    @Override
    public String toString() {
        return modelName.orElse("unnamed model") + ", " + Counted.of(points.size(), "point") + " × "
                + Counted.of(tokens.size(), "token") + " × " + width
                + text.map(t -> ": \"" + t + "\"").orElse("");
    }
}
