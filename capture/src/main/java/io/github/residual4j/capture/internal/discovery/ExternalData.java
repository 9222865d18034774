package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The files that hold a model's weights. Every reference is checked before the runtime, which maps the bytes as they
 * are named, gets to see it: it must lie in the model's own folder, in a file that is there and long enough, and hold
 * as many bytes as the tensor's shape says.
 *
 * <p>A folder of links, as Hugging Face's cache is, is followed to the files behind it; the runtime is then given the
 * folder that holds them all.
 */
final class ExternalData {
    private final Path model;
    private final Path folder;
    private final Map<String, Path> files = new HashMap<>(); // by location, links followed
    private final Map<Path, Long> sizes = new HashMap<>(); // bytes of weights in each
    private Path base;

    private ExternalData(Path model) throws IOException {
        this.model = model;
        folder = model.toAbsolutePath().normalize().getParent();
        base = model.toRealPath().getParent();
    }

    /**
     * Looks up where the weights of a flat graph, and of graphs inside it, are.
     *
     * @throws BadFileException if they are not all where the model says
     */
    static ExternalData of(Path model, GraphProto graph) {
        try {
            ExternalData data = new ExternalData(model);
            data.check(graph);
            return data;
        } catch (IOException e) {
            throw new BadFileException(model, "cannot be read: " + e.getMessage(), e);
        }
    }

    static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    /** The entries that describe bytes of a file as a tensor's external data. */
    static List<StringStringEntryProto> describe(String location, long offset, long length) {
        return List.of(
                entry("location", location),
                entry("offset", Long.toString(offset)),
                entry("length", Long.toString(length)));
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** SHA-256 of the file that holds the most bytes of weights, in lower-case hexadecimal. */
    String sha256() {
        Path largest = sizes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(model);
        try (InputStream in = Files.newInputStream(largest)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] part = new byte[1 << 20];
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                digest.update(part, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new BadFileException(largest, "cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The folder against which {@link #rebased(TensorProto)} names files. */
    Path base() {
        return base;
    }

    private void check(GraphProto graph) throws IOException {
        for (TensorProto tensor : graph.getInitializerList()) {
            if (isExternal(tensor)) {
                check(tensor);
            }
        }
        for (NodeProto node : graph.getNodeList()) {
            for (GraphProto inside : Nodes.subgraphs(node)) {
                check(inside);
            }
        }
    }

    /** A node in whose graphs external data is named from {@link #base()}. */
    NodeProto rebased(NodeProto node) {
        if (Nodes.subgraphs(node).isEmpty()) {
            return node;
        }
        NodeProto.Builder rebased = node.toBuilder();
        for (AttributeProto.Builder attribute : rebased.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                GraphProto.Builder graph = attribute.getGBuilder();
                for (int i = 0; i < graph.getInitializerCount(); i++) {
                    graph.setInitializer(i, rebased(graph.getInitializer(i)));
                }
                for (int i = 0; i < graph.getNodeCount(); i++) {
                    graph.setNode(i, rebased(graph.getNode(i)));
                }
            }
        }
        return rebased.build();
    }

    /** A tensor whose external data, if it has any, is named from {@link #base()}. */
    TensorProto rebased(TensorProto tensor) {
        if (!isExternal(tensor)) {
            return tensor;
        }
        Map<String, String> entries = entries(tensor);
        Path file = files.get(entries.get("location"));
        TensorProto.Builder rebased = tensor.toBuilder().clearExternalData();
        String location = base.relativize(file).toString().replace('\\', '/');
        return rebased.addAllExternalData(describe(location, number(tensor, entries, "offset", 0), byteSize(tensor)))
                .build();
    }

    private void check(TensorProto tensor) throws IOException {
        Map<String, String> entries = entries(tensor);
        String location = entries.getOrDefault("location", "");
        Path file = files.get(location);
        if (file == null) {
            file = resolve(tensor, location);
            files.put(location, file);
            while (!file.startsWith(base)) {
                base = base.getParent();
                if (base == null) {
                    throw bad(tensor, "keeps its values on another drive than the model, in \"" + location + "\".");
                }
            }
        }
        long offset = number(tensor, entries, "offset", 0);
        long available = Files.size(file) - offset;
        long length = number(tensor, entries, "length", available);
        if (offset < 0 || length < 0 || length > available) {
            throw bad(
                    tensor,
                    "is to be found in bytes " + offset + " to " + (offset + length) + " of \"" + location
                            + "\", which has " + Files.size(file)
                            + "; the file is cut off or belongs to another model.");
        }
        sizes.merge(file, length, Long::sum);
        if (byteSize(tensor) > length) {
            throw bad(
                    tensor,
                    "has the shape " + tensor.getDimsList() + ", which takes " + byteSize(tensor) + " bytes, but holds "
                            + length + ".");
        }
    }

    private Path resolve(TensorProto tensor, String location) throws IOException {
        Path named;
        try {
            named = folder.resolve(location).normalize();
        } catch (InvalidPathException e) {
            throw bad(tensor, "names no file but \"" + location + "\" for its values.");
        }
        if (location.isEmpty() || !named.startsWith(folder) || Path.of(location).isAbsolute()) {
            throw bad(tensor, "names \"" + location + "\" for its values, which is not inside the model's folder.");
        }
        if (!Files.isRegularFile(named)) {
            throw bad(
                    tensor,
                    "keeps its values in \"" + location + "\", which is not there; the file belongs beside"
                            + " the model.");
        }
        return named.toRealPath();
    }

    private long number(TensorProto tensor, Map<String, String> entries, String key, long otherwise) {
        String value = entries.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw bad(tensor, "gives \"" + value + "\" as the " + key + " of its values, which is no number.");
        }
    }

    private long byteSize(TensorProto tensor) {
        long size = TensorTypes.bitsPerElement(tensor.getDataType());
        if (size == 0) {
            throw bad(tensor, "has the data type " + tensor.getDataType() + ", which cannot be external data.");
        }
        try {
            for (long length : tensor.getDimsList()) {
                if (length < 0) {
                    throw bad(tensor, "has the shape " + tensor.getDimsList() + ".");
                }
                size = Math.multiplyExact(size, length);
            }
        } catch (ArithmeticException e) {
            throw bad(tensor, "has the shape " + tensor.getDimsList() + ", which is more than any file holds.");
        }
        return (size + 7) / 8;
    }

    private static Map<String, String> entries(TensorProto tensor) {
        Map<String, String> entries = new HashMap<>();
        for (OnnxMl.StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        return entries;
    }

    private BadFileException bad(TensorProto tensor, String reason) {
        return new BadFileException(model, "its tensor \"" + tensor.getName() + "\" " + reason);
    }
}
