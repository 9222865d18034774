package io.github.residual4j.capture.internal.edit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.hook.RecordedEdit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Edits as a session keeps them: numbers and vectors in JSON, values that were put in as arrays of the session under
 * {@code edits.NUMBER.POINT}.
 */
public final class RecordedEdits {
    private RecordedEdits() {}

    /** What a session says of edits. */
    public static List<RecordedEdit> of(List<PlacedChange> edits, ModelSizes model) {
        List<RecordedEdit> recorded = new ArrayList<>();
        for (PlacedChange edit : edits) {
            recorded.add(new RecordedEdit(edit.toString(), json(edit, model).toString()));
        }
        return recorded;
    }

    /** The values that edits put in, by the names under which a session keeps them. */
    public static Map<String, FloatTensor> arrays(List<PlacedChange> edits, ModelSizes model) {
        Map<String, FloatTensor> arrays = new LinkedHashMap<>();
        for (int number = 0; number < edits.size(); number++) {
            if (edits.get(number).change() instanceof Change.Replace replace) {
                for (HookKey key : edits.get(number).place().keys(model)) {
                    arrays.put(name(number, key), replace.source().of(key).tensor());
                }
            }
        }
        return arrays;
    }

    private static String name(int number, HookKey key) {
        return "edits." + number + "." + key.name();
    }

    private static JsonObject json(PlacedChange edit, ModelSizes model) {
        JsonObject json = new JsonObject();
        Change change = edit.change();
        json.addProperty("kind", kind(change));
        EditPlace place = edit.place();
        JsonArray points = new JsonArray();
        place.points().forEach(point -> points.add(point.name()));
        json.add("points", points);
        json.add("blocks", numbers(place.blocks()));
        json.add("heads", numbers(place.heads()));
        json.add("dimensions", numbers(place.dimensions()));
        json.add("positions", positions(place.positions()));
        json.add("attended", positions(place.attended()));
        if (change instanceof Change.Scale scale) {
            json.addProperty("factor", scale.factor());
        } else if (change instanceof Change.Add add) {
            json.add("vector", numbers(add.vector()));
            json.addProperty("coefficient", add.coefficient());
        } else if (change instanceof Change.AddKeepingNorm add) {
            json.add("vector", numbers(add.vector()));
            json.addProperty("coefficient", add.coefficient());
        } else if (change instanceof Change.ProjectOut out) {
            json.add("direction", numbers(out.direction()));
        } else if (change instanceof Change.Noise noise) {
            json.addProperty("sigma", noise.sigma());
            json.addProperty("in_deviations", noise.inDeviations());
            json.addProperty("seed", noise.seed());
        } else if (change instanceof Change.Replace replace) {
            JsonObject at = new JsonObject();
            for (HookKey key : place.keys(model)) {
                at.add(key.name(), numbers(replace.source().of(key).positions()));
            }
            json.add("values_at", at);
        }
        return json;
    }

    private static String kind(Change change) {
        if (change instanceof Change.Zero) {
            return "zero";
        } else if (change instanceof Change.Scale) {
            return "scale";
        } else if (change instanceof Change.Replace) {
            return "replace";
        } else if (change instanceof Change.Add) {
            return "add";
        } else if (change instanceof Change.AddKeepingNorm) {
            return "add_keeping_norm";
        } else if (change instanceof Change.ProjectOut) {
            return "project_out";
        } else if (change instanceof Change.Noise) {
            return "noise";
        } else if (change instanceof Change.KnockOut) {
            return "knock_out";
        }
        return "function";
    }

    private static JsonArray numbers(Collection<? extends Number> numbers) {
        JsonArray array = new JsonArray();
        numbers.forEach(array::add);
        return array;
    }

    private static JsonElement positions(PositionChoice choice) {
        if (choice instanceof PositionChoice.Single single) {
            return numbers(single.positions());
        }
        return new JsonPrimitive(choice.toString());
    }

    /**
     * The edits that a session records.
     *
     * @throws BadRequestException if one cannot be made again
     */
    public static List<PlacedChange> read(ActivationSession session) {
        List<PlacedChange> edits = new ArrayList<>();
        List<RecordedEdit> recorded = session.provenance().edits();
        for (int number = 0; number < recorded.size(); number++) {
            RecordedEdit edit = recorded.get(number);
            try {
                JsonObject json = JsonParser.parseString(edit.form()).getAsJsonObject();
                edits.add(new PlacedChange(place(json), change(json, number, session)));
            } catch (JsonParseException | IllegalStateException | NullPointerException | IllegalArgumentException e) {
                throw new BadRequestException(
                        "The session's edit \"" + edit.words() + "\" is recorded in a form that cannot be read: "
                                + edit.form() + ".",
                        e);
            }
        }
        return edits;
    }

    private static EditPlace place(JsonObject json) {
        List<HookPoint> points = new ArrayList<>();
        json.getAsJsonArray("points").forEach(point -> points.add(HookPoint.valueOf(point.getAsString())));
        return EditPlace.of(points)
                .inBlocks(integers(json.get("blocks")))
                .inHeads(integers(json.get("heads")))
                .inDimensions(integers(json.get("dimensions")))
                .at(choice(json.get("positions")))
                .attending(choice(json.get("attended")));
    }

    private static List<Integer> integers(JsonElement array) {
        List<Integer> numbers = new ArrayList<>();
        array.getAsJsonArray().forEach(number -> numbers.add(number.getAsInt()));
        return numbers;
    }

    private static List<Float> floats(JsonElement array) {
        List<Float> numbers = new ArrayList<>();
        array.getAsJsonArray().forEach(number -> numbers.add(number.getAsFloat()));
        return numbers;
    }

    private static PositionChoice choice(JsonElement json) {
        if (json.isJsonArray()) {
            return new PositionChoice.Single(integers(json));
        }
        String words = json.getAsString();
        if (words.equals("all")) {
            return PositionChoice.ALL;
        }
        if (words.equals("last")) {
            return new PositionChoice.Range(Positions.last());
        }
        List<String> ends = List.of(words.split(" to ", -1));
        return new PositionChoice.Range(
                Positions.range(Integer.parseInt(ends.get(0)), Integer.parseInt(ends.get(1)) + 1));
    }

    private static Change change(JsonObject json, int number, ActivationSession session) {
        String kind = json.get("kind").getAsString();
        return switch (kind) {
            case "zero" -> new Change.Zero();
            case "scale" -> new Change.Scale(json.get("factor").getAsDouble());
            case "add" ->
                new Change.Add(
                        floats(json.get("vector")), json.get("coefficient").getAsDouble());
            case "add_keeping_norm" ->
                new Change.AddKeepingNorm(
                        floats(json.get("vector")), json.get("coefficient").getAsDouble());
            case "project_out" -> new Change.ProjectOut(floats(json.get("direction")));
            case "noise" ->
                new Change.Noise(
                        json.get("sigma").getAsDouble(),
                        json.get("in_deviations").getAsBoolean(),
                        json.get("seed").getAsLong());
            case "knock_out" -> new Change.KnockOut();
            case "replace" -> new Change.Replace(values(json.getAsJsonObject("values_at"), number, session));
            default ->
                throw new BadRequestException("The session's edit \""
                        + session.provenance().edits().get(number).words()
                        + "\" is of the kind \"" + kind + "\", which cannot be made again from a session.");
        };
    }

    private static ValueSource values(JsonObject at, int number, ActivationSession session) {
        Map<HookKey, PointValues> values = new LinkedHashMap<>();
        for (String point : at.keySet()) {
            HookKey key = HookKey.parse(point);
            FloatTensor array = session.arrays().get(name(number, key));
            if (array == null) {
                throw new BadRequestException(
                        "The session lacks the array " + name(number, key) + ", which its edit put in.");
            }
            values.put(key, new PointValues(array, integers(at.get(point))));
        }
        return new ValueSource.Each(values);
    }
}
