package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.capture.internal.graph.Fragment;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.BufferPool;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.Columns;
import io.github.residual4j.capture.internal.run.Feed;
import io.github.residual4j.capture.internal.run.LoadedGraph;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunOutputs;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.text.Counted;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A foreign model loaded for some of its tensors. Safe to share between threads; not to be closed while it runs. */
final class ForeignSession implements LoadedGraph {
    private static final Set<OnnxJavaType> NUMBERS = EnumSet.of(
            OnnxJavaType.FLOAT,
            OnnxJavaType.FLOAT16,
            OnnxJavaType.BFLOAT16,
            OnnxJavaType.DOUBLE,
            OnnxJavaType.INT32,
            OnnxJavaType.INT64);

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final ForeignModel model;
    private final List<InputPlan> inputs;
    private final Set<String> tensors;
    private final List<EditShape> edits;
    private final Optional<String> start;
    private final Map<String, String> presents;
    private final Set<String> left;
    private final FileSession loaded;
    private final OrtSession session;
    private final Set<String> float32 = new HashSet<>();
    private final OutputShapes shapes;
    private boolean runsTogether;

    /**
     * Loads what computes some tensors, and tries it on a few tokens.
     *
     * @throws BadFileException if the runtime refuses the file or cannot run it
     */
    ForeignSession(ForeignModel model, Set<String> tensors, RuntimeOptions runtime) {
        this(model, model.runnable(tensors), tensors, RunPlan.reading(Set.of()), Optional.empty(), Map.of(), runtime);
    }

    /**
     * Loads what does as planned; it is tried where nothing is changed and no cache taken.
     *
     * @param presents the outputs that give out keys and values, by the inputs that take them
     * @throws BadFileException if the runtime refuses the file or cannot run it
     */
    static ForeignSession of(ForeignModel model, RunPlan plan, Map<String, String> presents, RuntimeOptions runtime) {
        Set<String> tensors = plan.reads().stream().map(model.points()::get).collect(Collectors.toSet());
        Optional<String> start = plan.startBlock().isEmpty()
                ? Optional.empty()
                : Optional.of(model.startOf(plan.startBlock().getAsInt()));
        Collection<String> given = plan.givesCache() ? presents.values() : List.of();
        return new ForeignSession(model, model.runnable(plan, given), tensors, plan, start, presents, runtime);
    }

    private ForeignSession(
            ForeignModel model,
            ModelProto runnable,
            Set<String> tensors,
            RunPlan plan,
            Optional<String> start,
            Map<String, String> presents,
            RuntimeOptions runtime) {
        this.model = model;
        this.tensors = Set.copyOf(tensors);
        this.edits = plan.edits();
        this.start = start;
        this.presents = presents;
        left = plan.givesCache() ? Set.copyOf(presents.values()) : Set.of();
        Set<String> names = runnable.getGraph().getInputList().stream()
                .map(ValueInfoProto::getName)
                .collect(Collectors.toSet());
        inputs = model.inputs().stream()
                .filter(input -> names.contains(input.input().name()))
                .toList();
        try {
            loaded = FileSession.open(model, runnable.toByteArray(), runtime);
            session = loaded.session();
        } catch (OrtException e) {
            throw new BadFileException(
                    model.file(),
                    "is refused by ONNX Runtime: " + e.getMessage().strip(),
                    e);
        }
        try {
            checkTypes(session.getOutputInfo());
            shapes = edits.isEmpty() && start.isEmpty() && !plan.takesCache() ? observe() : OutputShapes.UNKNOWN;
        } catch (OrtException e) {
            close();
            throw new BadFileException(
                    model.file(),
                    "cannot be run on a text of "
                            + (model.length().isPresent()
                                    ? "the " + Counted.of(model.length().getAsInt(), "token") + " it says"
                                    : "2 or 3 tokens, though it does not say that it takes another length only; it may"
                                            + " have been traced for one")
                            + ": " + e.getMessage().strip(),
                    e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void checkTypes(Map<String, NodeInfo> outputs) {
        for (String name : tensors) {
            boolean isTensor = outputs.get(name).getInfo() instanceof TensorInfo;
            OnnxJavaType type = isTensor ? ((TensorInfo) outputs.get(name).getInfo()).type : OnnxJavaType.UNKNOWN;
            if (!NUMBERS.contains(type)) {
                throw new BadFileException(
                        model.file(),
                        "holds in \"" + name + "\" " + outputs.get(name).getInfo()
                                + ", not numbers of 16 bits or more.");
            }
            if (type == OnnxJavaType.FLOAT) {
                float32.add(name);
            }
        }
    }

    /** Learns the outputs' shapes, and whether several texts can be run at once. */
    private OutputShapes observe() throws OrtException {
        int longer =
                model.length().orElse(Math.min(3, model.embedding().context().orElse(3)));
        int shorter = model.length().isPresent() || longer == 1 ? longer : longer - 1;
        OutputShapes.Observed one = observe(1, shorter);
        if (model.takesManyTexts() && longer > 2) {
            try {
                OutputShapes learned = OutputShapes.of(one, observe(2, longer));
                runsTogether = tensors.stream().allMatch(learned::holdsTexts);
                return learned;
            } catch (OrtException e) {
                // though it has an axis for them, it takes no two texts
            }
        }
        return OutputShapes.of(one, observe(1, longer));
    }

    private OutputShapes.Observed observe(int texts, int tokens) throws OrtException {
        long[] ids = IntStream.range(0, tokens)
                .mapToLong(i -> i % model.embedding().vocabulary())
                .toArray();
        Batch batch = Batch.of(IntStream.range(0, texts).mapToObj(text -> ids).toList());
        try (Feed feed = new Feed()) {
            feed(batch, RunInputs.scoring(Positions.last()), feed);
            Map<String, long[]> observed = new HashMap<>();
            try (OrtSession.Result result = session.run(feed.tensors(), tensors)) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    observed.put(
                            output.getKey(), ((TensorInfo) output.getValue().getInfo()).getShape());
                }
            }
            return new OutputShapes.Observed(texts, tokens, observed);
        }
    }

    private void feed(Batch batch, RunInputs given, Feed feed) throws OrtException {
        Columns before = given.columnsBefore(batch);
        for (InputPlan plan : inputs) {
            String name = plan.input().name();
            if (plan.role() == InputPlan.Role.PAST && given.cache().isPresent()) {
                feed.lend(name, given.cache().get(), presents.get(name));
            } else {
                feed.own(name, plan.tensor(environment, batch, before));
            }
        }
    }

    /** The shapes of its tensors, as far as they were observed. */
    OutputShapes shapes() {
        return shapes;
    }

    /** Whether it computes other numbers on some processors. */
    boolean dependsOnProcessor() {
        return loaded.dependsOnProcessor();
    }

    /** Whether a tensor holds 32-bit floating-point numbers. */
    boolean isFloat32(String tensor) {
        return float32.contains(tensor);
    }

    /** Whether several texts can be run as one batch and their values lie one after the other. */
    boolean runsTogether() {
        return runsTogether;
    }

    /**
     * Runs a batch.
     *
     * @param batch one text, or several where {@link #runsTogether()}
     * @param inputs what goes into it beside the tokens
     * @param startShape the shape of the states to begin with, if it does
     * @throws CaptureException if the runtime cannot run it
     */
    RunOutputs run(Batch batch, RunInputs inputs, long[] startShape, BufferPool pool, Cancellation cancellation) {
        Map<String, long[]> pinned = new LinkedHashMap<>();
        Set<String> others = new HashSet<>();
        for (String name : tensors) {
            if (float32.contains(name) && shapes.isKnown(name)) {
                pinned.put(name, shapes.shape(name, batch.size(), batch.length()));
            } else {
                others.add(name);
            }
        }
        try (Feed feed = new Feed()) {
            feed(batch, inputs, feed);
            if (!edits.isEmpty()) {
                feed.edits(edits, inputs);
                feed.put(Fragment.SHAPE, shapeOfStates(batch), 3);
            }
            if (start.isPresent()) {
                feed.put(start.get(), inputs.start().orElseThrow(), startShape);
            }
            return RunOutputs.of(session, feed.tensors(), pinned, others, left, pool, cancellation);
        } catch (OrtException e) {
            throw new CaptureException(
                    "ONNX Runtime cannot run " + model.file().getFileName() + " on "
                            + Counted.of(batch.length(), "token") + ": "
                            + e.getMessage().strip(),
                    e);
        }
    }

    private LongBuffer shapeOfStates(Batch batch) {
        return ByteBuffer.allocateDirect(3 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer()
                .put(new long[] {batch.size(), batch.length(), model.width()})
                .flip();
    }

    @Override
    public void close() {
        try {
            loaded.close();
        } catch (OrtException e) {
            throw new CaptureException("ONNX Runtime cannot close the model: " + e.getMessage(), e);
        }
    }
}
