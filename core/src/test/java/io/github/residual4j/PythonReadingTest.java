package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.hook.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What NumPy finds in a session directory that this library wrote. */
class PythonReadingTest {
    @TempDir
    Path temp;

    @Test
    void numPyReadsTheSameSessionAndFindsTheSameNumbers() throws IOException, InterruptedException {
        String python = pythonWithNumPy();
        ActivationSession reference = TestSessions.reference("unicode");
        List<Token> tokens = IntStream.range(0, reference.tokens().size())
                .mapToObj(t -> Token.of(t, 1000 + t, "é東🌍" + t))
                .toList();
        var builder = ActivationSession.builder().tokens(tokens).modelName("tiny-gpt2");
        reference.text().ifPresent(builder::text);
        reference.arrays().forEach(builder::array);
        for (var point : reference.points()) {
            builder.point(point.name(), reference.state(point.index()), tokens.size(), reference.width());
        }
        ActivationSession session = builder.build();
        session.save(temp.resolve("session"));

        Path script = Path.of("src/test/python/read_session.py").toAbsolutePath();
        JsonObject found = JsonParser.parseString(run(List.of(
                        python, script.toString(), temp.resolve("session").toString())))
                .getAsJsonObject();
        JsonObject ours = JsonParser.parseString(
                        ResidualAnalyzer.of(session).report().toJson())
                .getAsJsonObject();

        assertThat(found.get("text").getAsString()).isEqualTo(session.text().orElseThrow());
        assertThat(found.getAsJsonArray("tokens").get(3).getAsString()).isEqualTo("é東🌍3");
        assertThat(found.getAsJsonArray("token_ids").get(3).getAsInt()).isEqualTo(1003);
        assertThat(found.get("layer_names")).isEqualTo(ours.get("layer_names"));
        assertThat(found.getAsJsonObject("shapes").get("hidden_states")).hasToString("[17,1,32,160]");
        assertClose(numbers(ours, "cosine_consecutive"), numbers(found, "cosine_consecutive"));
        assertClose(numbers(ours, "cosine_residual_attention"), numbers(found, "cosine_residual_attention"));
        assertClose(
                numbers(ours.getAsJsonObject("statistics"), "std"),
                numbers(found.getAsJsonObject("statistics"), "std"));
        assertClose(
                numbers(ours.getAsJsonObject("magnitudes"), "mlp_l2"),
                numbers(found.getAsJsonObject("magnitudes"), "mlp_l2"));
        AnalysisReport again = ResidualAnalyzer.of(ActivationSession.load(temp.resolve("session")))
                .report();
        assertThat(again).isEqualTo(ResidualAnalyzer.of(session).report());
    }

    @Test
    void aReaderWrittenFromTheFormatsDescriptionFindsTheSameSession() throws IOException, InterruptedException {
        String python = pythonWithNumPy();
        ActivationSession session = TestSessions.reference("unicode");
        session.save(temp, SessionFormat.SAFETENSORS);
        Path script = Path.of("src/test/python/read_safetensors.py").toAbsolutePath();
        JsonObject found = JsonParser.parseString(run(List.of(
                        python,
                        script.toString(),
                        temp.resolve("tensors.safetensors").toString())))
                .getAsJsonObject();
        assertThat(found.get("text").getAsString()).isEqualTo(session.text().orElseThrow());
        assertThat(found.getAsJsonObject("shapes").get("hidden_states")).hasToString("[17,1,32,160]");
        assertThat(found.getAsJsonArray("layer_names").get(16).getAsString())
                .isEqualTo(session.points().get(16).name());
        assertThat(found.get("last_value").getAsFloat()).isEqualTo(session.value(16, 31, 159));
        assertThat(found.get("sum").getAsDouble())
                .isEqualTo(
                        IntStream.range(0, 17)
                                .mapToDouble(p -> {
                                    double sum = 0;
                                    for (int i = 0; i < 32 * 160; i++) {
                                        sum += session.state(p).get(i);
                                    }
                                    return sum;
                                })
                                .sum(),
                        within(1e-6));
    }

    private static double[] numbers(JsonObject json, String key) {
        return Stream.of(json.get(key).toString().split("[\\[\\],]+"))
                .filter(s -> !s.isEmpty())
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static void assertClose(double[] ours, double[] numPys) {
        assertThat(ours).hasSameSizeAs(numPys).isNotEmpty();
        for (int i = 0; i < ours.length; i++) {
            assertThat(ours[i]).isCloseTo(numPys[i], within(2e-6 + 1e-5 * Math.abs(numPys[i])));
        }
    }

    private static String pythonWithNumPy() throws InterruptedException {
        for (String python : List.of("/usr/bin/python3", "python3", "python")) {
            try {
                run(List.of(python, "-c", "import numpy"));
                return python;
            } catch (IOException e) {
                // The next one may have it.
            }
        }
        String missing = "No python3 with NumPy was found (Debian: python3-numpy), so nothing was read by it.";
        if ("true".equals(System.getenv("RESIDUAL4J_REQUIRE_PYTHON"))
                || Boolean.getBoolean("RESIDUAL4J_REQUIRE_PYTHON")) {
            fail(missing);
        }
        return abort(missing);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed:\n" + output);
        }
        return output;
    }
}
