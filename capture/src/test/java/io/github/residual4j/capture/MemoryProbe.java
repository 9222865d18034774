package io.github.residual4j.capture;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Runs in a JVM of its own, whose heap is fixed and touched before: captures in a loop and tells what memory grew. */
final class MemoryProbe {
    private MemoryProbe() {}

    private static final int WINDOWS = 4;

    /**
     * Writes the growth of resident and of heap memory, in bytes, over 1,000 captures to the file named: the smallest of
     * a few such windows, since a leak grows in all of them, and the compilers in the first ones only.
     */
    public static void main(String[] arguments) throws IOException {
        Random random = new Random(11);
        List<long[]> texts = IntStream.range(0, 100)
                .mapToObj(i -> random.longs(1 + random.nextInt(30), 0, 4096).toArray())
                .toList();
        try (Gpt2 model = Gpt2.embedded(Gpt2Options.defaults().on(Device.cpu(1)))) {
            CaptureRequest everything = model.request().points(HookPoint.values());
            for (int round = 0; round < 5; round++) {
                run(model, everything, texts);
            }
            long leastResident = Long.MAX_VALUE;
            long leastHeap = Long.MAX_VALUE;
            for (int window = 0; window < WINDOWS; window++) {
                long resident = resident();
                long heap = heap();
                for (int round = 0; round < 10; round++) {
                    run(model, everything, texts);
                }
                leastResident = Math.min(leastResident, resident() - resident);
                leastHeap = Math.min(leastHeap, heap() - heap);
            }
            Files.writeString(Path.of(arguments[0]), leastResident + " " + leastHeap);
        }
    }

    private static void run(Gpt2 model, CaptureRequest everything, List<long[]> texts) {
        for (int i = 0; i < texts.size(); i++) {
            if (i % 5 == 0) {
                everything.captureAllIds(List.of(texts.get(i)).stream()).forEach(session -> {});
            } else {
                model.capture(texts.get(i));
            }
        }
    }

    private static long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
