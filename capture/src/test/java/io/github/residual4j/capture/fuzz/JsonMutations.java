package io.github.residual4j.capture.fuzz;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.internal.LazilyParsedNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes what a JSON text says while it stays JSON, most of the time. */
final class JsonMutations {
    private static final String[] TEXTS = {
        "",
        " ",
        "\0",
        "../../x",
        "/etc/passwd",
        "é🌍",
        "\uD83C",
        "null",
        "BPE",
        "F64",
        "I64",
        "BOOL",
        "F4",
        "gpt2",
        "relu",
        "x".repeat(5000),
        "%s%n",
        "<script>",
        "2026-13-40T99:00:00Z",
        "model.safetensors"
    };

    private JsonMutations() {}

    /** A text with one to three values changed, and sometimes bytes damaged afterwards. */
    static byte[] mutate(String json, Random random) {
        byte[] mutated = mutateText(json, random).getBytes(StandardCharsets.UTF_8);
        return random.nextInt(4) == 0 ? ByteMutations.mutate(mutated, random) : mutated;
    }

    static String mutateText(String json, Random random) {
        if (random.nextInt(25) == 0) {
            return nested(random);
        }
        JsonElement root = JsonParser.parseString(json);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            change(root, random);
        }
        String text = root.toString();
        return random.nextInt(10) == 0 ? twice(text, random) : text;
    }

    /** Changes one value somewhere below an element. */
    private static void change(JsonElement root, Random random) {
        JsonElement at = root;
        while (true) {
            List<JsonElement> inside = new ArrayList<>();
            if (at.isJsonObject()) {
                inside.addAll(at.getAsJsonObject().asMap().values());
            } else if (at.isJsonArray()) {
                inside.addAll(at.getAsJsonArray().asList());
            }
            inside.removeIf(e -> !e.isJsonObject() && !e.isJsonArray());
            if (inside.isEmpty() || random.nextInt(3) == 0) {
                break;
            }
            at = inside.get(random.nextInt(inside.size()));
        }
        if (at.isJsonObject()) {
            changeMember(at.getAsJsonObject(), random);
        } else if (at.isJsonArray()) {
            changeElement(at.getAsJsonArray(), random);
        }
    }

    private static void changeMember(JsonObject object, Random random) {
        List<String> keys = new ArrayList<>(object.keySet());
        String key = keys.isEmpty() ? "new" : keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(6)) {
            case 0 -> object.remove(key);
            case 1 -> {
                JsonElement value = object.remove(key);
                object.add(TEXTS[random.nextInt(TEXTS.length)], value);
            }
            case 2 -> object.add(key + "x", object.get(key));
            default -> object.add(key, value(object.get(key), random));
        }
    }

    private static void changeElement(JsonArray array, Random random) {
        int at = array.isEmpty() ? 0 : random.nextInt(array.size());
        switch (array.isEmpty() ? 0 : random.nextInt(5)) {
            case 0 -> array.add(value(JsonNull.INSTANCE, random));
            case 1 -> array.remove(at);
            case 2 -> array.add(array.get(at));
            default -> array.set(at, value(array.get(at), random));
        }
    }

    private static JsonElement value(JsonElement old, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> JsonNull.INSTANCE;
            case 1 -> new JsonPrimitive(random.nextBoolean());
            case 2 -> new JsonPrimitive(TEXTS[random.nextInt(TEXTS.length)]);
            case 3 -> new JsonArray();
            case 4 -> new JsonObject();
            case 5 -> {
                JsonArray list = new JsonArray();
                list.add(old == null ? JsonNull.INSTANCE : old.deepCopy());
                yield list;
            }
            default -> {
                String number = ByteMutations.NUMBERS[random.nextInt(ByteMutations.NUMBERS.length - 4)];
                yield new JsonPrimitive(new LazilyParsedNumber(number));
            }
        };
    }

    /** Says a member of the outermost object a second time. */
    private static String twice(String text, Random random) {
        int comma = text.indexOf(',', random.nextInt(text.length() + 1));
        int first = text.indexOf('{');
        return comma < 0 || first < 0 ? text : text.substring(0, comma) + "," + text.substring(first + 1);
    }

    private static String nested(Random random) {
        int depth = random.nextBoolean() ? 1000 : 100_000;
        return random.nextBoolean()
                ? "[".repeat(depth) + "]".repeat(random.nextBoolean() ? depth : 0)
                : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }
}
