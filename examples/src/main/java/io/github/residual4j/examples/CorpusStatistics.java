package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;

/**
 * Statistics of the stream over every line of a text file, in constant memory, with a progress bar.
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.CorpusStatistics [file] [statistics.npz]</pre>
 */
public final class CorpusStatistics {
    private CorpusStatistics() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args.length > 0 ? args[0] : "examples/capitals.txt");
        Path out = Path.of(args.length > 1 ? args[1] : "examples/target/statistics.npz");
        StreamStatistics statistics = new StreamStatistics().withCovarianceOf("blocks.7.resid_post");
        try (LanguageModel model = LanguageModel.embedded();
                Stream<String> lines = texts(file);
                ProgressBar bar = new ProgressBar("lines", count(file));
                Stream<ActivationSession> sessions = model.request()
                        .onProgress(done -> bar.stepTo(done.texts()))
                        .captureAll(lines)) {
            sessions.map(ResidualAnalyzer::of)
                    .map(ResidualAnalyzer::withoutFirstPosition)
                    .forEach(statistics::add);
        }
        System.out.println(statistics.summary());
        System.out.println(statistics.quantiles(0.01, 0.5, 0.99));
        System.out.println(statistics.components("blocks.7.resid_post", 5).measure("explained_ratio"));
        statistics.save(out); // StreamStatistics.load(out) takes in more, or merges with those of other machines
        System.out.println("kept in " + out);
    }

    private static Stream<String> texts(Path file) throws IOException {
        return Files.lines(file).filter(line -> !line.isBlank());
    }

    private static long count(Path file) throws IOException {
        try (Stream<String> texts = texts(file)) {
            return texts.count();
        }
    }
}
