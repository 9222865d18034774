package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the numbers of a tensor are, and small constants read from it. */
final class TensorTypes {
    private TensorTypes() {}

    /** The data type's name as NumPy spells it. */
    static String name(int dataType) {
        DataType type = DataType.forNumber(dataType);
        return switch (type == null ? DataType.UNDEFINED : type) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            case UNDEFINED -> "unknown type";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** How many bits an element takes; 0 for strings and types this library has not heard of. */
    static int bitsPerElement(int dataType) {
        DataType type = DataType.forNumber(dataType);
        return switch (type == null ? DataType.UNDEFINED : type) {
            case UINT4, INT4 -> 4;
            case BOOL, INT8, UINT8, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ -> 8;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 16;
            case FLOAT, INT32, UINT32 -> 32;
            case DOUBLE, INT64, UINT64, COMPLEX64 -> 64;
            case COMPLEX128 -> 128;
            default -> 0;
        };
    }

    static boolean isInteger(int dataType) {
        return dataType == DataType.INT64_VALUE || dataType == DataType.INT32_VALUE;
    }

    static boolean isFloat(int dataType) {
        return dataType == DataType.FLOAT_VALUE || dataType == DataType.FLOAT16_VALUE;
    }

    static boolean isBool(int dataType) {
        return dataType == DataType.BOOL_VALUE;
    }

    /** The one value of a tensor of one element, if it is a number that lies in the tensor itself. */
    static OptionalDouble scalar(TensorProto tensor) {
        return elements(tensor) == 1 && !ExternalData.isExternal(tensor)
                ? OptionalDouble.of(value(tensor, 0))
                : OptionalDouble.empty();
    }

    /** A small tensor of integers as an array, if its values lie in the tensor itself. */
    static Optional<long[]> integers(TensorProto tensor) {
        if (!isInteger(tensor.getDataType())
                || ExternalData.isExternal(tensor)
                || elements(tensor) > WeightlessReader.STAYS_IN_FILE) {
            return Optional.empty();
        }
        long[] values = new long[(int) elements(tensor)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) value(tensor, i);
        }
        return Optional.of(values);
    }

    /** The shortest decimal number that a float32 stands for: 1e-5 rather than 9.999999747378752e-6. */
    static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
    }

    /** How many elements there are; more than any array holds when the shape makes no sense. */
    static long elements(TensorProto tensor) {
        long elements = 1;
        for (long length : tensor.getDimsList()) {
            if (length < 0 || length > Integer.MAX_VALUE || elements > Integer.MAX_VALUE) {
                return Long.MAX_VALUE;
            }
            elements *= length;
        }
        return elements;
    }

    /** One value; NaN when the tensor holds fewer or its type is none of these. */
    private static double value(TensorProto tensor, int index) {
        DataType type = DataType.forNumber(tensor.getDataType());
        int bytes = bitsPerElement(tensor.getDataType()) / 8;
        if (tensor.hasRawData()) {
            if (tensor.getRawData().size() < (index + 1) * bytes || type == null) {
                return Double.NaN;
            }
            ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            return switch (type) {
                case FLOAT -> raw.getFloat(4 * index);
                case DOUBLE -> raw.getDouble(8 * index);
                case FLOAT16 -> Fp16Conversions.fp16ToFloat(raw.getShort(2 * index));
                case INT64 -> raw.getLong(8 * index);
                case INT32 -> raw.getInt(4 * index);
                default -> Double.NaN;
            };
        }
        if (type == DataType.FLOAT && tensor.getFloatDataCount() > index) {
            return tensor.getFloatData(index);
        }
        if (type == DataType.DOUBLE && tensor.getDoubleDataCount() > index) {
            return tensor.getDoubleData(index);
        }
        if (type == DataType.INT64 && tensor.getInt64DataCount() > index) {
            return tensor.getInt64Data(index);
        }
        if (type == DataType.INT32 && tensor.getInt32DataCount() > index) {
            return tensor.getInt32Data(index);
        }
        if (type == DataType.FLOAT16 && tensor.getInt32DataCount() > index) {
            return Fp16Conversions.fp16ToFloat((short) tensor.getInt32Data(index));
        }
        return Double.NaN;
    }
}
