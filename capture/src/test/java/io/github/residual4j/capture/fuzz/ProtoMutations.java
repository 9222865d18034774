package io.github.residual4j.capture.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes a protobuf message anywhere inside, so that it still parses: fields vanish, come twice, or hold odd values. */
final class ProtoMutations {
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        3,
        7,
        16,
        64,
        127,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final String[] TEXTS = {
        "",
        "x",
        "../../x",
        "/etc/passwd",
        "weights.bin",
        "Add",
        "MatMul",
        "LayerNormalization",
        "Loop",
        "If",
        "Gather",
        "Softmax",
        "com.microsoft",
        "ai.onnx",
        "é🌍",
        "999999999999",
        "-1",
        "location",
        "offset",
        "length",
        "axis",
        "input_ids",
        "n".repeat(3000)
    };

    private ProtoMutations() {}

    static Message mutate(Message message, Random random) {
        Message.Builder builder = message.toBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            change(builder, random);
        }
        return builder.build();
    }

    private static void change(Message.Builder message, Random random) {
        List<FieldDescriptor> fields = new ArrayList<>(message.getAllFields().keySet());
        if (fields.isEmpty() || random.nextInt(20) == 0) {
            fields = new ArrayList<>(message.getDescriptorForType().getFields());
            fields.removeIf(f -> f.getJavaType() == FieldDescriptor.JavaType.MESSAGE);
            if (fields.isEmpty()) {
                return;
            }
        }
        FieldDescriptor field = fields.get(random.nextInt(fields.size()));
        for (int tries = 0; tries < 3 && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE; tries++) {
            field = fields.get(random.nextInt(fields.size())); // most of what matters is deeper inside
        }
        if (field.isRepeated()) {
            changeRepeated(message, field, random);
        } else if (random.nextInt(25) == 0) {
            message.clearField(field);
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            Message.Builder inside = ((Message) message.getField(field)).toBuilder();
            change(inside, random);
            message.setField(field, inside.build());
        } else {
            message.setField(field, value(field, message.getField(field), random));
        }
    }

    private static void changeRepeated(Message.Builder message, FieldDescriptor field, Random random) {
        int count = message.getRepeatedFieldCount(field);
        if (count == 0) {
            message.addRepeatedField(field, value(field, "", random));
            return;
        }
        int at = random.nextInt(count);
        Object element = message.getRepeatedField(field, at);
        switch (random.nextInt(12)) {
            case 0 -> {
                List<Object> kept = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    kept.add(message.getRepeatedField(field, i));
                }
                kept.remove(at);
                message.clearField(field);
                kept.forEach(e -> message.addRepeatedField(field, e));
            }
            case 1 -> message.addRepeatedField(field, element);
            case 2 -> {
                int other = random.nextInt(count);
                message.setRepeatedField(field, at, message.getRepeatedField(field, other));
                message.setRepeatedField(field, other, element);
            }
            default -> {
                if (element instanceof Message inside) {
                    Message.Builder builder = inside.toBuilder();
                    change(builder, random);
                    message.setRepeatedField(field, at, builder.build());
                } else {
                    message.setRepeatedField(field, at, value(field, element, random));
                }
            }
        }
    }

    private static Object value(FieldDescriptor field, Object old, Random random) {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        return switch (field.getJavaType()) {
            case INT -> (int) number;
            case LONG -> number;
            case FLOAT -> random.nextBoolean() ? Float.NaN : (float) number;
            case DOUBLE -> random.nextBoolean() ? Double.NaN : (double) number;
            case BOOLEAN -> random.nextBoolean();
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case BYTE_STRING ->
                old instanceof ByteString bytes
                        ? ByteString.copyFrom(ByteMutations.mutate(bytes.toByteArray(), random))
                        : ByteString.copyFromUtf8("x");
            case ENUM -> {
                List<EnumValueDescriptor> values = field.getEnumType().getValues();
                yield values.get(random.nextInt(values.size()));
            }
            case MESSAGE -> throw new IllegalArgumentException(field.getFullName());
        };
    }
}
