package io.github.residual4j.examples.benchmark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Times analyses of one session on request, so that another program can alternate with it: for each line {@code NAME
 * TIMES} on standard input it prints the milliseconds that one run took on average. NAME is {@code sum}, {@code
 * parallel-sum}, {@code cosine}, {@code report}, {@code components}, {@code spectra} or {@code similarity}.
 *
 * <p>{@code examples/benchmark/side_by_side.py} drives it.
 */
public final class AnalysisTimer {
    private AnalysisTimer() {}

    /** Takes a session directory as its only argument and ends with its input. */
    public static void main(String[] arguments) throws IOException {
        ActivationSession session = ActivationSession.load(Path.of(arguments[0]));
        VectorSum sum = new VectorSum(session);
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] request = line.split(" ", -1);
            Supplier<Object> work = switch (request[0]) {
                case "sum" -> sum::sum;
                case "parallel-sum" -> sum::parallelSum;
                case "cosine" -> analyzer::cosineBetweenConsecutivePoints;
                case "report" -> analyzer::report;
                case "components" -> () -> analyzer.principalComponents(3);
                case "spectra" -> analyzer::spectra;
                case "similarity" -> analyzer::similarity;
                default -> throw new IllegalArgumentException(line);
            };
            System.out.println(milliseconds(work, Integer.parseInt(request[1])));
        }
    }

    private static double milliseconds(Supplier<Object> work, int times) {
        int used = 0;
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            used += work.get().getClass().getName().length(); // a result that nobody uses might not be computed
        }
        long nanoseconds = System.nanoTime() - start;
        return used == 0 ? Double.NaN : nanoseconds / 1e6 / times;
    }
}
