package io.github.residual4j.capture;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of GPT-2's smallest size, 124 million weights in F32, in a JVM whose heap it would fill many times over. */
class LargeCheckpointTest {
    private static final int WIDTH = 768;
    private static final int LAYERS = 12;
    private static final int VOCABULARY = 50257;
    private static final int CONTEXT = 1024;

    @TempDir
    Path folder;

    /** What the small JVM runs: opens a checkpoint, runs it, and prints by how many bytes its heap has grown. */
    public static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            long before = usedHeap();
            try (LanguageModel model = LanguageModel.load(Path.of(arguments[0]))) {
                long loaded = usedHeap() - before;
                ActivationSession session = model.capture(464L, 3139L, 286L);
                long captured = usedHeap() - before;
                System.out.println(loaded + " " + captured + " " + Float.isFinite(session.vector(2 * LAYERS, 2)[0]));
            }
        }

        private static long usedHeap() {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }

    @Test
    void staysOutsideTheHeap() throws Exception {
        write(0);
        assertRunsInASmallHeap();
    }

    @Test
    void staysOutsideTheHeapWhereverItsDataBegin() throws Exception {
        write(3); // the original GPT-2's file begins its data at an odd byte
        assertRunsInASmallHeap();
    }

    private void assertRunsInASmallHeap() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m", // which is also the limit of what Java allocates outside the heap
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String result = output.substring(output.lastIndexOf('\n') + 1); // newer JDKs warn before it
        assertThat(result).as(output).matches("\\d+ \\d+ true");
        String[] growth = result.split(" ");
        assertThat(Long.parseLong(growth[0])).as("after loading").isLessThan(10L << 20);
        assertThat(Long.parseLong(growth[1])).as("after a capture").isLessThan(10L << 20);
    }

    private void write(int odd) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"gpt2\", \"n_layer\": %d, \"n_head\": 12, \"n_embd\": %d, \"n_positions\": %d, \"vocab_size\": %d}"
                        .formatted(LAYERS, WIDTH, CONTEXT, VOCABULARY));
        List<String> entries = new ArrayList<>();
        long end = 0;
        for (Map.Entry<String, int[]> tensor : shapes().entrySet()) {
            long length = Float.BYTES;
            for (int axis : tensor.getValue()) {
                length *= axis;
            }
            entries.add("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.getKey(), Arrays.toString(tensor.getValue()), end, end + length));
            end += length;
        }
        String header = "{" + String.join(",", entries) + "}";
        byte[] json = (header + " ".repeat(Math.floorMod(-header.length(), 8) + odd)).getBytes(US_ASCII);
        try (FileChannel file = FileChannel.open(
                folder.resolve("model.safetensors"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .flip());
            file.write(ByteBuffer.wrap(json));
            ByteBuffer noise = noise();
            for (long left = end; left > 0; left -= noise.capacity()) {
                file.write(noise.clear().limit((int) Math.min(left, noise.capacity())));
            }
        }
    }

    /** Seeded random floats of deviation 0.02, which are repeated: nothing here depends on the values. */
    private static ByteBuffer noise() {
        Random random = new Random(124);
        ByteBuffer noise = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        while (noise.hasRemaining()) {
            noise.putFloat((float) (0.02 * random.nextGaussian()));
        }
        return noise;
    }

    private static Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new TreeMap<>(Map.of(
                "wte.weight", new int[] {VOCABULARY, WIDTH},
                "wpe.weight", new int[] {CONTEXT, WIDTH},
                "ln_f.weight", new int[] {WIDTH},
                "ln_f.bias", new int[] {WIDTH}));
        for (int l = 0; l < LAYERS; l++) {
            String h = "h." + l + ".";
            for (String norm : List.of("ln_1", "ln_2")) {
                shapes.put(h + norm + ".weight", new int[] {WIDTH});
                shapes.put(h + norm + ".bias", new int[] {WIDTH});
            }
            put(shapes, h + "attn.c_attn", WIDTH, 3 * WIDTH);
            put(shapes, h + "attn.c_proj", WIDTH, WIDTH);
            put(shapes, h + "mlp.c_fc", WIDTH, 4 * WIDTH);
            put(shapes, h + "mlp.c_proj", 4 * WIDTH, WIDTH);
        }
        return shapes;
    }

    private static void put(Map<String, int[]> shapes, String layer, int in, int out) {
        shapes.put(layer + ".weight", new int[] {in, out});
        shapes.put(layer + ".bias", new int[] {out});
    }
}
