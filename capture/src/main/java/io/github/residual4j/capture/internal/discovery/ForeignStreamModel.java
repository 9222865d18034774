package io.github.residual4j.capture.internal.discovery;

import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.BufferPool;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.OutputProjection;
import io.github.residual4j.capture.internal.run.Readout;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunOutputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.internal.run.SessionCache;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.text.Counted;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A model in an ONNX file somebody else wrote. Only the part of its graph is run that computes what is asked.
 */
public final class ForeignStreamModel implements StreamModel {
    /** The kind of model whose norms are layer norms, whose positions are learned, and whose blocks write twice. */
    public static final String GPT2 = "GPT-2";

    private static final int MAX_SESSIONS = 4;

    private static final long MAX_IDLE_BYTES = 256L << 20;

    private final ForeignModel model;
    private final Optional<FoundCache> cache;
    private final TriedCache triedCache;
    private Map<HookKey, String> tensors;
    private OptionalInt heads;
    private final RuntimeOptions runtime;
    private final BufferPool pool = new BufferPool(MAX_IDLE_BYTES);
    private final SessionCache<ForeignSession> sessions = new SessionCache<>(MAX_SESSIONS, this::newSession);
    private boolean keepsTextsApart; // these, tensors and heads are set before it is handed out
    private boolean dependsOnProcessor;
    private boolean relativePositions;
    private int firstPosition;

    private ForeignStreamModel(ForeignModel model, Optional<FoundCache> cache, RuntimeOptions runtime) {
        this.model = model;
        this.cache = cache;
        this.runtime = runtime;
        triedCache = new TriedCache(this, model.file(), cache);
        tensors = model.points();
        heads = model.heads();
    }

    /**
     * Opens a file, finds its residual stream, and tries it on a few tokens. What its inputs mean is decided by that: the
     * first way is kept under which the states are finite, positions are told apart, and no position looks ahead.
     *
     * @throws BadFileException if the file is damaged, is not a pre-norm decoder, or cannot be run
     */
    public static ForeignStreamModel open(Path file, RuntimeOptions runtime) {
        return new Readings(ForeignModel.read(file), runtime).firstThatHolds();
    }

    /**
     * Opens a file as its inputs are meant, and tries it on a few tokens.
     *
     * @throws BadFileException if they cannot be meant so
     */
    static ForeignStreamModel open(ForeignModel found, Reading reading, RuntimeOptions runtime) {
        ForeignModel model = found.read(reading);
        ForeignStreamModel opened = new ForeignStreamModel(model, model.cache(reading), runtime);
        try {
            opened.firstPosition = new FirstRun(model, runtime, opened.pool).firstPosition();
            opened.trial().fault().ifPresent(fault -> {
                throw StreamFinder.refusal(model.file(), fault);
            });
            opened.checkPatterns();
            opened.relativePositions = opened.trial().tellsOrder();
            opened.dependsOnProcessor = opened.sessions.with(opened.stream(), ForeignSession::dependsOnProcessor);
            opened.keepsTextsApart = opened.sessions.with(opened.stream(), ForeignSession::runsTogether)
                    && opened.trial().keepsTextsApart();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** What a few tokens tell of it. */
    Trial trial() {
        return new Trial(model.file(), this, stream());
    }

    /** Leaves out what was taken for attention patterns and is none; a pattern tells the number of heads. */
    private void checkPatterns() {
        Set<String> patterns = new HashSet<>();
        tensors.forEach((key, tensor) -> {
            if (key.point() == HookPoint.ATTENTION_PATTERN) {
                patterns.add(tensor);
            }
        });
        if (patterns.isEmpty()) {
            return;
        }
        OptionalInt counted = new FirstRun(model, runtime, pool).heads(patterns, trial().text());
        if (counted.isPresent()) {
            heads = counted;
            return;
        }
        Map<HookKey, String> others = new LinkedHashMap<>(tensors);
        others.keySet().removeIf(key -> key.point() == HookPoint.ATTENTION_PATTERN);
        tensors = Collections.unmodifiableMap(others);
    }

    /** What a capture asks for unless told otherwise, so that the session made for the trial is used again. */
    private RunPlan stream() {
        Set<HookKey> stream = new HashSet<>();
        for (HookKey site : tensors.keySet()) {
            if (site.point().isStream() || site.point() == HookPoint.FINAL || site.point() == HookPoint.LOGITS) {
                stream.add(site);
            }
        }
        return RunPlan.reading(stream);
    }

    private ForeignSession newSession(RunPlan plan) {
        Map<String, String> presents = cache.map(FoundCache::presents).orElse(Map.of());
        return ForeignSession.of(running(plan), plan, presents, runtime);
    }

    /** The part of the file that does as planned. */
    private ForeignModel running(RunPlan plan) {
        return plan.takesCache() ? cache.orElseThrow().model() : model;
    }

    /** The shape of the states that a plan begins with; none if it begins with tokens. */
    private long[] startShape(RunPlan plan, Batch batch) {
        if (plan.startBlock().isEmpty()) {
            return new long[0];
        }
        HookKey start =
                HookKey.of(HookPoint.RESID_PRE, plan.startBlock().getAsInt()).kept();
        return sessions.with(
                RunPlan.reading(List.of(start)),
                session -> session.shapes().shape(tensors.get(start), batch.size(), batch.length()));
    }

    /** The tensors that hold the hook points, in the order computed. */
    public Map<HookKey, String> tensors() {
        return tensors;
    }

    /** What is fed, each input with what it was taken for. */
    public List<String> inputs() {
        return model.inputs().stream().map(InputPlan::toString).toList();
    }

    /** What kind of model was found: its norms, its positions, and how its blocks are wired. */
    public String kind() {
        return words().kind();
    }

    /** What else a reader should know. */
    public List<String> notes() {
        return words().notes();
    }

    @Override
    public List<String> warnings() {
        return words().warnings();
    }

    private FoundInWords words() {
        return new FoundInWords(model, tensors, cache.isPresent(), relativePositions, dependsOnProcessor, runtime);
    }

    @Override
    public boolean sharesScales() {
        return model.quantizesAsItRuns();
    }

    /** Dimensions of the residual stream. */
    public int width() {
        return model.width();
    }

    /** The number of attention heads, where the file tells it. */
    public OptionalInt heads() {
        return heads;
    }

    /** How many tokens there are. */
    public int vocabulary() {
        return model.embedding().vocabulary();
    }

    /**
     * How many tokens a text can have: as many as positions were learned from the first token's on. Not known where the
     * graph computes positions of any number.
     */
    public OptionalInt context() {
        OptionalInt learned = model.embedding().context();
        return learned.isPresent() ? OptionalInt.of(learned.getAsInt() - firstPosition) : learned;
    }

    /** The one length of text the file takes, if it takes just one. */
    public OptionalInt length() {
        return model.length();
    }

    /** What the final layer norm adds to the variance, if the graph says it as a number. */
    public OptionalDouble layerNormEpsilon() {
        return model.stream().finalNorm().map(LayerNorm::epsilon).orElse(OptionalDouble.empty());
    }

    /** Computes the SHA-256 of the file that holds most of the weights, in lower-case hexadecimal. */
    public String sha256() {
        return model.sha256();
    }

    @Override
    public Set<HookPoint> offers() {
        Set<HookPoint> offers = EnumSet.of(HookPoint.RESID_PRE);
        tensors.keySet().forEach(site -> offers.add(site.point()));
        return offers;
    }

    @Override
    public int blocks() {
        return model.stream().blocks();
    }

    @Override
    public boolean canEdit(HookKey key) {
        return model.canEdit(key) && isFloat32(key.kept());
    }

    @Override
    public Optional<OutputProjection> outputProjection(int block) {
        return Optional.empty();
    }

    @Override
    public Optional<OutputProjection> neuronProjection(int block) {
        return Optional.empty();
    }

    @Override
    public OptionalDouble embeddingDeviation() {
        return OptionalDouble.empty();
    }

    @Override
    public boolean canStartAt(int block) {
        HookKey state = HookKey.of(HookPoint.RESID_PRE, block).kept();
        return block >= 0 && block <= blocks() && model.canStartAt(state) && isFloat32(state);
    }

    @Override
    public boolean keepsCache() {
        return triedCache.holds();
    }

    @Override
    public boolean scoresChosenPositions() {
        return false; // it scores all of them, or the last
    }

    @Override
    public Optional<Readout> readout() {
        return model.readout().flatMap(found -> found.read(model, runtime));
    }

    private boolean isFloat32(HookKey key) {
        return sessions.with(RunPlan.reading(List.of(key)), session -> session.isFloat32(tensors.get(key)));
    }

    /** @throws BadRequestException if a plan wants what this file does not allow */
    private void check(RunPlan plan) {
        if ((plan.takesCache() || plan.givesCache()) && cache.isEmpty()) {
            throw new BadRequestException(
                    model.file().getFileName() + " gives out no cache of keys and values that it takes.");
        }
        for (EditShape edit : plan.edits()) {
            if (!canEdit(edit.at()) || !running(plan).canEdit(edit.at())) {
                throw new BadRequestException(
                        edit.at() + " cannot be changed in " + model.file().getFileName() + ".");
            }
        }
        plan.startBlock().ifPresent(block -> {
            if (!canStartAt(block)) {
                throw new BadRequestException(model.file().getFileName() + " cannot be begun at block " + block + ".");
            }
        });
    }

    @Override
    public boolean runsTogether(RunPlan plan) {
        return keepsTextsApart
                && sessions.with(RunPlan.reading(plan.reads()), ForeignSession::runsTogether)
                && (!plan.givesCache() || triedCache.holdsTogether());
    }

    @Override
    public RunValues run(RunPlan plan, Batch batch, RunInputs inputs, Cancellation cancellation) {
        checkLength(batch.length());
        check(plan);
        long[] startShape = startShape(plan, batch);
        return sessions.with(plan, session -> {
            RunOutputs outputs = session.run(batch, inputs, startShape, pool, cancellation);
            try {
                return new FoundValues(running(plan).points(), vocabulary(), cache).of(plan, batch, inputs, outputs);
            } catch (RuntimeException e) {
                outputs.close();
                throw e;
            }
        });
    }

    private void checkLength(int tokens) {
        OptionalInt only = model.length();
        if (only.isPresent() && only.getAsInt() != tokens) {
            throw new BadRequestException(model.file().getFileName() + " was exported for texts of exactly "
                    + Counted.of(only.getAsInt(), "token") + ", and this one has " + tokens
                    + ".");
        }
    }

    @Override
    public void close() {
        sessions.close();
    }
}
