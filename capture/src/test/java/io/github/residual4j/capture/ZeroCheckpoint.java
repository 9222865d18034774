package io.github.residual4j.capture;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** Writes a GPT-2 of one head whose weights are all 0, in a file that takes no room, for runs that take long. */
record ZeroCheckpoint(int layers, int width, int context, int vocabulary) {
    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"gpt2\", \"n_layer\": %d, \"n_head\": 1, \"n_embd\": %d, \"n_positions\": %d, \"vocab_size\": %d}"
                        .formatted(layers, width, context, vocabulary));
        StringJoiner entries = new StringJoiner(",", "{", "}");
        long end = 0;
        for (Map.Entry<String, int[]> tensor : shapes().entrySet()) {
            long length = Float.BYTES
                    * Arrays.stream(tensor.getValue()).asLongStream().reduce(1, (a, b) -> a * b);
            entries.add("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.getKey(), Arrays.toString(tensor.getValue()), end, end + length));
            end += length;
        }
        byte[] header = (entries + " ".repeat(Math.floorMod(-entries.length(), 8))).getBytes(US_ASCII);
        try (FileChannel file = FileChannel.open(
                folder.resolve("model.safetensors"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .flip());
            file.write(ByteBuffer.wrap(header));
            file.write(ByteBuffer.allocate(1), 8 + header.length + end - 1); // what lies between is a hole
        }
        return folder;
    }

    private Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("wte.weight", new int[] {vocabulary, width});
        shapes.put("wpe.weight", new int[] {context, width});
        put(shapes, "ln_f", width);
        for (int layer = 0; layer < layers; layer++) {
            String h = "h." + layer + ".";
            put(shapes, h + "ln_1", width);
            put(shapes, h + "attn.c_attn", width, 3 * width);
            put(shapes, h + "attn.c_proj", width, width);
            put(shapes, h + "ln_2", width);
            put(shapes, h + "mlp.c_fc", width, 4 * width);
            put(shapes, h + "mlp.c_proj", 4 * width, width);
        }
        return shapes;
    }

    private static void put(Map<String, int[]> shapes, String name, int... weight) {
        shapes.put(name + ".weight", weight);
        shapes.put(name + ".bias", new int[] {weight[weight.length - 1]});
    }
}
