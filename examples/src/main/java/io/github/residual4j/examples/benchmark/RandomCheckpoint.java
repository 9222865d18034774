package io.github.residual4j.examples.benchmark;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes a GPT-2 checkpoint of the original's smallest size, 124 million weights, with seeded random values. */
final class RandomCheckpoint {
    static final int LAYERS = 12;
    static final int WIDTH = 768;
    static final int VOCABULARY = 50257;
    static final int CONTEXT = 1024;

    private RandomCheckpoint() {}

    /** Writes {@code config.json} and {@code model.safetensors} (F32, 498 MB) into a folder. */
    static void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), config().toString());
        Map<String, int[]> shapes = shapes();
        JsonObject header = new JsonObject();
        long end = 0;
        for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
            long length = Float.BYTES * size(tensor.getValue());
            header.add(tensor.getKey(), describe(tensor.getValue(), end, end + length));
            end += length;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padding = Math.floorMod(-json.length, 8);
        try (FileChannel file = FileChannel.open(
                folder.resolve("model.safetensors"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer start = ByteBuffer.allocate(8 + json.length + padding).order(ByteOrder.LITTLE_ENDIAN);
            start.putLong((long) json.length + padding)
                    .put(json)
                    .put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8));
            file.write(start.flip());
            SplittableRandom random = new SplittableRandom(124);
            for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
                boolean isNormWeight = tensor.getKey().matches(".*ln_.*weight");
                write(file, size(tensor.getValue()), isNormWeight ? 1 : 0, random);
            }
        }
    }

    private static void write(FileChannel file, long count, float mean, SplittableRandom random) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < count; i++) {
            chunk.putFloat(mean + 0.07f * (float) (random.nextDouble() - 0.5)); // deviation 0.02, as GPT-2 begins
            if (!chunk.hasRemaining() || i == count - 1) {
                file.write(chunk.flip());
                chunk.clear();
            }
        }
    }

    private static JsonObject config() {
        JsonObject config = new JsonObject();
        config.addProperty("model_type", "gpt2");
        config.addProperty("n_layer", LAYERS);
        config.addProperty("n_head", 12);
        config.addProperty("n_embd", WIDTH);
        config.addProperty("n_positions", CONTEXT);
        config.addProperty("vocab_size", VOCABULARY);
        config.addProperty("activation_function", "gelu_new");
        config.addProperty("layer_norm_epsilon", 1e-5);
        return config;
    }

    private static Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("wte.weight", new int[] {VOCABULARY, WIDTH});
        shapes.put("wpe.weight", new int[] {CONTEXT, WIDTH});
        for (int l = 0; l < LAYERS; l++) {
            String h = "h." + l + ".";
            norm(shapes, h + "ln_1");
            linear(shapes, h + "attn.c_attn", WIDTH, 3 * WIDTH);
            linear(shapes, h + "attn.c_proj", WIDTH, WIDTH);
            norm(shapes, h + "ln_2");
            linear(shapes, h + "mlp.c_fc", WIDTH, 4 * WIDTH);
            linear(shapes, h + "mlp.c_proj", 4 * WIDTH, WIDTH);
        }
        norm(shapes, "ln_f");
        return shapes;
    }

    private static void norm(Map<String, int[]> shapes, String name) {
        shapes.put(name + ".weight", new int[] {WIDTH});
        shapes.put(name + ".bias", new int[] {WIDTH});
    }

    private static void linear(Map<String, int[]> shapes, String name, int in, int out) {
        shapes.put(name + ".weight", new int[] {in, out});
        shapes.put(name + ".bias", new int[] {out});
    }

    private static long size(int[] shape) {
        long size = 1;
        for (int axis : shape) {
            size *= axis;
        }
        return size;
    }

    private static JsonObject describe(int[] shape, long from, long to) {
        JsonArray axes = new JsonArray();
        for (int axis : shape) {
            axes.add(axis);
        }
        JsonArray offsets = new JsonArray();
        offsets.add(from);
        offsets.add(to);
        JsonObject entry = new JsonObject();
        entry.addProperty("dtype", "F32");
        entry.add("shape", axes);
        entry.add("data_offsets", offsets);
        return entry;
    }
}
