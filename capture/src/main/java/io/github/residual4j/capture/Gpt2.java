package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.BadFileException;
import io.github.residual4j.BadRequestException;
import io.github.residual4j.CaptureException;
import io.github.residual4j.Token;
import io.github.residual4j.capture.checkpoint.Checkpoint;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.checkpoint.Hub;
import io.github.residual4j.capture.checkpoint.HubEnvironment;
import io.github.residual4j.capture.checkpoint.TokenizerJson;
import io.github.residual4j.capture.checkpoint.Weights;
import io.github.residual4j.capture.internal.onnx.CheckpointModel;
import io.github.residual4j.capture.internal.onnx.RuntimeOptions;
import io.github.residual4j.capture.internal.onnx.StreamModel;
import io.github.residual4j.capture.internal.token.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A GPT-2 that is ready to run and to tell the states of its residual stream.
 *
 * <pre>{@code
 * try (Gpt2 model = Gpt2.embedded()) {
 *     ActivationSession session = model.capture("Paris is the capital of");
 * }
 * }</pre>
 *
 * <p>Safe to share between threads. {@link #close()} waits for running captures, frees the model's memory outside the
 * heap, and may be called again; whatever is asked afterwards is refused.
 */
public final class Gpt2 implements AutoCloseable {
    private final String name;
    private final Gpt2Config config;
    private final StreamModel model;
    private final Vocabulary vocabulary;
    private final CaptureEngine engine;
    private final Optional<Weights> weights;
    private final ReadWriteLock use = new ReentrantReadWriteLock(); // held for reading by whoever uses the model
    private boolean closed; // guarded by use

    private Gpt2(
            String name,
            Gpt2Config config,
            StreamModel model,
            Vocabulary vocabulary,
            CaptureEngine engine,
            Optional<Weights> weights) {
        this.name = name;
        this.config = config;
        this.model = model;
        this.vocabulary = vocabulary;
        this.engine = engine;
        this.weights = weights;
    }

    /**
     * The model that comes with the library: 8 blocks of width 160, trained on the World Factbook, for trying things
     * out and for tests.
     */
    public static Gpt2 embedded() {
        return embedded(Gpt2Options.defaults());
    }

    /** As {@link #embedded()}, with options. */
    public static Gpt2 embedded(Gpt2Options options) {
        return of(Checkpoint.embedded(), options);
    }

    /**
     * Opens a folder that holds a Hugging Face checkpoint of a GPT-2: {@code config.json}; {@code model.safetensors}, or
     * the shards that {@code model.safetensors.index.json} names, in F32, F16 or BF16; and {@code tokenizer.json}, or
     * {@code vocab.json} with {@code merges.txt}, without which the model takes token ids only. Weights in F32 stay in
     * their files, mapped into memory.
     *
     * @throws BadFileException if a file is missing, damaged, or not of a GPT-2
     */
    public static Gpt2 load(Path folder) {
        return load(folder, Gpt2Options.defaults());
    }

    /**
     * As {@link #load(Path)}, with options.
     *
     * @throws CaptureException if the device cannot be used
     */
    public static Gpt2 load(Path folder, Gpt2Options options) {
        return of(Checkpoint.open(folder), options);
    }

    private static Gpt2 of(Checkpoint checkpoint, Gpt2Options options) {
        RuntimeOptions runtime = new RuntimeOptions(options.device(), options.optimization());
        return of(
                checkpoint.name(),
                checkpoint.config(),
                checkpoint.tokenizer(),
                () -> CheckpointModel.of(checkpoint, runtime),
                runtime,
                checkpoint.weights()::sha256,
                Optional.of(checkpoint.weights()));
    }

    /**
     * @param model opens the model, which is closed with this one
     * @param weights what a self-check may read the weights from
     */
    private static Gpt2 of(
            String name,
            Gpt2Config config,
            Optional<TokenizerJson> tokenizerJson,
            Supplier<StreamModel> model,
            RuntimeOptions runtime,
            Supplier<String> weightsSha256,
            Optional<Weights> weights) {
        Vocabulary vocabulary = new Vocabulary(name, config, tokenizerJson.map(TextTokenizer::of));
        try {
            StreamModel opened = model.get();
            SessionAssembler assembler = new SessionAssembler(name, config, vocabulary);
            return new Gpt2(
                    name,
                    config,
                    opened,
                    vocabulary,
                    new CaptureEngine(opened, vocabulary, assembler, runtime, weightsSha256),
                    weights);
        } catch (RuntimeException e) {
            vocabulary.close();
            throw e;
        }
    }

    /**
     * Opens a checkpoint of a Hugging Face hub, such as {@code openai-community/gpt2}, downloading what of it is not in
     * the cache folder yet. Environment variables say where hub and cache are: see {@link HubEnvironment}. To follow the
     * download, or to be told where it went, use {@link Hub#fetch} with {@link #load}.
     *
     * @param name {@code owner/name} or {@code owner/name@revision}
     * @throws BadRequestException if there is no such model, it is not open to us, or it holds no safetensors checkpoint
     * @throws BadFileException if it cannot be stored, does not come as announced, or is not a GPT-2
     * @throws CaptureException if the network or the hub fails
     */
    public static Gpt2 download(String name) {
        return load(Hub.create().fetch(name));
    }

    /**
     * Runs a text and keeps every state of the residual stream, the state after the final layer norm, and the last
     * position's logits.
     *
     * @throws BadRequestException if the text is empty or longer than the model's context
     */
    public ActivationSession capture(String text) {
        return request(text).lastLogits().capture();
    }

    /**
     * As {@link #capture(String)}, for tokens given by their ids.
     *
     * @throws BadRequestException if there are none, more than the model's context, or one outside the vocabulary
     */
    public ActivationSession capture(long... ids) {
        return request(ids).lastLogits().capture();
    }

    /** Asks for something else of a text than {@link #capture(String)} does. */
    public CaptureRequest request(String text) {
        return CaptureRequest.of(this, Optional.of(new CaptureInput.OfText(text)));
    }

    /** As {@link #request(String)}, for tokens given by their ids. */
    public CaptureRequest request(long... ids) {
        return CaptureRequest.of(this, Optional.of(new CaptureInput.OfIds(ids)));
    }

    /** Asks for something of texts that are given later, to {@link CaptureRequest#captureAll}. */
    public CaptureRequest request() {
        return CaptureRequest.of(this, Optional.empty());
    }

    /**
     * Captures many texts as {@link #capture(String)} does one; see {@link CaptureRequest#captureAll}.
     *
     * @return their sessions in the order of the texts, run as they are taken
     */
    public Stream<ActivationSession> captureAll(Stream<String> texts) {
        return request().lastLogits().captureAll(texts);
    }

    /**
     * Runs a text and checks that the captured states fit each other: each state of the stream is the one before plus
     * what attention or MLP added, and the final layer norm and the unembedding of the last state are the model's final
     * state and logits. Both are recomputed in double precision from the checkpoint's own weights.
     *
     * @return what was checked, and how far the two sides differ; a model that does not offer a point leaves out what
     *     needs it
     * @throws CaptureException if something differs by more than rounding; the message names block and token
     * @throws BadRequestException if the text cannot be run
     */
    public SelfCheckReport selfCheck(String text) {
        return selfCheck(request(text));
    }

    /** As {@link #selfCheck(String)}, for tokens given by their ids. */
    public SelfCheckReport selfCheck(long... ids) {
        return selfCheck(request(ids));
    }

    private SelfCheckReport selfCheck(CaptureRequest request) {
        return SelfCheck.of(request.points(SelfCheck.points(model.offers())).capture(), config, weights);
    }

    /** Tokenizes a text and refuses what cannot be run. */
    SessionText prepare(CaptureInput input, CaptureSpec spec) {
        return whileOpen(() -> engine.prepare(input, spec));
    }

    /** Runs texts as one batch. */
    List<ActivationSession> run(List<SessionText> texts, CaptureSpec spec) {
        return whileOpen(() -> engine.run(texts, spec));
    }

    /**
     * The tokens of a text, of any length, as the model would see them. A special token spelled out, such as
     * {@code <|endoftext|>}, is that token.
     *
     * @throws BadRequestException if the model has no tokenizer
     */
    public List<Token> tokenize(String text) {
        return whileOpen(() -> {
            long[] ids = vocabulary.encode(text);
            return vocabulary.tokens(ids, Positions.all());
        });
    }

    /**
     * The text that token ids spell, special tokens included.
     *
     * @throws BadRequestException if an id is not in the vocabulary, or the model has no tokenizer
     */
    public String decode(long... ids) {
        return whileOpen(() -> vocabulary.decode(ids));
    }

    /** The model's dimensions and options. */
    public Gpt2Config config() {
        return config;
    }

    /** What the model is called: the checkpoint folder's name, or {@code tiny-gpt2} for the embedded one. */
    public String name() {
        return name;
    }

    private <T> T whileOpen(Supplier<T> work) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new CaptureException("The model " + name + " is closed; open it again to use it.");
            }
            return work.get();
        } finally {
            use.readLock().unlock();
        }
    }

    /** Waits for running captures and frees the model. Closing it again does nothing. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
                vocabulary.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return name + ": GPT-2 of " + config.layers() + " layers, " + config.heads() + " heads, width "
                + config.width();
    }
}
