package io.github.residual4j.capture;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.provider.Arguments;

/** Expected values as the generators in {@code src/test/reference} wrote them. */
final class ExpectedJson {
    private ExpectedJson() {}

    /** What a file holds under {@code cases}. */
    static JsonArray cases(String resource) throws IOException {
        return JsonParser.parseString(Files.readString(Reference.resource(resource)))
                .getAsJsonObject()
                .getAsJsonArray("cases");
    }

    /** The cases of a file, each as its name and itself. */
    static Stream<Arguments> named(String resource) throws IOException {
        return StreamSupport.stream(cases(resource).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(json -> Arguments.of(json.get("name").getAsString(), json));
    }

    /** An array of whole numbers. */
    static long[] longs(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
                .mapToLong(JsonElement::getAsLong)
                .toArray();
    }

    /** An array of small whole numbers. */
    static int[] ints(JsonElement array) {
        return Arrays.stream(longs(array)).mapToInt(Math::toIntExact).toArray();
    }

    /** All numbers of nested arrays, the last axis first; true is 1 and false 0. */
    static List<Double> flat(JsonElement json) {
        List<Double> numbers = new ArrayList<>();
        flatten(json, numbers);
        return numbers;
    }

    private static void flatten(JsonElement json, List<Double> into) {
        if (json.isJsonArray()) {
            json.getAsJsonArray().forEach(element -> flatten(element, into));
        } else if (json.getAsJsonPrimitive().isBoolean()) {
            into.add(json.getAsBoolean() ? 1.0 : 0.0);
        } else {
            into.add(Double.valueOf(json.getAsString()));
        }
    }
}
