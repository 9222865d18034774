package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Columns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What to feed a graph input for a text, or for its next tokens after a cache.
 *
 * @param input the input
 * @param role what it stands for
 * @param special for caches and head masks, the shape fed for one text, the past being 0; else empty
 * @param reading how it is meant
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InputPlan(GraphInput input, Role role, long[] special, Reading reading) {
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
        /** A factor of each attention head's pattern: 1. */
        HEAD_MASK("head mask, fed 1"),
        /** Keys and values of tokens before these. */
        PAST("cache, empty for a fresh text"),
        /** Whether to use the cache: where there is one. */
        FLAG("flag, true for a cache that is not empty");

        private final String meaning;

        Role(String meaning) {
            this.meaning = meaning;
        }
    }

    static InputPlan of(GraphInput input, Role role) {
        return of(input, role, new long[0]);
    }

    static InputPlan of(GraphInput input, Role role, long[] special) {
        return new InputPlan(input, role, special, Reading.USUAL);
    }

    /** The same input meant in another way. */
    InputPlan read(Reading newReading) {
        return new InputPlan(input, role, special, newReading);
    }

    /** Whether its axes are those of tokens and texts, in this order. */
    private boolean isTokensFirst() {
        return reading.tokensFirst()
                && input.rank() == 2
                && (role == Role.IDS || role == Role.POSITIONS || role == Role.SEGMENTS);
    }

    /** The axis that holds the tokens. */
    int tokenAxis() {
        return isTokensFirst() ? 0 : input.rank() - 1;
    }

    /** Of a cache, the axis that holds the positions. */
    int pastAxis() {
        int axis = 0;
        while (special[axis] != 0) {
            axis++;
        }
        return axis;
    }

    /** The axis that holds the texts of a batch, if there is one. */
    OptionalInt textAxis() {
        return switch (role) {
            case FLAG, HEAD_MASK -> OptionalInt.empty();
            case PAST -> OptionalInt.of(input.rank() == 5 ? 1 : 0);
            default -> input.rank() > 1 ? OptionalInt.of(isTokensFirst() ? 1 : 0) : OptionalInt.empty();
        };
    }

    /** The one number of texts that can be fed at once, if the file fixes it. */
    OptionalInt onlyTexts() {
        OptionalInt axis = textAxis();
        return axis.isPresent() && input.isFixed(axis.getAsInt())
                ? OptionalInt.of((int) input.length(axis.getAsInt()))
                : OptionalInt.empty();
    }

    /** The shape fed for some texts of some tokens, after others. */
    private long[] shape(int texts, int tokens, int before) {
        long[] shape = Arrays.copyOf(special, input.rank());
        int last = shape.length - 1;
        if (special.length == 0) {
            Arrays.fill(shape, 1);
            if (role != Role.FLAG) {
                shape[tokenAxis()] = tokens;
            }
            if (role == Role.MASK || role == Role.ADDED_MASK) {
                shape[last] = before + tokens;
                if (last >= 2) {
                    shape[last - 1] = tokens;
                }
            }
        }
        textAxis().ifPresent(axis -> shape[axis] = texts);
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = input.isFixed(axis) ? input.length(axis) : shape[axis];
        }
        return shape;
    }

    /**
     * A tensor to feed for a batch; of a cache, the empty one.
     *
     * @param before what the columns of the cache before it hold
     */
    OnnxTensor tensor(OrtEnvironment environment, Batch batch, Columns before) throws OrtException {
        int tokens = batch.length();
        long[] shape = shape(batch.size(), tokens, before.count());
        int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        int bytes = TensorTypes.bitsPerElement(input.type()) / 8;
        ByteBuffer buffer = ByteBuffer.allocateDirect(size * bytes).order(ByteOrder.nativeOrder());
        LongBuffer ids = role == Role.IDS ? batch.ids() : LongBuffer.allocate(0);
        int columns = shape.length == 0 || isTokensFirst() ? tokens : (int) shape[shape.length - 1];
        int rows = shape.length > 2 ? (int) shape[shape.length - 2] : 1;
        boolean byPosition =
                rows == columns || rows + before.count() == columns; // the last that attends is the last row
        int ofText = textAxis().equals(OptionalInt.of(0)) ? size / (int) shape[0] : Math.max(1, size);
        for (int i = 0; i < size; i++) {
            put(
                    buffer,
                    i,
                    role == Role.IDS
                            ? ids.get(i)
                            : value(i / ofText, i % columns, byPosition && isLater(i, rows, columns), before, batch));
        }
        return OnnxTensor.createTensor(environment, buffer, shape, javaType());
    }

    /** Whether an entry of a mask is that of a position later than the one that attends. */
    private static boolean isLater(int index, int rows, int columns) {
        return index % columns > index / columns % rows + columns - rows;
    }

    private double value(int text, int column, boolean later, Columns before, Batch batch) {
        boolean empty = column < before.count() && !before.holds(text, column);
        return switch (role) {
            case POSITIONS -> before.length(text) + column;
            case MASK -> (later || empty || batch.hides(column)) == reading.maskHides() ? 1 : 0;
            case ADDED_MASK -> later || empty ? -10_000 : 0; // as GPT-2 itself masks, and within float16
            case HEAD_MASK -> 1;
            case FLAG -> before.count() > 0 ? 1 : 0;
            case IDS, SEGMENTS, PAST -> 0;
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
        return input + ": " + role.meaning + (role == Role.MASK && reading.maskHides() ? ", where 1 leaves out" : "")
                + (isTokensFirst() ? ", tokens first" : "");
    }
}
