package io.github.residual4j.capture.internal.onnx.foreign;

import io.github.residual4j.BadFileException;
import io.github.residual4j.BadRequestException;
import io.github.residual4j.CaptureException;
import io.github.residual4j.capture.HookPoint;
import io.github.residual4j.capture.Positions;
import io.github.residual4j.capture.internal.onnx.Activations;
import io.github.residual4j.capture.internal.onnx.Batch;
import io.github.residual4j.capture.internal.onnx.RuntimeOptions;
import io.github.residual4j.capture.internal.onnx.SessionCache;
import io.github.residual4j.capture.internal.onnx.Site;
import io.github.residual4j.capture.internal.onnx.StreamModel;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A model in an ONNX file somebody else wrote. Only the part of its graph is run that computes what is asked. The texts
 * of a batch are run one after the other, since not every file takes several.
 */
public final class ForeignStreamModel implements StreamModel {
    private static final int MAX_SESSIONS = 4;

    private final ForeignModel model;
    private final Map<Site, String> tensors;
    private final RuntimeOptions runtime;
    private final SessionCache<ForeignSession> sessions = new SessionCache<>(MAX_SESSIONS, this::newSession);

    private ForeignStreamModel(ForeignModel model, RuntimeOptions runtime) {
        this.model = model;
        this.runtime = runtime;
        tensors = model.points();
    }

    /**
     * Opens a file, finds its residual stream, and tries it on a few tokens.
     *
     * @throws BadFileException if the file is damaged, is not a pre-norm GPT-2, or cannot be run
     */
    public static ForeignStreamModel open(Path file, RuntimeOptions runtime) {
        ForeignStreamModel opened = new ForeignStreamModel(ForeignModel.read(file), runtime);
        try {
            opened.checkCausality();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Makes sure that no position looks at a later one, by changing the last of a few tokens. */
    private void checkCausality() {
        int tokens = model.length().orElse(Math.min(3, context()));
        int vocabulary = vocabulary();
        long[] ids = new long[tokens];
        for (int i = 0; i < tokens; i++) {
            ids[i] = i % vocabulary;
        }
        float[] before = lastState(ids);
        ids[tokens - 1] = (ids[tokens - 1] + 1) % vocabulary;
        float[] after = lastState(ids);
        float largest = 0;
        float change = 0;
        for (int i = 0; i < (tokens - 1) * model.width(); i++) {
            largest = Math.max(largest, Math.abs(before[i]));
            change = Math.max(change, Math.abs(before[i] - after[i]));
        }
        if (change > 1e-5f * largest) {
            throw StreamFinder.refusal(
                    model.file(),
                    "its attention looks ahead, for the states of a text's beginning change with its last token; it may"
                            + " be an encoder, be quantized as it runs, so that all positions share a scale, or be the half"
                            + " of a decoder that continues from a cache one token at a time.");
        }
    }

    private float[] lastState(long[] ids) {
        Site last = Site.of(HookPoint.RESID_POST, blocks() - 1);
        try {
            FloatBuffer state =
                    sessions.with(stream(), session -> session.run(ids)).get(tensors.get(last));
            float[] values = new float[state.remaining()];
            state.get(values);
            if (values.length != ids.length * model.width()) {
                throw new CaptureException("its state \"" + tensors.get(last) + "\" has " + values.length
                        + " values for " + ids.length + " tokens of width " + model.width() + ".");
            }
            return values;
        } catch (CaptureException e) {
            throw new BadFileException(
                    model.file(),
                    "cannot be run on a text of " + ids.length + " tokens, though it does not say that it takes another"
                            + " length only; it may have been traced for one: " + e.getMessage(),
                    e);
        }
    }

    /** What a capture asks for unless told otherwise, so that the session made for the trial is used again. */
    private Set<Site> stream() {
        Set<Site> stream = new HashSet<>();
        for (Site site : tensors.keySet()) {
            if (site.point().isStream() || site.point() == HookPoint.FINAL || site.point() == HookPoint.LOGITS) {
                stream.add(site);
            }
        }
        return stream;
    }

    private ForeignSession newSession(Set<Site> sites) {
        Set<String> names = new HashSet<>();
        sites.forEach(site -> names.add(tensors.get(site)));
        return new ForeignSession(model, names, runtime);
    }

    /** The tensors that hold the hook points, in the order computed. */
    public Map<Site, String> tensors() {
        return tensors;
    }

    /** What is fed, each input with what it was taken for. */
    public List<String> inputs() {
        return model.inputs().stream().map(InputPlan::toString).toList();
    }

    /** What else a reader should know. */
    public List<String> notes() {
        return model.hiddenStates()
                .map(outputs -> List.of("its outputs \"" + outputs.get(0) + "\" to \"" + outputs.get(outputs.size() - 1)
                        + "\" are Hugging Face's hidden states: the last of them is final, not "
                        + Site.of(HookPoint.RESID_POST, blocks() - 1)))
                .orElse(List.of());
    }

    /** Dimensions of the residual stream. */
    public int width() {
        return model.width();
    }

    /** The number of attention heads, where the file tells it. */
    public OptionalInt heads() {
        return model.heads();
    }

    /** How many tokens there are. */
    public int vocabulary() {
        return model.embedding().vocabulary();
    }

    /** How many positions were learned. */
    public int context() {
        return model.embedding().context();
    }

    /** The one length of text the file takes, if it takes just one. */
    public OptionalInt length() {
        return model.length();
    }

    /** What the final layer norm adds to the variance, if the graph says it as a number. */
    public OptionalDouble layerNormEpsilon() {
        return model.stream().finalNorm().epsilon();
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
    public Activations run(Set<Site> sites, Batch batch, Positions logits) {
        for (int text = 0; text < batch.size(); text++) {
            checkLength(batch.length(text));
        }
        BatchValues values = new BatchValues(batch, logits, vocabulary());
        return sessions.with(sites, session -> {
            for (int text = 0; text < batch.size(); text++) {
                Map<String, FloatBuffer> results = session.run(batch.ids(text));
                sites.forEach(site -> values.add(site, results.get(tensors.get(site))));
            }
            return values.together();
        });
    }

    private void checkLength(int tokens) {
        OptionalInt only = model.length();
        if (only.isPresent() && only.getAsInt() != tokens) {
            throw new BadRequestException(model.file().getFileName() + " was exported for texts of exactly "
                    + only.getAsInt() + (only.getAsInt() == 1 ? " token" : " tokens") + ", and this one has " + tokens
                    + ".");
        }
    }

    @Override
    public void close() {
        sessions.close();
    }
}
