package io.github.residual4j.examples.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures two ways of doing something by turns. Beside the time on the clock it takes the processor time of all
 * threads, which other programs on the machine disturb less.
 *
 * @param first median time of the first way, in milliseconds
 * @param second median time of the second way, in milliseconds
 * @param ratio median of the ratios second/first of neighbouring runs
 * @param processorRatio the same of processor time
 */
record Alternating(double first, double second, double ratio, double processorRatio) {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** One run's time on the clock and on the processors, in nanoseconds. */
    private record Cost(long clock, long processor) {
        static Cost of(Runnable work) {
            long clock = System.nanoTime();
            long processor = SYSTEM.getProcessCpuTime();
            work.run();
            return new Cost(System.nanoTime() - clock, SYSTEM.getProcessCpuTime() - processor);
        }
    }

    /** Runs both ways a few times unmeasured, then by turns, the order changing each time. */
    static Alternating measure(int warmUps, int pairs, Runnable first, Runnable second) {
        for (int i = 0; i < warmUps; i++) {
            first.run();
            second.run();
        }
        double[] firsts = new double[pairs];
        double[] seconds = new double[pairs];
        double[] ratios = new double[pairs];
        double[] processorRatios = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            boolean firstBegins = i % 2 == 0;
            Cost earlier = Cost.of(firstBegins ? first : second);
            Cost later = Cost.of(firstBegins ? second : first);
            Cost a = firstBegins ? earlier : later;
            Cost b = firstBegins ? later : earlier;
            firsts[i] = a.clock() / 1e6;
            seconds[i] = b.clock() / 1e6;
            ratios[i] = (double) b.clock() / a.clock();
            processorRatios[i] = (double) b.processor() / a.processor();
        }
        return new Alternating(median(firsts), median(seconds), median(ratios), median(processorRatios));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.1f ms against %.1f ms, ratio %.3f, of processor time %.3f",
                second,
                first,
                ratio,
                processorRatio);
    }
}
