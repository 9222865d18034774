package io.github.residual4j.capture;

import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.hook.HookPoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs in a JVM of its own, whose heap is fixed and touched before: works in a loop and tells what memory grew. */
final class MemoryProbe {
    private static final int CAPTURES = 2_000;
    private static final int CYCLES = 200;
    private static final int READINGS = 8;

    private static final ModelOptions ON_ONE_THREAD = ModelOptions.defaults().on(Device.cpu(1));

    private static final List<long[]> TEXTS = texts();

    /** Of other lengths, one ends on the way. */
    private static final List<long[]> FOR_THE_FILE = List.of(new long[] {3, 14, 15, 9}, new long[] {5}, new long[30]);

    private MemoryProbe() {}

    private static List<long[]> texts() {
        Random random = new Random(11);
        return IntStream.range(0, 100)
                .mapToObj(i -> random.longs(1 + random.nextInt(30), 0, 4096).toArray())
                .toList();
    }

    /**
     * Writes to the file named, in bytes: resident memory in the first and in the second half of 2,000 captures, the
     * same of opening and closing a model 200 times, and by how much the heap grew in all that.
     */
    public static void main(String[] arguments) throws IOException {
        long heap;
        long[] captures;
        try (LanguageModel model = open();
                LanguageModel file = LanguageModel.load(Reference.resource("/caches/stacked.onnx"), ON_ONE_THREAD)) {
            capture(model, file, CAPTURES / 2); // compilers, pools and the allocators' arenas reach their size
            heap = heap();
            captures = halves(() -> capture(model, file, CAPTURES / READINGS));
        }
        cycle(CYCLES / 2);
        long[] cycles = halves(() -> cycle(CYCLES / READINGS));
        Files.writeString(
                Path.of(arguments[0]),
                captures[0] + " " + captures[1] + " " + cycles[0] + " " + cycles[1] + " " + (heap() - heap));
    }

    private static LanguageModel open() {
        return LanguageModel.embedded(ON_ONE_THREAD);
    }

    /** @param file has a cache of its own */
    private static void capture(LanguageModel model, LanguageModel file, int count) {
        CaptureRequest everything = model.request().points(HookPoint.values());
        for (int i = 0; i < count; i++) {
            long[] text = TEXTS.get(i % TEXTS.size());
            if (i % 10 == 1) { // to the end, and closed on the way
                model.generate(text).tokens(4).run();
                try (Stream<GenerationStep> steps = model.generate(text).steps()) {
                    steps.limit(1).forEach(step -> {});
                }
            } else if (i % 10 == 6) {
                model.generate().tokens(4).runAllIds(TEXTS.subList(i % 90, i % 90 + 4));
                file.generate().tokens(6).stopIds().runAllIds(FOR_THE_FILE);
                try (Stream<GenerationStep> steps =
                        file.generate(FOR_THE_FILE.get(0)).steps()) {
                    steps.limit(2).forEach(step -> {});
                }
            } else if (i % 5 == 0) {
                everything.captureAllIds(List.of(text).stream()).forEach(session -> {});
            } else {
                model.capture(text);
            }
        }
    }

    private static void cycle(int count) {
        for (int i = 0; i < count; i++) {
            try (LanguageModel model = open()) {
                model.capture(TEXTS.get(i % TEXTS.size()));
            }
        }
    }

    /**
     * Resident memory in the first and the second half of some work: of several readings the least, since what the
     * collector has not found yet, or the allocator not given back, is in some readings and a leak is in all.
     */
    private static long[] halves(Runnable part) throws IOException {
        long[] least = {Long.MAX_VALUE, Long.MAX_VALUE};
        for (int reading = 0; reading < READINGS; reading++) {
            part.run();
            int half = reading * 2 / READINGS;
            least[half] = Math.min(least[half], resident());
        }
        return least;
    }

    private static long resident() throws IOException {
        heap(); // buffers that nobody holds are freed after it
        LockSupport.parkNanos(100_000_000);
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
