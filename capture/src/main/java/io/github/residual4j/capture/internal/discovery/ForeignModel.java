package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An ONNX file in which the residual stream of a pre-norm decoder was found. It holds the file's structure; the weights
 * stay in the file. Immutable.
 */
final class ForeignModel {
    private final Path file;
    private final ModelProto model;
    private final Graph graph;
    private final ExternalData weights;
    private final ResidualStream stream;
    private final Embedding embedding;
    private final int width;
    private final OptionalInt heads;
    private final Optional<FoundReadout> readout;
    private final Map<HookKey, String> points;
    private final List<InputPlan> inputs;
    private final EightBitProducts eightBitProducts;
    private final boolean hasBranches;

    private ForeignModel(Path file, Flattener.Branch branch) {
        this.file = file;
        ModelProto read = WeightlessReader.read(file);
        hasBranches = read.getGraph().getNodeList().stream()
                .anyMatch(node -> node.getOpType().equals("If"));
        model = Flattener.flatten(file, read, branch);
        graph = new Graph(file, model.getGraph());
        stream = StreamFinder.find(file, graph);
        embedding = Embedding.of(file, graph, stream.embedding(), new ReadoutFinder(graph, stream).outputSizes());
        width = foundWidth();
        ReadoutFinder finder = new ReadoutFinder(graph, stream);
        readout = stream.finalNorm()
                .filter(norm -> norm.weight().filter(graph::isConstant).isPresent()
                        && norm.epsilon().isPresent())
                .flatMap(norm -> finder.head(embedding.vocabulary()).map(head -> new FoundReadout(norm, head)));
        heads = new HeadCount(graph, width).of(stream.attention(graph, 0));
        points = FoundPoints.of(graph, stream, finder.logits(embedding.vocabulary()), finder.patterns());
        weights = ExternalData.of(file, model.getGraph());
        eightBitProducts = EightBitProducts.of(graph);
        inputs = new InputPlanner(file, graph, embedding, stream.blocks(), width, heads)
                .plan(inputsFor(points.values()));
    }

    private ForeignModel(ForeignModel other, List<InputPlan> inputs) {
        file = other.file;
        model = other.model;
        graph = other.graph;
        stream = other.stream;
        embedding = other.embedding;
        width = other.width;
        heads = other.heads;
        readout = other.readout;
        points = other.points;
        weights = other.weights;
        eightBitProducts = other.eightBitProducts;
        hasBranches = other.hasBranches;
        this.inputs = inputs;
    }

    /** The same file with its inputs meant in another way. */
    ForeignModel read(Reading reading) {
        return new ForeignModel(
                this, inputs.stream().map(plan -> plan.read(reading)).toList());
    }

    /** Whether it takes an attention mask of ones and zeros. */
    boolean takesMask() {
        return inputs.stream().anyMatch(plan -> plan.role() == InputPlan.Role.MASK);
    }

    /** Whether its token ids lie along two axes, either of which may be the text's. */
    boolean takesTwoAxes() {
        return inputs.stream()
                .anyMatch(plan ->
                        plan.role() == InputPlan.Role.IDS && plan.input().rank() == 2);
    }

    /**
     * Reads a file and finds the stream in it.
     *
     * @throws BadFileException if the file is damaged or holds something else than a pre-norm decoder
     */
    static ForeignModel read(Path file) {
        return new ForeignModel(file, Flattener.Branch.FRESH);
    }

    /**
     * How it goes on from keys and values that it gave out; none if it takes none, or does not give out all that it
     * takes.
     *
     * @param reading how its inputs are meant
     */
    Optional<FoundCache> cache(Reading reading) {
        try {
            ForeignModel continuing =
                    hasBranches ? new ForeignModel(file, Flattener.Branch.CONTINUING).read(reading) : this;
            List<String> pasts = continuing.inputs.stream()
                    .filter(plan -> plan.role() == InputPlan.Role.PAST)
                    .map(plan -> plan.input().name())
                    .toList();
            Map<String, String> presents = CacheFinder.find(continuing.graph, pasts);
            return presents.isEmpty() || !graph.outputs().containsAll(presents.values())
                    ? Optional.empty()
                    : Optional.of(new FoundCache(continuing, presents));
        } catch (BadFileException e) {
            return Optional.empty(); // the other branch is not understood
        }
    }

    /** That of the final norm's weight, or else of the tokens' table, which may be narrower than the stream. */
    private int foundWidth() {
        List<Long> gain = stream.finalNorm()
                .flatMap(LayerNorm::weight)
                .map(weight -> Embedding.dims(graph, weight))
                .orElse(List.of());
        long known = gain.isEmpty() ? 0 : gain.get(gain.size() - 1);
        boolean isWidth = known > 1 && known <= Integer.MAX_VALUE;
        return Math.toIntExact(
                isWidth ? known : Embedding.dims(graph, embedding.table()).get(1));
    }

    private List<String> inputsFor(Collection<String> tensors) {
        return runnable(tensors).getGraph().getInputList().stream()
                .map(input -> input.getName())
                .filter(graph.inputs()::containsKey)
                .toList();
    }

    /**
     * The model that does what is planned; its external data is named from {@link #weightsFolder()}.
     *
     * @param presents what it gives out beside what is read
     */
    ModelProto runnable(RunPlan plan, Collection<String> presents) {
        List<String> tensors = Stream.concat(plan.reads().stream().map(points::get), presents.stream())
                .toList();
        if (plan.edits().isEmpty() && plan.startBlock().isEmpty()) {
            return runnable(tensors);
        }
        ModelProto spliced = Splice.of(model, graph, points, plan);
        return RunnableGraph.of(spliced, new Graph(file, spliced.getGraph()), weights, tensors);
    }

    /** Whether the values of a hook point can be changed on their way. */
    boolean canEdit(HookKey key) {
        return points.containsKey(key.kept()) && Splice.isPossible(graph, points.get(key.kept()));
    }

    /** The tensor that holds what a block reads or, by the number of blocks, what the final norm reads. */
    String startOf(int block) {
        return points.get(HookKey.of(HookPoint.RESID_PRE, block).kept());
    }

    /** Whether a run can begin with given values of a hook point. */
    boolean canStartAt(HookKey key) {
        return points.containsKey(key) && Splice.isSource(graph, points.get(key));
    }

    /** The model that computes just these tensors; its external data is named from {@link #weightsFolder()}. */
    ModelProto runnable(Collection<String> tensors) {
        return RunnableGraph.of(model, graph, weights, tensors);
    }

    /**
     * The outputs by which the file itself gives out Hugging Face's hidden states, if it does: the embedding, the output
     * of every block but the last, and last the state after the final norm.
     */
    Optional<List<String>> hiddenStates() {
        if (stream.finalNorm().isEmpty()) {
            return Optional.empty();
        }
        List<String> outputs = new ArrayList<>();
        for (int block = 0; block <= stream.blocks(); block++) {
            String state = block < stream.blocks()
                    ? stream.before(block)
                    : stream.finalNorm().get().output();
            graph.outputs().stream()
                    .filter(output -> graph.values(output).equals(graph.values(state)))
                    .findFirst()
                    .ifPresent(outputs::add);
        }
        return outputs.size() == stream.blocks() + 1 ? Optional.of(outputs) : Optional.empty();
    }

    /** Whether activations are quantized by a scale that all positions of a run share. */
    boolean quantizesAsItRuns() {
        return graph.nodes().stream().anyMatch(node -> node.getOpType().startsWith("DynamicQuantize"));
    }

    /** Whether it computes sines and cosines, as rotary positions need them. */
    boolean turnsByPosition() {
        return graph.nodes().stream()
                .anyMatch(node -> Set.of("Cos", "Sin", "RotaryEmbedding").contains(node.getOpType())
                        || Nodes.attribute(node, "do_rotary")
                                .filter(rotary -> rotary.getI() == 1)
                                .isPresent());
    }

    /** The products of unsigned by signed 8-bit integers in it. */
    EightBitProducts eightBitProducts() {
        return eightBitProducts;
    }

    /** SHA-256 of the file that holds most of the weights, in lower-case hexadecimal. */
    String sha256() {
        return weights.sha256();
    }

    Path weightsFolder() {
        return weights.base();
    }

    Path file() {
        return file;
    }

    ResidualStream stream() {
        return stream;
    }

    Embedding embedding() {
        return embedding;
    }

    int width() {
        return width;
    }

    OptionalInt heads() {
        return heads;
    }

    /** The final norm and the unembedding, where both use plain weights. */
    Optional<FoundReadout> readout() {
        return readout;
    }

    /** The tensors that hold the hook points, in the order computed. */
    Map<HookKey, String> points() {
        return points;
    }

    List<InputPlan> inputs() {
        return inputs;
    }

    /** Whether the token ids have an axis for any number of texts. */
    boolean takesManyTexts() {
        return inputs.stream()
                .filter(plan -> plan.role() == InputPlan.Role.IDS)
                .allMatch(plan -> plan.textAxis().isPresent()
                        && plan.onlyTexts().isEmpty()
                        && !plan.reading().tokensFirst());
    }

    /** The one length of text the file takes, if it takes just one. */
    OptionalInt length() {
        return embedding.length().isPresent() ? embedding.length() : InputPlanner.length(graph, inputs);
    }
}
