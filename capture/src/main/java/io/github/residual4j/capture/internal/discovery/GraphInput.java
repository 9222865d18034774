package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a graph says of one of its inputs.
 *
 * @param name its name
 * @param type its element type, an ONNX data type number
 * @param dims its axes; each a fixed length, or a name or nothing where the caller decides
 * @param shaped whether the file says how many axes there are
 */
record GraphInput(String name, int type, List<Dimension> dims, boolean shaped) {
    static GraphInput of(ValueInfoProto info) {
        TypeProto.Tensor tensor = info.getType().getTensorType();
        return new GraphInput(
                info.getName(), tensor.getElemType(), tensor.getShape().getDimList(), tensor.hasShape());
    }

    int rank() {
        return dims.size();
    }

    /** Whether an axis has one length that the caller has to keep to. */
    boolean isFixed(int axis) {
        return dims.get(axis).hasDimValue() && dims.get(axis).getDimValue() >= 0;
    }

    long length(int axis) {
        return dims.get(axis).getDimValue();
    }

    /** {@code "past_0" float32 [2, batch, 4, past, 8]}. */
    @Override
    public String toString() {
        String shape = dims.stream()
                .map(d -> d.hasDimValue()
                        ? Long.toString(d.getDimValue())
                        : d.getDimParam().isEmpty() ? "?" : d.getDimParam())
                .collect(Collectors.joining(", ", "[", "]"));
        return "\"" + name + "\" " + TensorTypes.name(type) + (shaped ? " " + shape : "");
    }
}
