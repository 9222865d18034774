package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedOutputStream;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights stay in their files, wherever these are, and nothing else is taken for weights. */
class WeightFilesTest {
    private static final long GIB = 1L << 30;

    @TempDir
    Path folder;

    private static ModelProto micro() {
        return new MicroGraph(Agreement.weights()).model();
    }

    /** Moves the weights to a file, from an offset on. */
    private ModelProto external(String location, long offset) throws IOException {
        ModelProto.Builder model = micro().toBuilder();
        Path file = folder.resolve(location);
        Files.createDirectories(file.getParent());
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(offset); // a hole up to there
            for (TensorProto.Builder weight : model.getGraphBuilder().getInitializerBuilderList()) {
                long at = out.getFilePointer();
                out.write(weight.getRawData().toByteArray());
                weight.setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addAllExternalData(ExternalData.describe(
                                location, at, weight.getRawData().size()))
                        .clearRawData();
            }
        }
        return model.build();
    }

    private Path write(ModelProto model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }

    private void assertFound(Path file) {
        Agreement.assertMicro(Agreement.run(file, Optimization.ALL), 1e-4f, 1e-3f);
    }

    @Test
    void besideTheModel() throws IOException {
        Path file = write(external("weights.bin", 0));
        byte[] before = Files.readAllBytes(file);
        assertFound(file);
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void inAFolderBelow() throws IOException {
        assertFound(write(external("data/weights of it.bin", 5)));
    }

    @Test
    void beyondTwoGigabytes() throws IOException {
        assertFound(write(external("weights.bin", 3 * GIB + 1)));
    }

    @Test
    void inTheModelFileAndSaidToBeThere() throws IOException { // as tools do that took them in from another file
        ModelProto.Builder model = micro().toBuilder();
        model.getGraphBuilder()
                .getInitializerBuilderList()
                .forEach(weight -> weight.setDataLocation(TensorProto.DataLocation.DEFAULT));
        assertFound(write(model.build()));
    }

    @Test
    void inACacheOfLinks() throws IOException {
        write(external("weights.bin", 0));
        Path blobs = Files.createDirectories(folder.resolve("cache/blobs"));
        Path snapshot = Files.createDirectories(folder.resolve("cache/snapshots/main/onnx"));
        Files.move(folder.resolve("model.onnx"), blobs.resolve("aaaa"));
        Files.move(folder.resolve("weights.bin"), blobs.resolve("bbbb"));
        Files.createSymbolicLink(snapshot.resolve("model.onnx"), Path.of("../../../blobs/aaaa"));
        Files.createSymbolicLink(snapshot.resolve("weights.bin"), Path.of("../../../blobs/bbbb"));
        assertFound(snapshot.resolve("model.onnx"));
    }

    @Test
    void inTheModelFileWithoutPassingThroughTheHeap() throws IOException {
        long rows = (long) (1.5 * GIB) / 64;
        assertThat(rows * 64).isGreaterThan(Runtime.getRuntime().maxMemory()); // so it could not be read
        assertFound(writeWithPositions(rows));
    }

    /** Gives the position table so many rows, all but the first ones zeros that take no space on disk. */
    private Path writeWithPositions(long rows) throws IOException {
        ModelProto micro = micro();
        GraphProto.Builder graph = micro.getGraph().toBuilder();
        int index = -1;
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            index = graph.getInitializer(i).getDimsList().equals(List.of(32L, 16L)) ? i : index;
        }
        TensorProto table = graph.getInitializer(index);
        byte[] rest = graph.removeInitializer(index).build().toByteArray();
        byte[] start = table.toBuilder()
                .clearRawData()
                .clearDims()
                .addDims(rows)
                .addDims(16)
                .build()
                .toByteArray();
        int content = Math.toIntExact(rows * 64);
        int raw = CodedOutputStream.computeTagSize(9) + CodedOutputStream.computeUInt32SizeNoTag(content);
        int tensor = start.length + raw + content;
        int tag = CodedOutputStream.computeTagSize(5) + CodedOutputStream.computeUInt32SizeNoTag(tensor);
        Path file = folder.resolve("model.onnx");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            CodedOutputStream coded = CodedOutputStream.newInstance(Channels.newOutputStream(out.getChannel()));
            coded.writeRawBytes(micro.toBuilder().clearGraph().build().toByteArray());
            coded.writeTag(ModelProto.GRAPH_FIELD_NUMBER, 2);
            coded.writeUInt32NoTag(rest.length + tag + tensor);
            coded.writeRawBytes(rest);
            coded.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, 2);
            coded.writeUInt32NoTag(tensor);
            coded.writeRawBytes(start);
            coded.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, 2);
            coded.writeUInt32NoTag(content);
            coded.flush();
            long at = out.getChannel().position();
            out.write(table.getRawData().toByteArray());
            out.setLength(at + content);
        }
        return file;
    }

    @Test
    void largeConstantInsideABranch() throws IOException {
        MicroGraph micro = new MicroGraph(Agreement.weights());
        micro.mask = (g, scores) -> {
            MicroGraph inside = new MicroGraph(Agreement.weights());
            String masked = inside.causal(scores).replace("t", "in");
            GraphProto branch =
                    renamed(inside.graph, scores).addOutput(output(masked)).build();
            String always = g.op("Less", g.integer(0), g.op("Size", scores));
            return g.ops("If", 1, List.of(branch("then_branch", branch), branch("else_branch", branch)), always)
                    .get(0);
        };
        assertFound(write(micro.model()));
    }

    /** Gives a graph's own tensors other names than those outside it. */
    private static GraphProto.Builder renamed(GraphProto.Builder graph, String outside) {
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                if (!node.getInput(i).equals(outside)) {
                    node.setInput(i, node.getInput(i).replace("t", "in"));
                }
            }
            node.setOutput(0, node.getOutput(0).replace("t", "in"));
        }
        return graph;
    }

    private static ValueInfoProto output(String name) {
        return ValueInfoProto.newBuilder().setName(name).build();
    }

    private static AttributeProto branch(String name, GraphProto graph) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(graph)
                .build();
    }

    @Test
    void missingFileIsNamed() throws IOException {
        Path file = write(external("weights.bin", 0));
        Files.delete(folder.resolve("weights.bin"));
        assertRefused(file, "keeps its values in \"weights.bin\", which is not there");
    }

    @Test
    void fileThatIsTooShort() throws IOException {
        Path file = write(external("weights.bin", 0));
        try (RandomAccessFile out =
                new RandomAccessFile(folder.resolve("weights.bin").toFile(), "rw")) {
            out.setLength(out.length() - 1);
        }
        assertRefused(file, "of \"weights.bin\", which has", "cut off");
    }

    @Test
    void placesOutsideTheFolder() throws IOException {
        for (String location : List.of("../weights.bin", "/etc/passwd", "", "*/_ORT_MEM_ADDR_/*")) {
            ModelProto.Builder model = external("weights.bin", 0).toBuilder();
            model.getGraphBuilder()
                    .getInitializerBuilder(0)
                    .getExternalDataBuilder(0)
                    .setValue(location);
            assertRefused(
                    write(model.build()),
                    "\"" + location + "\"",
                    location.startsWith("*") ? "not there" : "not inside");
        }
    }

    @Test
    void numbersThatMakeNoSense() throws IOException {
        for (String offset : List.of("-1", "x", "9223372036854775807")) {
            ModelProto.Builder model = external("weights.bin", 0).toBuilder();
            model.getGraphBuilder()
                    .getInitializerBuilder(0)
                    .getExternalDataBuilder(1)
                    .setValue(offset);
            assertRefused(write(model.build()), "its tensor \"");
        }
    }

    @Test
    void tensorThatHoldsLessThanItsShape() throws IOException {
        ModelProto.Builder model = micro().toBuilder();
        TensorProto.Builder weight = model.getGraphBuilder().getInitializerBuilder(0);
        weight.setDims(0, 1000);
        assertRefused(write(model.build()), "has the shape [1000, 16], which takes 64000 bytes, but holds 3904");
    }

    private static void assertRefused(Path file, String... reasons) {
        assertThatThrownBy(() -> ForeignModel.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContainingAll(reasons);
    }
}
