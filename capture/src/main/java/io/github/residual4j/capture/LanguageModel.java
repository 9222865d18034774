package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.hub.Hub;
import io.github.residual4j.capture.hub.HubEnvironment;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A GPT-2 that is ready to run and to tell the states of its residual stream.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.embedded()) {
 *     ActivationSession session = model.capture("Paris is the capital of");
 * }
 * }</pre>
 *
 * <p>Safe to share between threads. {@link #close()} waits for running captures, frees what ONNX Runtime holds outside
 * the heap, and may be called again; whatever is asked afterwards is refused. Weights that were widened from 16 bits and
 * buffers for outputs lie outside the heap as well and go when the garbage collector finds the model.
 */
public final class LanguageModel implements AutoCloseable {
    private final String name;
    private final ModelDescription description;
    private final Optional<Gpt2Config> config;
    private final OptionalLong endOfSequence;
    private final StreamModel model;
    private final Vocabulary vocabulary;
    private final CaptureEngine engine;
    private final boolean scoresEveryPosition;
    private final UntilClosed open;

    private LanguageModel(OpenedModel opened, Vocabulary vocabulary) {
        name = opened.description().name();
        description = opened.description();
        config = opened.config();
        endOfSequence = opened.endOfSequence();
        model = opened.model();
        this.vocabulary = vocabulary;
        SessionAssembler assembler = new SessionAssembler(name, description.shape(), vocabulary);
        engine = new CaptureEngine(opened, vocabulary, assembler);
        scoresEveryPosition = opened.scoresEveryPosition();
        open = new UntilClosed(name);
    }

    /**
     * {@return the model that comes with the library: 8 blocks of width 160, trained on the World Factbook, for trying
     * things out and for tests}
     */
    public static LanguageModel embedded() {
        return embedded(ModelOptions.defaults());
    }

    /**
     * As {@link #embedded()}, with options.
     *
     * @param options how to open it
     * @return the open model
     */
    public static LanguageModel embedded(ModelOptions options) {
        BadRequestException.requireGiven(options, "options");
        return of(OpenedModel.of(Checkpoint.embedded(), options), options);
    }

    /**
     * Opens the model that words name, as the command line does: {@code embedded}; {@code hf:owner/name} or {@code
     * hf:owner/name@revision} for a model of a Hugging Face hub, or the address of its page there; or else a path to
     * what {@link #load(Path)} opens.
     *
     * @param spec the words
     * @return the open model
     * @throws BadRequestException if the words name no model
     * @throws BadFileException if a file is missing, damaged, or not of a GPT-2
     */
    public static LanguageModel open(String spec) {
        return open(spec, ModelOptions.defaults());
    }

    /**
     * As {@link #open(String)}, with options.
     *
     * @param spec the words
     * @param options how to open it
     * @return the open model
     */
    public static LanguageModel open(String spec, ModelOptions options) {
        BadRequestException.requireGiven(spec, "model's name");
        BadRequestException.requireGiven(options, "options");
        return ModelSpec.open(spec, options);
    }

    /**
     * Opens a GPT-2 in one of these forms:
     *
     * <ul>
     *   <li>a folder that holds a Hugging Face checkpoint: {@code config.json}; {@code model.safetensors}, or the shards
     *       that {@code model.safetensors.index.json} names, in F64, F32, F16 or BF16; and {@code tokenizer.json}, or
     *       {@code vocab.json} with {@code merges.txt};
     *   <li>a {@code .onnx} file of whatever exporter, or a folder that holds one and no checkpoint. The residual stream
     *       is found in its graph, see {@link #description()}; the file itself stays as it is. Its tokenizer is the one
     *       that lies beside it, or the one given by {@link ModelOptions#tokenizer(Path)};
     *   <li>a folder {@code models--owner--name} of a hub's cache, of which the snapshot of {@code main} is taken, or the
     *       only one.
     * </ul>
     *
     * Without a tokenizer the model takes token ids only. Weights in F32 stay in their files, mapped into memory.
     *
     * @param path the folder or the file
     * @return the open model
     * @throws BadFileException if a file is missing, damaged, or not of a GPT-2
     */
    public static LanguageModel load(Path path) {
        return load(path, ModelOptions.defaults());
    }

    /**
     * As {@link #load(Path)}, with options.
     *
     * @param path the folder or the file
     * @param options how to open it
     * @return the open model
     * @throws CaptureException if the device cannot be used
     */
    public static LanguageModel load(Path path, ModelOptions options) {
        BadRequestException.requireGiven(path, "path");
        BadRequestException.requireGiven(options, "options");
        return of(OpenedModel.at(ModelSpec.meant(path), options), options);
    }

    private static LanguageModel of(OpenedModel opened, ModelOptions options) {
        try {
            return new LanguageModel(opened, opened.vocabulary(options));
        } catch (RuntimeException e) {
            opened.model().close();
            throw e;
        }
    }

    /**
     * Opens a checkpoint of a Hugging Face hub, such as {@code openai-community/gpt2}, downloading what of it is not in
     * the cache folder yet. Environment variables say where hub and cache are: see {@link HubEnvironment}. To follow
     * the download, give a hub of your own by {@link ModelOptions#from(Hub)}.
     *
     * @param name {@code owner/name} or {@code owner/name@revision}
     * @return the open model
     * @throws BadRequestException if there is no such model, it is not open to us, or it holds
     *     neither a safetensors checkpoint nor an ONNX file
     * @throws BadFileException if it cannot be stored, does not come as announced, or is not a GPT-2
     * @throws CaptureException if the network or the hub fails
     */
    public static LanguageModel download(String name) {
        return download(name, ModelOptions.defaults());
    }

    /**
     * As {@link #download(String)}, with options.
     *
     * @param name {@code owner/name} or {@code owner/name@revision}
     * @param options how to open it
     * @return the open model
     */
    public static LanguageModel download(String name, ModelOptions options) {
        BadRequestException.requireGiven(options, "options");
        return load(options.hub().fetch(name), options);
    }

    /**
     * Runs a text and keeps every state of the residual stream, the state after the final layer norm, and the last
     * position's logits, which only an ONNX file exported without its head does not give.
     *
     * @param text the text
     * @return the session
     * @throws BadRequestException if the text is empty or longer than the model's context
     */
    public ActivationSession capture(String text) {
        return usual(request(text)).capture();
    }

    /**
     * As {@link #capture(String)}, for tokens given by their ids.
     *
     * @param ids the tokens' ids
     * @return the session
     * @throws BadRequestException if there are none, more than the model's context, or one outside the vocabulary
     */
    public ActivationSession capture(long... ids) {
        return usual(request(ids)).capture();
    }

    /** Adds the last position's logits, unless the model is an ONNX file without a head. */
    private CaptureRequest usual(CaptureRequest request) {
        return model.offers().contains(HookPoint.LOGITS) ? request.lastLogits() : request;
    }

    /**
     * Asks for something else of a text than {@link #capture(String)} does.
     *
     * @param text the text
     * @return a request to be narrowed and run
     */
    public CaptureRequest request(String text) {
        return CaptureRequest.of(this, Optional.of(CaptureInput.text(text, "text")));
    }

    /**
     * As {@link #request(String)}, for tokens given by their ids.
     *
     * @param ids the tokens' ids
     * @return a request to be narrowed and run
     */
    public CaptureRequest request(long... ids) {
        return CaptureRequest.of(this, Optional.of(CaptureInput.ids(ids, "list of ids")));
    }

    /**
     * Asks for something of texts that are given later, to {@link CaptureRequest#captureAll}.
     *
     * @return a request to be narrowed and run
     */
    public CaptureRequest request() {
        return CaptureRequest.of(this, Optional.empty());
    }

    /**
     * Captures many texts as {@link #capture(String)} does one; see {@link CaptureRequest#captureAll}.
     *
     * @param texts the texts, read as sessions are taken
     * @return their sessions in the order of the texts, run as they are taken
     */
    public Stream<ActivationSession> captureAll(Stream<String> texts) {
        return usual(request()).captureAll(texts);
    }

    /**
     * Runs a text and checks that the captured states fit each other: each state of the stream is the one before plus
     * what attention or MLP added, and the final layer norm and the unembedding of the last state are the model's final
     * state and logits. Both are recomputed in double precision from the stored weights; an ONNX file whose weights for
     * that are not found as plain numbers leaves them out. No value may be NaN or infinite, no state may change with a
     * later token, and some must change with earlier ones: where a file is fed otherwise than it is meant, they do not
     * hold.
     *
     * @param text the text
     * @return what was checked, and how far the two sides differ; a model that does not offer a point leaves out what
     *     needs it
     * @throws CaptureException if something differs by more than rounding; the message names block and token
     * @throws BadRequestException if the text cannot be run
     */
    public SelfCheckReport selfCheck(String text) {
        return SelfCheckRuns.of(this, request(text));
    }

    /**
     * As {@link #selfCheck(String)}, for tokens given by their ids.
     *
     * @param ids the tokens' ids
     * @return how far the states are from fitting
     */
    public SelfCheckReport selfCheck(long... ids) {
        return SelfCheckRuns.of(this, request(ids));
    }

    /**
     * Reads every state of a session through the final layer norm and the unembedding, with the ten likeliest tokens.
     *
     * @param session what this model, or one of the same weights, was captured into
     * @return what the model would say from each state
     * @throws BadRequestException as {@link Lens#read()}
     */
    public LogitLens logitLens(ActivationSession session) {
        return lens(session).read();
    }

    /**
     * Asks for more than {@link #logitLens} does.
     *
     * @param session what this model, or one of the same weights, was captured into
     * @return a reading to be narrowed and done
     */
    public Lens lens(ActivationSession session) {
        return Lens.of(this, BadRequestException.requireGiven(session, "session"));
    }

    /**
     * Takes logits apart into what each component wrote.
     *
     * @param session what this model was captured into, with all that a ledger needs: the token and position embedding,
     *     {@link HookPoint#Z}, {@link HookPoint#MLP_OUTPUT}, the stream and logits
     * @return a ledger, to be told whose logit
     */
    public Attribution attribution(ActivationSession session) {
        return Attribution.of(this, BadRequestException.requireGiven(session, "session"));
    }

    /**
     * Captures what is needed of a text and takes its logits apart, at all positions.
     *
     * @param text the text
     * @return a ledger, to be told whose logit
     * @throws BadRequestException if the text cannot be run, or the model has no logits
     */
    public Attribution attribution(String text) {
        return attribution(Attribution.asking(this, request(text)).capture());
    }

    /**
     * As {@link #attribution(String)}, for tokens given by their ids.
     *
     * @param ids the tokens' ids
     * @return a ledger, to be told whose logit
     */
    public Attribution attribution(long... ids) {
        return attribution(Attribution.asking(this, request(ids)).capture());
    }

    /**
     * Scores heads on random tokens that come twice, the beginning-of-sequence token first where the model has one.
     *
     * @param length how many tokens are drawn, at least 2
     * @param seed which ones
     * @return how much each head looks at the token before, at the same token and at what followed it
     * @throws BadRequestException if the text is longer than the context, or the model does not tell its patterns
     */
    public HeadScores headScores(int length, long seed) {
        long[] ids = RepeatedTokens.drawn(description.shape(), length, seed);
        ActivationSession session =
                request(ids).points(HookPoint.ATTENTION_PATTERN).capture();
        return ResidualAnalyzer.of(session).headScores();
    }

    /**
     * Goes on with a text.
     *
     * @param text the text
     * @return how, to be narrowed and run
     */
    public Generation generate(String text) {
        return generation(Optional.of(CaptureInput.text(text, "text")));
    }

    /**
     * As {@link #generate(String)}, for tokens given by their ids.
     *
     * @param ids the tokens' ids
     * @return how, to be narrowed and run
     */
    public Generation generate(long... ids) {
        return generation(Optional.of(CaptureInput.ids(ids, "list of ids")));
    }

    /**
     * Goes on with texts that are given later, to {@link Generation#runAll}.
     *
     * @return how, to be narrowed and run
     */
    public Generation generate() {
        return generation(Optional.empty());
    }

    private Generation generation(Optional<CaptureInput> input) {
        return Generation.of(
                this, input, endOfSequence.isPresent() ? Optional.of(endOfSequence.getAsLong()) : Optional.empty());
    }

    /**
     * Tells how likely a text is, token by token.
     *
     * @param text at least two tokens; a longer one than the context is read in windows that half overlap
     * @return its log-probabilities and perplexity
     * @throws BadRequestException if the text is too short, or the model gives no logits of every position
     */
    public TextScore score(String text) {
        int window = description.shape().window();
        return score(text, window, Math.max(1, window / 2));
    }

    /**
     * As {@link #score(String)}, in windows.
     *
     * @param text at least two tokens
     * @param length the tokens of a window, at least 2 and at most the context
     * @param stride by how many tokens each window begins after the one before, at most its length; a token is scored in the
     *     first window that holds it, the first token of a window only if the window before held it
     * @return its log-probabilities and perplexity
     */
    public TextScore score(String text, int length, int stride) {
        long[] ids = whileOpen(() -> vocabulary.encode(BadRequestException.requireGiven(text, "text")));
        return score(ids, length, stride);
    }

    /**
     * As {@link #score(String, int, int)}, for tokens given by their ids.
     *
     * @param ids at least two tokens
     * @param length the tokens of a window
     * @param stride by how many tokens each window begins after the one before
     * @return its log-probabilities and perplexity
     */
    public TextScore score(long[] ids, int length, int stride) {
        return whileOpen(() -> Scoring.of(this, BadRequestException.requireGiven(ids, "list of ids"), length, stride));
    }

    /**
     * Tells how likely the tokens of a text are that was captured, without running it again: each by the last state of
     * the one before, through the final norm and the unembedding.
     *
     * @param session what this model was captured into, with the last state of the stream at positions that follow each
     *     other
     * @return the log-probabilities of all tokens but the first
     * @throws BadRequestException if the session is of other weights, lacks the last state or a position, or holds one
     *     token; or if the model has no logits
     */
    public TextScore score(ActivationSession session) {
        return score(List.of(BadRequestException.requireGiven(session, "session")))
                .get(0);
    }

    /**
     * As {@link #score(ActivationSession)}, of several sessions together, which takes less time.
     *
     * @param sessions what this model was captured into
     * @return a score of each, in their order
     */
    public List<TextScore> score(List<ActivationSession> sessions) {
        BadRequestException.requireGiven(sessions, "list of sessions");
        return whileOpen(() -> Scoring.ofSessions(this, sessions));
    }

    /**
     * Tells how likely continuations of a text are, each by itself, as for a multiple choice.
     *
     * @param prompt the text
     * @param continuations what may follow, mostly beginning with a space; each is tokenized by itself
     * @return the log-probabilities of each continuation's tokens, in the order of the continuations
     * @throws BadRequestException if one is empty or too long
     */
    public List<TextScore> likelihoods(String prompt, String... continuations) {
        BadRequestException.requireGiven(continuations, "list of continuations");
        BadRequestException.requireGiven(prompt, "prompt");
        return whileOpen(() -> Scoring.ofContinuations(this, vocabulary, prompt, continuations));
    }

    boolean hasTokenizer() {
        return vocabulary.text(0).isPresent();
    }

    String decodeOpen(long[] ids) {
        return vocabulary.decode(ids);
    }

    ModelSizes sizes() {
        return engine.sizes();
    }

    List<Token> tokens(long[] ids) {
        return vocabulary.tokens(ids, Positions.all());
    }

    void check(long[] ids) {
        vocabulary.check(ids);
    }

    ActivationSession assemble(RunValues values, int text, long[] ids, CaptureSpec spec) {
        return engine.assembleStep(values, text, ids, spec);
    }

    /** What runs the model. */
    StreamModel stream() {
        return model;
    }

    /** What a token decodes to, where the model has a tokenizer. */
    Optional<String> text(long id) {
        return vocabulary.text(id);
    }

    /** What a token is called, where the model has a tokenizer. */
    Optional<String> label(long id) {
        return vocabulary.label(id);
    }

    /**
     * Compares two texts by patching values of one's run into the other's.
     *
     * @param clean the text with the answer that is looked for
     * @param corrupted a text of as many tokens with another answer
     * @return an experiment to be narrowed and run
     * @throws BadRequestException if a text cannot be run, or the model has no logits
     */
    public Patching patching(String clean, String corrupted) {
        return Patching.of(
                texts(CaptureInput.text(clean, "clean text"), CaptureInput.text(corrupted, "corrupted text")));
    }

    /**
     * As {@link #patching(String, String)}, for tokens given by their ids.
     *
     * @param clean the ids of the clean text
     * @param corrupted the ids of the corrupted text
     * @return an experiment to be narrowed and run
     */
    public Patching patching(long[] clean, long[] corrupted) {
        return Patching.of(texts(
                CaptureInput.ids(clean, "list of clean ids"), CaptureInput.ids(corrupted, "list of corrupted ids")));
    }

    /**
     * Hides a part of a text by noise and puts states of the run without noise back.
     *
     * @param text what the model reads
     * @return an experiment to be narrowed and run
     * @throws BadRequestException if the text cannot be run, or the model has no logits
     */
    public CausalTracing tracing(String text) {
        return CausalTracing.of(texts(CaptureInput.text(text, "text")));
    }

    /**
     * As {@link #tracing(String)}, for tokens given by their ids.
     *
     * @param ids the tokens' ids
     * @return an experiment to be narrowed and run
     */
    public CausalTracing tracing(long... ids) {
        return CausalTracing.of(texts(CaptureInput.ids(ids, "list of ids")));
    }

    /**
     * Silences the parts of the model one after the other.
     *
     * @param text what the model reads
     * @return an experiment to be narrowed and run
     * @throws BadRequestException if the text cannot be run, or the model has no logits
     */
    public Ablation ablation(String text) {
        return Ablation.of(texts(CaptureInput.text(text, "text")));
    }

    /**
     * As {@link #ablation(String)}, for tokens given by their ids.
     *
     * @param ids the tokens' ids
     * @return an experiment to be narrowed and run
     */
    public Ablation ablation(long... ids) {
        return Ablation.of(texts(CaptureInput.ids(ids, "list of ids")));
    }

    private ExperimentTexts texts(CaptureInput only) {
        return texts(only, only);
    }

    private ExperimentTexts texts(CaptureInput clean, CaptureInput corrupted) {
        ExperimentTexts.requireLogits(model, name);
        return new ExperimentTexts(
                this,
                model,
                engine.sizes(),
                vocabulary,
                prepare(clean, CaptureSpec.DEFAULT).ids(),
                prepare(corrupted, CaptureSpec.DEFAULT).ids());
    }

    /** The hook points whose values it gives at every position; logits of the last one alone are not among them. */
    Set<HookPoint> offersAtEveryPosition() {
        Set<HookPoint> offered = EnumSet.copyOf(model.offers());
        if (!scoresEveryPosition) {
            offered.remove(HookPoint.LOGITS);
        }
        return offered;
    }

    /** Whether logits can be had of every position, not of the last alone. */
    boolean scoresEveryPosition() {
        return scoresEveryPosition;
    }

    /** Tokenizes a text and refuses what cannot be run. */
    SessionText prepare(CaptureInput input, CaptureSpec spec) {
        return whileOpen(() -> engine.prepare(input, spec));
    }

    /** Runs texts as one batch. */
    List<ActivationSession> run(List<SessionText> texts, CaptureSpec spec, Cancellation cancellation) {
        return whileOpen(() -> engine.run(texts, spec, cancellation));
    }

    /**
     * {@return the tokens of a text, of any length, as the model would see them} A special token spelled out, such as
     * {@code <|endoftext|>}, is that token.
     *
     * @param text the text
     * @throws BadRequestException if the model has no tokenizer
     */
    public List<Token> tokenize(String text) {
        BadRequestException.requireGiven(text, "text");
        return whileOpen(() -> vocabulary.tokens(vocabulary.encode(text), Positions.all()));
    }

    /**
     * {@return the id of the one token that a text is} TransformerLens calls this {@code to_single_token}.
     *
     * @param text such as {@code " France"}; most words begin with a space
     * @throws BadRequestException if the text is not exactly one token; the message shows how it splits
     */
    public long singleToken(String text) {
        BadRequestException.requireGiven(text, "text");
        return whileOpen(() -> vocabulary.singleToken(text));
    }

    /**
     * {@return the ids of the tokens of a text, of any length; {@link #decode} turns them back}
     *
     * @param text the text
     * @throws BadRequestException if the model has no tokenizer
     */
    public long[] encode(String text) {
        BadRequestException.requireGiven(text, "text");
        return whileOpen(() -> vocabulary.encode(text));
    }

    /**
     * {@return the text that token ids spell, special tokens included}
     *
     * @param ids the tokens' ids
     * @throws BadRequestException if an id is not in the vocabulary, or the model has no tokenizer
     */
    public String decode(long... ids) {
        BadRequestException.requireGiven(ids, "list of ids");
        return whileOpen(() -> vocabulary.decode(ids));
    }

    /** {@return what the model holds and where, in a form to read: {@code System.out.println(model.description())}} */
    public ModelDescription description() {
        return description;
    }

    /**
     * {@return the model's options, as a checkpoint's configuration gives them}
     *
     * @throws BadRequestException if the model is an ONNX file without its {@code config.json} beside it, which does
     *     not tell all of them; its dimensions are in {@link #description()}
     */
    public Gpt2Config config() {
        return config.orElseThrow(() -> new BadRequestException("The model " + name
                + " is an ONNX file with no config.json of its own beside it, so its configuration is not known; its"
                + " dimensions are in its description."));
    }

    /**
     * {@return what the model is called: the folder's or the ONNX file's name, or {@code tiny-gpt2} for the embedded
     * one}
     */
    public String name() {
        return name;
    }

    /** {@return the SHA-256 of the file that holds the weights, in lower-case hexadecimal} It is computed once. */
    public String weightsSha256() {
        return whileOpen(engine::weightsSha256);
    }

    <T> T whileOpen(Supplier<T> work) {
        return open.use(work);
    }

    /** Waits for running captures and frees the model. Closing it again does nothing. */
    @Override
    public void close() {
        open.close(() -> {
            model.close();
            vocabulary.close();
        });
    }

    @Override
    public String toString() {
        ModelShape shape = description.shape();
        String heads = shape.heads().isPresent() ? Counted.of(shape.heads().getAsInt(), "head") + ", " : "";
        return name + ": " + description.kind() + " of " + Counted.of(shape.blocks(), "layer") + ", " + heads + "width "
                + shape.width();
    }
}
