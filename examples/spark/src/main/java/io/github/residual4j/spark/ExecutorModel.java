package io.github.residual4j.spark;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelOptions;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/** The models that this JVM has opened, each once, for all tasks that run in it. */
final class ExecutorModel {
    private static final Map<String, LanguageModel> OPEN = new ConcurrentHashMap<>();

    private ExecutorModel() {}

    /**
     * The model that words name as on the command line: a path that all machines share, or the name of a file,
     * folder or archive that Spark distributed.
     *
     * @throws BadFileException if this executor has no such file
     */
    static LanguageModel open(String spec) {
        return OPEN.computeIfAbsent(spec, words -> LanguageModel.open(place(words), options()));
    }

    /** A task's run has as many threads as Spark gives a task cores: the others are those of other tasks. */
    private static ModelOptions options() {
        int cores = SparkEnv.get().conf().getInt("spark.task.cpus", 1);
        return ModelOptions.defaults().on(Device.cpu(cores));
    }

    private static String place(String spec) {
        if (spec.equals("embedded") || spec.matches("(hf|https?):.*") || Files.exists(Path.of(spec))) {
            return spec;
        }
        Path distributed = Path.of(SparkFiles.get(spec));
        if (Files.exists(distributed)) {
            return distributed.toString();
        }
        throw new BadFileException(
                Path.of(spec),
                "executor " + SparkEnv.get().executorId() + " at "
                        + SparkEnv.get().blockManager().blockManagerId().hostPort()
                        + " has no such file; give a path that all machines share, or distribute it with --files, or a zipped folder with --archives.");
    }
}
