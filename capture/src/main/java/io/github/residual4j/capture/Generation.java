package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.generate.Sampling;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How a text is gone on with. Immutable: each method returns a changed copy; {@link LanguageModel#generate} makes one.
 *
 * <pre>{@code
 * System.out.println(model.generate("Paris is the capital of").tokens(20).run());
 * }</pre>
 *
 * <p>Without more the likeliest token is taken each time, 50 at most, until the model's end of text. Keys and values of
 * what was read stay in ONNX Runtime's memory from step to step. An ONNX file that gives out no cache it takes, which the
 * notes of {@link LanguageModel#description()} tell, reads the whole text again each time.
 */
public final class Generation {
    private static final int TOKENS = 50;
    private static final int LIKELIEST = 5;

    private final LanguageModel model;
    private final Optional<CaptureInput> input;
    private final GenerationOptions options;

    private Generation(LanguageModel model, Optional<CaptureInput> input, GenerationOptions options) {
        this.model = model;
        this.input = input;
        this.options = options;
    }

    static Generation of(LanguageModel model, Optional<CaptureInput> input, Optional<Long> endOfText) {
        List<Long> stops = endOfText.stream().toList();
        return new Generation(
                model,
                input,
                new GenerationOptions(
                        TOKENS, Sampling.GREEDY, 0, stops, List.of(), LIKELIEST, false, CaptureSpec.DEFAULT));
    }

    private Generation with(GenerationOptions changed) {
        return new Generation(model, input, changed);
    }

    private static double checked(double value, boolean fits, String name, String expected) {
        if (!fits) {
            throw new BadRequestException("The " + name + " is " + value + "; it must be " + expected + ".");
        }
        return value;
    }

    /**
     * {@return the same with at most so many new tokens; 50 without it}
     *
     * @param count at least 1
     */
    public Generation tokens(int count) {
        checked(count, count >= 1, "number of tokens", "at least 1");
        return with(options.withTokens(count));
    }

    /**
     * {@return the same with scores divided by a temperature and a token drawn by chance}
     *
     * @param temperature above 0; 0 for always the likeliest token
     */
    public Generation temperature(double temperature) {
        checked(temperature, temperature >= 0 && Double.isFinite(temperature), "temperature", "0 or above");
        Sampling now = options.sampling();
        return with(options.withSampling(new Sampling(temperature, now.topK(), now.topP(), now.repetitionPenalty())));
    }

    /**
     * {@return the same drawing from the likeliest tokens only}
     *
     * @param count at least 1; what equals the last of them is kept too
     */
    public Generation topK(int count) {
        checked(count, count >= 1, "number of likeliest tokens", "at least 1");
        Sampling now = options.sampling();
        return with(options.withSampling(new Sampling(now.temperature(), count, now.topP(), now.repetitionPenalty())));
    }

    /**
     * {@return the same drawing from the likeliest tokens that together have a probability}
     *
     * @param share above 0, at most 1
     */
    public Generation topP(double share) {
        checked(share, share > 0 && share <= 1, "share of probability", "above 0 and at most 1");
        Sampling now = options.sampling();
        return with(options.withSampling(new Sampling(now.temperature(), now.topK(), share, now.repetitionPenalty())));
    }

    /**
     * {@return the same with the scores of tokens that occurred made smaller: positive ones divided, negative ones
     * multiplied}
     *
     * @param penalty above 0; above 1 to repeat less
     */
    public Generation repetitionPenalty(double penalty) {
        checked(penalty, penalty > 0 && Double.isFinite(penalty), "repetition penalty", "above 0");
        Sampling now = options.sampling();
        return with(options.withSampling(new Sampling(now.temperature(), now.topK(), now.topP(), penalty)));
    }

    /**
     * {@return the same with other chance; a seed gives the same text on every run of one machine}
     *
     * @param seed any number; 0 without it
     */
    public Generation seed(long seed) {
        return with(options.withSeed(seed));
    }

    /**
     * {@return the same ending at these tokens, in place of the model's end of text}
     *
     * @param ids the tokens' ids; none to go on whatever comes
     */
    public Generation stopIds(long... ids) {
        BadRequestException.requireGiven(ids, "list of ids");
        return with(options.withStops(Arrays.stream(ids).boxed().toList(), options.stopTexts()));
    }

    /**
     * {@return the same ending once one of these texts was generated}
     *
     * @param texts not empty
     */
    public Generation stopTexts(String... texts) {
        BadRequestException.requireGiven(texts, "list of texts");
        for (String text : texts) {
            if (BadRequestException.requireGiven(text, "text").isEmpty()) {
                throw new BadRequestException("A stop text is empty; every text ends with it.");
            }
        }
        return with(options.withStops(options.stopIds(), List.of(texts)));
    }

    /**
     * {@return the same telling so many of the likeliest tokens at each step; 5 without it}
     *
     * @param count 0 or more
     */
    public Generation likeliest(int count) {
        checked(count, count >= 0, "number of likeliest tokens", "0 or more");
        return with(options.withLikeliest(count));
    }

    /** {@return the same with the model's beginning-of-sequence token before the text} */
    public Generation prependBos() {
        return with(options.withSpec(options.spec().withPrependBos(), options.keepsStates()));
    }

    /**
     * {@return the same with every step changed} Positions are counted in the whole text, from its beginning.
     *
     * @param edit where, and what becomes of the values there
     */
    public Generation edit(Edit edit) {
        CaptureSpec edited = options.spec()
                .withEdit(BadRequestException.requireGiven(edit, "edit").placed());
        return with(options.withSpec(edited, options.keepsStates()));
    }

    /**
     * {@return the same capturing these points as the text grows, for {@link GenerationStep#states()}}
     *
     * @param points what to keep of each token
     */
    public Generation points(HookPoint... points) {
        BadRequestException.requireGiven(points, "list of hook points");
        return with(options.withSpec(options.spec().withPoints(List.of(points)), true));
    }

    /**
     * Generates as steps are taken. Closing the stream, from any thread, ends it and frees what it holds; so does taking
     * the last step. Interrupting the thread that takes steps ends it within one operator of the graph.
     *
     * @return the steps; to be closed when not taken to the end
     * @throws BadRequestException if the text cannot be run, an edit does not fit, or the model has no logits
     * @throws CaptureException from the terminal operation, if the model is closed or the thread interrupted
     */
    public Stream<GenerationStep> steps() {
        GenerationRun run = start();
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(run, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(run::close);
    }

    /**
     * Generates to the end.
     *
     * @return prompt, steps, text and why it ended
     * @throws BadRequestException if the text cannot be run, an edit does not fit, or the model has no logits
     * @throws CaptureException if the model is closed or the thread interrupted
     */
    public GeneratedText run() {
        return run(step -> {});
    }

    /**
     * As {@link #run()}, told of each step as it happens.
     *
     * @param listener is called in this thread
     * @return prompt, steps, text and why it ended
     */
    public GeneratedText run(Consumer<GenerationStep> listener) {
        BadRequestException.requireGiven(listener, "listener");
        try (GenerationRun run = start()) {
            List<GenerationStep> steps = new ArrayList<>();
            while (run.hasNext()) {
                GenerationStep step = run.next();
                steps.add(step);
                listener.accept(step);
            }
            return GeneratedText.of(run.prompt(), steps, run.reason());
        }
    }

    /**
     * Generates several texts to their ends. Each is gone on with as it would be by itself, and ends by itself. Texts
     * of any lengths go through the model together, 16 at most, if their numbers of tokens differ by no more than are
     * generated, or none has more than twice as many as another. An ONNX file does so only if it keeps texts of one
     * batch apart and, where it goes on from a cache, takes an attention mask that hides what fills shorter texts up;
     * otherwise its texts are gone on with one by one.
     *
     * @param texts the texts, of any lengths
     * @return prompt, steps, text and why it ended of each, in the order of the texts
     * @throws BadRequestException if a text cannot be run, which is told by its place counted from 0, an edit does not
     *     fit, or the model has no logits
     * @throws CaptureException if the model is closed or the thread interrupted
     */
    public List<GeneratedText> runAll(List<String> texts) {
        BadRequestException.requireGiven(texts, "list of texts");
        return new GenerationBatch(model, options)
                .run(texts.stream().map(CaptureInput.OfText::new).toList());
    }

    /**
     * As {@link #runAll}, for texts given by their tokens' ids.
     *
     * @param texts the ids of each text
     * @return prompt, steps, text and why it ended of each, in the order of the texts
     */
    public List<GeneratedText> runAllIds(List<long[]> texts) {
        BadRequestException.requireGiven(texts, "list of texts");
        return new GenerationBatch(model, options)
                .run(texts.stream().map(CaptureInput.OfIds::new).toList());
    }

    /**
     * Generates to the end and captures prompt and continuation, with the same edits.
     *
     * @return the session, with the points that were asked for, or else the stream, the final state and the last logits
     * @throws BadRequestException if the text cannot be run, an edit does not fit, or the model has no logits
     * @throws CaptureException if the model is closed or the thread interrupted
     */
    public ActivationSession capture() {
        return capture(run());
    }

    /**
     * Captures a text that this generated, with the same edits.
     *
     * @param generated what {@link #run()} gave
     * @return the session of prompt and continuation
     */
    public ActivationSession capture(GeneratedText generated) {
        BadRequestException.requireGiven(generated, "generated text");
        CaptureRequest request = model.request(generated.ids());
        for (var edit : options.spec().edits()) {
            request = request.edit(Edit.of(edit));
        }
        return options.keepsStates()
                ? request.points(options.spec().points().toArray(HookPoint[]::new))
                        .capture()
                : request.lastLogits().capture();
    }

    private GenerationRun start() {
        CaptureInput text = input.orElseThrow(() -> new BadRequestException(
                "This generation was made without a text; make it by generate(text), or give texts to runAll."));
        return new GenerationRun(model, model.prepare(text, options.spec()), options);
    }
}
