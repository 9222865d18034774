package io.github.residual4j.capture.internal.onnx.foreign;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What to feed a graph input for one fresh text.
 *
 * @param input the input
 * @param role what it stands for
 * @param past for caches, the axis of past positions
 * @param heads for caches, the number of attention heads
 * @param headWidth for caches, the width of a head
 */
record InputPlan(GraphInput input, Role role, int past, int heads, int headWidth) {
    /** What a graph input stands for. */
    enum Role {
        /** The tokens. */
        IDS("token ids"),
        /** Each token's place, counted from 0. */
        POSITIONS("positions"),
        /** Each token's type: all of type 0. */
        SEGMENTS("token types, fed 0"),
        /** 1 where a token may be attended to. */
        MASK("attention mask"),
        /** 0 where a token may be attended to, a large negative number elsewhere. */
        ADDED_MASK("attention mask, added to the scores"),
        /** Keys and values of tokens before these: none. */
        PAST("cache, fed empty"),
        /** Whether to use the cache: no. */
        FLAG("flag, fed false");

        private final String meaning;

        Role(String meaning) {
            this.meaning = meaning;
        }
    }

    static InputPlan of(GraphInput input, Role role) {
        return new InputPlan(input, role, -1, 0, 0);
    }

    /** The shape fed for a text of some tokens. */
    long[] shape(int tokens) {
        long[] shape = new long[input.rank()];
        Arrays.fill(shape, 1);
        int last = shape.length - 1;
        switch (role) {
            case IDS, POSITIONS, SEGMENTS -> shape[last] = tokens;
            case MASK, ADDED_MASK -> {
                shape[last] = tokens;
                if (last >= 2) {
                    shape[last - 1] = tokens;
                }
            }
            case PAST -> {
                int axis = last; // batch, heads, positions, width of a head, in the order the past's place leaves
                for (int length : new int[] {headWidth, heads}) {
                    axis -= axis == past ? 1 : 0;
                    shape[axis--] = length;
                }
                shape[past] = 0;
                shape[0] = shape.length == 5 ? 2 : 1;
            }
            case FLAG -> {}
        }
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = input.isFixed(axis) ? input.length(axis) : shape[axis];
        }
        return shape;
    }

    /** A tensor to feed for one text. */
    OnnxTensor tensor(OrtEnvironment environment, long[] ids) throws OrtException {
        long[] shape = shape(ids.length);
        int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        int bytes = TensorTypes.bitsPerElement(input.type()) / 8;
        ByteBuffer buffer = ByteBuffer.allocateDirect(size * bytes).order(ByteOrder.nativeOrder());
        for (int i = 0; i < size; i++) {
            put(buffer, i, value(i, ids, shape));
        }
        return OnnxTensor.createTensor(environment, buffer, shape, javaType());
    }

    private double value(int index, long[] ids, long[] shape) {
        int column = index % ids.length;
        boolean later =
                shape.length > 2 && shape[shape.length - 2] == ids.length && column > index / ids.length % ids.length;
        return switch (role) {
            case IDS -> ids[column];
            case POSITIONS -> column;
            case MASK -> later ? 0 : 1;
            case ADDED_MASK -> later ? -10_000 : 0; // as GPT-2 itself masks, and within float16
            case SEGMENTS, PAST, FLAG -> 0;
        };
    }

    private void put(ByteBuffer buffer, int index, double value) {
        switch (DataType.forNumber(input.type())) {
            case INT64 -> buffer.putLong(8 * index, (long) value);
            case INT32 -> buffer.putInt(4 * index, (int) value);
            case FLOAT -> buffer.putFloat(4 * index, (float) value);
            case FLOAT16 -> buffer.putShort(2 * index, Fp16Conversions.floatToFp16((float) value));
            case BOOL -> buffer.put(index, (byte) value);
            default -> throw new IllegalStateException("planned to feed " + input);
        }
    }

    private OnnxJavaType javaType() {
        return switch (DataType.forNumber(input.type())) {
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case FLOAT -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            default -> OnnxJavaType.BOOL;
        };
    }

    /** {@code "input_ids" int64 [batch, sequence]: token ids}. */
    @Override
    public String toString() {
        return input + ": " + role.meaning;
    }
}
