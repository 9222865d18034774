package io.github.residual4j.capture.fuzz;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes the header of a safetensors file and puts the file together again, mostly with the header's true length. */
final class SafetensorsMutations {
    private static final String[] TYPES = {
        "F16", "BF16", "F64", "I64", "I8", "U8", "BOOL", "F4", "F6_E2M3", "C64", "F33", "", "f32", "U64"
    };

    private SafetensorsMutations() {}

    static byte[] mutate(byte[] file, Random random) {
        if (random.nextInt(4) == 0) {
            return ByteMutations.mutate(file, random);
        }
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        String header = new String(file, 8, length, StandardCharsets.UTF_8);
        byte[] data = Arrays.copyOfRange(file, 8 + length, file.length);
        byte[] changed = random.nextBoolean()
                ? JsonMutations.mutate(header, random)
                : changeEntry(header, random).getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(6) == 0) {
            data = ByteMutations.mutate(data, random);
        }
        long claimed = random.nextInt(8) == 0 ? changed.length + random.nextInt(-9, 9) : changed.length;
        return ByteBuffer.allocate(8 + changed.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(claimed)
                .put(changed)
                .put(data)
                .array();
    }

    /** One tensor gets another type, shape or place, while the header stays well formed. */
    private static String changeEntry(String header, Random random) {
        JsonObject root = JsonParser.parseString(header).getAsJsonObject();
        List<String> names = new ArrayList<>(root.keySet());
        names.remove("__metadata__");
        JsonObject entry = root.getAsJsonObject(names.get(random.nextInt(names.size())));
        JsonObject other = root.getAsJsonObject(names.get(random.nextInt(names.size())));
        switch (random.nextInt(6)) {
            case 0 -> entry.addProperty("dtype", TYPES[random.nextInt(TYPES.length)]);
            case 1 -> swap(entry, other, "data_offsets");
            case 2 -> swap(entry, other, "shape");
            case 3 -> entry.add("data_offsets", other.get("data_offsets"));
            case 4 -> number(entry.getAsJsonArray("shape"), random);
            default -> number(entry.getAsJsonArray("data_offsets"), random);
        }
        return root.toString();
    }

    private static void swap(JsonObject one, JsonObject other, String key) {
        JsonElement value = one.get(key);
        one.add(key, other.get(key));
        other.add(key, value);
    }

    private static void number(JsonArray numbers, Random random) {
        String number = ByteMutations.NUMBERS[random.nextInt(ByteMutations.NUMBERS.length - 4)];
        if (numbers.isEmpty()) {
            numbers.add(JsonParser.parseString(number));
        } else {
            numbers.set(random.nextInt(numbers.size()), JsonParser.parseString(number));
        }
    }
}
