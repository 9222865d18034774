package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.github.residual4j.error.BadFileException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads the structure of an ONNX file and leaves its weights where they are. A large tensor is stepped over and
 * described as external data: so many bytes of this same file from such an offset, which is how ONNX Runtime then maps
 * it. What is parsed, and later handed to the runtime, is the small rest.
 */
final class WeightlessReader {
    /** Tensors from this many bytes on stay in the file. Smaller ones hold the shapes and axes the graph is read by. */
    static final int STAYS_IN_FILE = 1024;

    private static final int DEEPEST_NESTING = 64;

    private final Path file;
    private final long size;
    private final String location;

    private WeightlessReader(Path file, long size) {
        this.file = file;
        this.size = size;
        location = String.valueOf(file.getFileName());
    }

    /** A message of the format whose fields are looked into; the others are copied as they are. */
    private enum Message {
        MODEL(Map.of(
                OnnxMl.ModelProto.GRAPH_FIELD_NUMBER, "GRAPH", OnnxMl.ModelProto.FUNCTIONS_FIELD_NUMBER, "FUNCTION")),
        GRAPH(Map.of(
                OnnxMl.GraphProto.NODE_FIELD_NUMBER, "NODE", OnnxMl.GraphProto.INITIALIZER_FIELD_NUMBER, "TENSOR")),
        FUNCTION(Map.of(OnnxMl.FunctionProto.NODE_FIELD_NUMBER, "NODE")),
        NODE(Map.of(OnnxMl.NodeProto.ATTRIBUTE_FIELD_NUMBER, "ATTRIBUTE")),
        ATTRIBUTE(
                Map.of(OnnxMl.AttributeProto.T_FIELD_NUMBER, "TENSOR", OnnxMl.AttributeProto.G_FIELD_NUMBER, "GRAPH")),
        TENSOR(Map.of());

        private final Map<Integer, String> inside;

        Message(Map<Integer, String> inside) {
            this.inside = inside;
        }
    }

    /**
     * Reads a file.
     *
     * @throws BadFileException if it cannot be read or is not an ONNX model
     */
    static OnnxMl.ModelProto read(Path file) {
        if (!Files.exists(file)) {
            throw new BadFileException(file, "does not exist.");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadFileException(file, "is not a file.");
        }
        try {
            long size = Files.size(file);
            if (size == 0) {
                throw new BadFileException(file, "is empty; an ONNX model was expected.");
            }
            if (size > Integer.MAX_VALUE) {
                throw new BadFileException(
                        file,
                        "has " + size + " bytes, more than the 2 GiB the ONNX format allows in one file; export the"
                                + " model with its weights as external data.");
            }
            return new WeightlessReader(file, size).read();
        } catch (InvalidProtocolBufferException e) {
            throw new BadFileException(
                    file,
                    "is cut off, damaged, or not an ONNX model ("
                            + e.getMessage().strip() + ")",
                    e);
        } catch (IOException e) {
            throw new BadFileException(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    private OnnxMl.ModelProto read() throws IOException {
        OnnxMl.ModelProto model;
        try (FileInputStream stream = new FileInputStream(file.toFile())) {
            CodedInputStream in = CodedInputStream.newInstance(stream);
            in.setSizeLimit(Integer.MAX_VALUE);
            model = OnnxMl.ModelProto.parseFrom(copy(in, Message.MODEL, 0));
        }
        if (!model.hasGraph() || model.getGraph().getNodeCount() == 0 || model.getOpsetImportCount() == 0) {
            throw new BadFileException(file, "is not an ONNX model: it holds no graph of operators.");
        }
        return model;
    }

    private ByteString copy(CodedInputStream in, Message message, int depth) throws IOException {
        if (depth > DEEPEST_NESTING) {
            throw new InvalidProtocolBufferException("its graphs are nested more than " + DEEPEST_NESTING + " deep");
        }
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        boolean leftInFile = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                if (leftInFile && field == OnnxMl.TensorProto.DATA_LOCATION_FIELD_NUMBER) {
                    in.skipField(tag); // it says that the values are inside, and a later field would win
                } else {
                    in.skipField(tag, out);
                }
                continue;
            }
            int length = in.readRawVarint32();
            long offset = in.getTotalBytesRead();
            if (length < 0 || offset + length > size) {
                throw new InvalidProtocolBufferException("at byte " + offset + " it announces "
                        + Integer.toUnsignedString(length) + " bytes and ends before them");
            }
            String inside = message.inside.get(field);
            if (inside != null) {
                int limit = in.pushLimit(length);
                out.writeBytes(field, copy(in, Message.valueOf(inside), depth + 1));
                in.popLimit(limit);
            } else if (message == Message.TENSOR && length >= STAYS_IN_FILE && isContent(field)) {
                in.skipRawBytes(length);
                writeReference(out, offset, length);
                leftInFile = true;
            } else {
                out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(length);
                out.writeRawBytes(in.readRawBytes(length));
            }
        }
        out.flush();
        return bytes.toByteString();
    }

    /** Whether a field holds a tensor's values as they lie in memory: raw bytes, or packed float32 or float64. */
    private static boolean isContent(int field) {
        return field == OnnxMl.TensorProto.RAW_DATA_FIELD_NUMBER
                || field == OnnxMl.TensorProto.FLOAT_DATA_FIELD_NUMBER
                || field == OnnxMl.TensorProto.DOUBLE_DATA_FIELD_NUMBER;
    }

    private void writeReference(CodedOutputStream out, long offset, long length) throws IOException {
        out.writeEnum(OnnxMl.TensorProto.DATA_LOCATION_FIELD_NUMBER, OnnxMl.TensorProto.DataLocation.EXTERNAL_VALUE);
        for (OnnxMl.StringStringEntryProto entry : ExternalData.describe(location, offset, length)) {
            out.writeMessage(OnnxMl.TensorProto.EXTERNAL_DATA_FIELD_NUMBER, entry);
        }
    }
}
