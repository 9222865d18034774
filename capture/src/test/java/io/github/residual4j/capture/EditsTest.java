package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Edits against PyTorch's hooks in float64; see {@code src/test/reference/edits.py}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditsTest {
    private final ExpectedModels models = new ExpectedModels();

    @TempDir
    private Path folder;

    @AfterAll
    void close() {
        models.close();
    }

    /** That of the embedded model's token embedding, told by NumPy. */
    static double embeddingDeviation() throws IOException {
        return ExpectedJson.cases("/edits/embedded.json").asList().stream()
                .flatMap(c -> c.getAsJsonObject().getAsJsonArray("edits").asList().stream())
                .map(JsonElement::getAsJsonObject)
                .filter(edit -> edit.has("embedding_std"))
                .findFirst()
                .orElseThrow()
                .get("embedding_std")
                .getAsDouble();
    }

    private static Stream<Arguments> cases() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (String file : List.of("micro", "embedded", "variants")) {
            for (JsonElement element : ExpectedJson.cases("/edits/" + file + ".json")) {
                all.add(Arguments.of(
                        file, element.getAsJsonObject().get("name").getAsString(), element.getAsJsonObject()));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void givesWhatHooksGive(String file, String name, JsonObject expected) {
        SafetensorsFile values = SafetensorsFile.open(Reference.resource("/edits/" + file + ".safetensors"));
        ActivationSession session = run(expected, values);
        int[] positions = ExpectedJson.ints(expected.getAsJsonArray("stored_positions"));
        float[] points = floats(values, name + "/points");
        int row = session.width();
        for (int p = 0; p < session.points().size(); p++) {
            for (int i = 0; i < positions.length; i++) {
                Reference.assertClose(
                        session.points().get(p).name() + " at " + positions[i],
                        session.vector(p, positions[i]),
                        points,
                        (p * positions.length + i) * row);
            }
        }
        assertRows(session, "final", positions, floats(values, name + "/final"));
        assertRows(session, "logits", positions, floats(values, name + "/logits"));
        for (JsonElement stored : expected.getAsJsonArray("also_stored")) {
            String point = stored.getAsString();
            FloatTensor actual = session.activation(key(point)).orElseThrow();
            Reference.assertClose(point, actual.toArray(), floats(values, name + "/" + point), 0);
        }
    }

    /** What the saved session says of its edits makes the same session. */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void areMadeAgainFromTheSession(String file, String name, JsonObject expected) {
        if (file.equals("variants")) {
            return; // the same edits on other weights
        }
        SafetensorsFile values = SafetensorsFile.open(Reference.resource("/edits/" + file + ".safetensors"));
        ActivationSession session = run(expected, values);
        assertThat(session.provenance().edits()).hasSameSizeAs(edits(expected, values));
        session.save(folder.resolve("session"));
        ActivationSession loaded = ActivationSession.load(folder.resolve("session"));
        CaptureRequest request = request(expected);
        for (Edit edit : Edit.of(loaded)) {
            request = request.edit(edit);
        }
        ActivationSession again = request.capture();
        for (int p = 0; p < session.points().size(); p++) {
            CaptureAllTest.assertSame(session.points().get(p).name(), again.state(p), session.state(p));
        }
        assertThat(again.provenance().edits().stream().map(e -> e.form()))
                .containsExactlyElementsOf(
                        session.provenance().edits().stream().map(e -> e.form()).toList());
    }

    private ActivationSession run(JsonObject expected, SafetensorsFile values) {
        CaptureRequest request = request(expected);
        for (Edit edit : edits(expected, values)) {
            request = request.edit(edit);
        }
        return request.capture();
    }

    private CaptureRequest request(JsonObject expected) {
        Set<HookPoint> points = EnumSet.of(
                HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.FINAL, HookPoint.LOGITS);
        expected.getAsJsonArray("also_stored")
                .forEach(point -> points.add(key(point.getAsString()).point()));
        return model(expected)
                .request(ExpectedJson.longs(expected.get("ids")))
                .points(points.toArray(HookPoint[]::new));
    }

    private LanguageModel model(JsonObject expected) {
        return models.get(expected.get("model").getAsString());
    }

    private List<Edit> edits(JsonObject expected, SafetensorsFile values) {
        List<Edit> edits = new ArrayList<>();
        for (JsonElement element : expected.getAsJsonArray("edits")) {
            JsonObject json = element.getAsJsonObject();
            if (json.get("kind").getAsString().equals("knock_out")) {
                edits.add(narrowed(
                        Edit.knockOut(ExpectedJson.ints(json.get("queries")), ExpectedJson.ints(json.get("keys"))),
                        json));
                continue;
            }
            for (JsonElement point : json.getAsJsonArray("points")) {
                edits.addAll(edits(model(expected), key(point.getAsString()), json, expected, values));
            }
        }
        return edits;
    }

    private static List<Edit> edits(
            LanguageModel model, HookKey key, JsonObject json, JsonObject expected, SafetensorsFile values) {
        HookPoint point = key.point();
        Edit edit = switch (json.get("kind").getAsString()) {
            case "zero" -> Edit.zero(point);
            case "scale" -> Edit.scale(point, json.get("factor").getAsDouble());
            case "mean" -> Edit.mean(point, captured(model, json.getAsJsonArray("sources")));
            case "mean_by_position" -> Edit.meanByPosition(point, captured(model, json.getAsJsonArray("sources")));
            case "replace" ->
                json.has("array")
                        ? Edit.replace(point, array(values, json.get("array").getAsString(), expected))
                        : Edit.replace(point, captured(model, ExpectedJson.longs(json.get("source"))));
            case "freeze" -> Edit.freeze(point, captured(model, ExpectedJson.longs(json.get("source"))));
            case "add" ->
                json.has("keep_norm")
                        ? Edit.addKeepingNorm(point, vector(values, json), coefficient(json))
                        : Edit.add(point, vector(values, json), coefficient(json));
            case "project_out" -> Edit.projectOut(point, vector(values, json));
            case "noise" -> null;
            default -> throw new IllegalStateException(json.toString());
        };
        if (edit == null) {
            return noise(json, values);
        }
        Edit narrowed = narrowed(edit, json);
        return List.of(point.isInEveryBlock() ? narrowed.blocks(key.block()) : narrowed);
    }

    /** Given noise is one vector at each position. */
    private static List<Edit> noise(JsonObject json, SafetensorsFile values) {
        float[] rows = floats(values, json.get("noise").getAsString());
        int[] positions = ExpectedJson.ints(json.get("positions"));
        int width = rows.length / positions.length;
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            float[] row = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
            edits.add(Edit.add(HookPoint.TOKEN_EMBED, row, 1).positions(positions[i]));
        }
        return edits;
    }

    private static Edit narrowed(Edit edit, JsonObject json) {
        Edit narrowed = edit;
        if (json.has("blocks")) {
            narrowed = narrowed.blocks(ExpectedJson.ints(json.get("blocks")));
        }
        if (json.has("heads")) {
            narrowed = narrowed.heads(ExpectedJson.ints(json.get("heads")));
        }
        if (json.has("neurons")) {
            narrowed = narrowed.neurons(ExpectedJson.ints(json.get("neurons")));
        }
        return json.has("positions") ? narrowed.positions(ExpectedJson.ints(json.get("positions"))) : narrowed;
    }

    private static double coefficient(JsonObject json) {
        return json.get("coefficient").getAsDouble();
    }

    private static float[] vector(SafetensorsFile values, JsonObject json) {
        return floats(values, json.get("vector").getAsString());
    }

    private static FloatTensor array(SafetensorsFile values, String name, JsonObject expected) {
        float[] all = floats(values, name);
        int tokens = expected.getAsJsonArray("ids").size();
        return FloatTensor.of(all, tokens, all.length / tokens);
    }

    private static ActivationSession captured(LanguageModel model, long[] ids) {
        return model.request(ids).points(HookPoint.values()).capture();
    }

    private static List<ActivationSession> captured(LanguageModel model, JsonArray sources) {
        return StreamSupport.stream(sources.spliterator(), false)
                .map(ids -> captured(model, ExpectedJson.longs(ids)))
                .toList();
    }

    private static HookKey key(String name) {
        return switch (name) {
            case "embed.token" -> HookKey.of(HookPoint.TOKEN_EMBED);
            case "final.scale" -> HookKey.of(HookPoint.FINAL_SCALE);
            default -> HookKey.parse(name);
        };
    }

    private static void assertRows(ActivationSession session, String name, int[] positions, float[] expected) {
        FloatTensor all = session.arrays().get(name);
        int row = all.size() / session.tokens().size();
        float[] values = all.toArray();
        for (int i = 0; i < positions.length; i++) {
            Reference.assertClose(
                    name + " at " + positions[i],
                    Arrays.copyOfRange(values, positions[i] * row, (positions[i] + 1) * row),
                    expected,
                    i * row);
        }
    }

    private static float[] floats(SafetensorsFile file, String name) {
        FloatBuffer buffer = file.floats(name);
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
