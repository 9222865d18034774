package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.GgufFile;
import io.github.residual4j.internal.io.SafetensorsFile;
import io.github.residual4j.internal.io.SafetensorsWriter;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A direction for each block but the first, added to what the block gives, by which a model is steered. Immutable. Taken
 * from pairs of texts at their last tokens, or from a file: safetensors, or the GGUF form that llama.cpp and repeng
 * exchange, with tensors {@code direction.N} of block N.
 */
public final class SteeringVector {
    private static final Pattern DIRECTION = Pattern.compile("direction\\.(\\d{1,4})");

    private final SortedMap<Integer, float[]> directions;

    private SteeringVector(SortedMap<Integer, float[]> directions) {
        this.directions = directions;
    }

    /**
     * Two texts that differ in what is steered.
     *
     * @param positive the text towards which it is steered
     * @param negative the text away from which it is steered
     */
    public record Pair(String positive, String negative) {}

    /**
     * {@return for each block, the mean state of the positive texts' last tokens less that of the negative ones'}
     *
     * @param model whose states
     * @param pairs at least one
     * @throws BadRequestException if there is no pair, a text cannot be run, or the model has one block only
     */
    public static SteeringVector differenceOfMeans(LanguageModel model, List<Pair> pairs) {
        SortedMap<Integer, float[]> directions = new TreeMap<>();
        differences(model, pairs).forEach((block, rows) -> {
            double[] sums = new double[rows[0].length];
            for (float[] row : rows) {
                for (int d = 0; d < sums.length; d++) {
                    sums[d] += row[d];
                }
            }
            float[] mean = new float[sums.length];
            for (int d = 0; d < sums.length; d++) {
                mean[d] = (float) (sums[d] / rows.length);
            }
            directions.put(block, mean);
        });
        return new SteeringVector(directions);
    }

    /**
     * {@return for each block, the unit vector along which the differences of the pairs spread most, nothing subtracted
     * (repeng's {@code pca_center}, llama.cpp's {@code pca}); it points to where most positive texts lie further along}
     *
     * @param model whose states
     * @param pairs at least one
     * @throws BadRequestException if there is no pair, a text cannot be run, or the model has one block only
     */
    public static SteeringVector firstComponent(LanguageModel model, List<Pair> pairs) {
        SortedMap<Integer, float[]> directions = new TreeMap<>();
        differences(model, pairs).forEach((block, rows) -> directions.put(block, component(rows)));
        return new SteeringVector(directions);
    }

    /** By block from 1 on, the positive less the negative state of each pair. */
    private static Map<Integer, float[][]> differences(LanguageModel model, List<Pair> pairs) {
        BadRequestException.requireGiven(model, "model");
        BadRequestException.requireGiven(pairs, "list of pairs");
        if (pairs.isEmpty()) {
            throw new BadRequestException("A steering vector needs at least one pair of texts.");
        }
        int blocks = model.description().shape().blocks();
        if (blocks < 2) {
            throw new BadRequestException(
                    "A steering vector leaves the first block out, and " + model.name() + " has no other.");
        }
        Map<Integer, float[][]> differences = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            ActivationSession positive = lastStates(model, pairs.get(i).positive());
            ActivationSession negative = lastStates(model, pairs.get(i).negative());
            for (int block = 1; block < blocks; block++) {
                HookKey key = HookKey.of(HookPoint.RESID_POST, block);
                float[] difference = positive.activation(key).orElseThrow().toArray();
                float[] away = negative.activation(key).orElseThrow().toArray();
                for (int d = 0; d < difference.length; d++) {
                    difference[d] -= away[d];
                }
                differences.computeIfAbsent(block, b -> new float[pairs.size()][])[i] = difference;
            }
        }
        return differences;
    }

    private static ActivationSession lastStates(LanguageModel model, String text) {
        return model.request(text)
                .points(HookPoint.RESID_POST)
                .positions(Positions.last())
                .capture();
    }

    /** With each difference and its opposite the mean is 0, so that nothing is subtracted. */
    private static float[] component(float[][] rows) {
        float[][] both = new float[2 * rows.length][];
        for (int i = 0; i < rows.length; i++) {
            both[i] = rows[i];
            both[rows.length + i] = new float[rows[i].length];
            for (int d = 0; d < rows[i].length; d++) {
                both[rows.length + i][d] = -rows[i][d];
            }
        }
        double[] found = ResidualAnalyzer.of(
                        ActivationSession.builder().point("embed", both).build())
                .principalComponents(1)
                .components()
                .toArray();
        int further = 0;
        for (float[] row : rows) {
            double along = 0;
            for (int d = 0; d < row.length; d++) {
                along += row[d] * found[d];
            }
            further += along > 0 ? 1 : -1;
        }
        float[] direction = new float[found.length];
        for (int d = 0; d < direction.length; d++) {
            direction[d] = (float) (further < 0 ? -found[d] : found[d]);
        }
        return direction;
    }

    /** {@return the direction of each block, by its number from 1 on} */
    public SortedMap<Integer, float[]> directions() {
        SortedMap<Integer, float[]> copies = new TreeMap<>();
        directions.forEach((block, direction) -> copies.put(block, direction.clone()));
        return copies;
    }

    /**
     * {@return the edits that add it to what each block gives}
     *
     * @param coefficient how much of it; below 0 to steer the other way
     */
    public List<Edit> edits(double coefficient) {
        List<Edit> edits = new ArrayList<>();
        directions.forEach((block, direction) ->
                edits.add(Edit.add(HookPoint.RESID_POST, direction, coefficient).blocks(block)));
        return edits;
    }

    /**
     * Runs a text with the vector added in different strength, and tells what that does to the token that comes next.
     *
     * @param model what is steered
     * @param text what it reads
     * @param coefficients how much of the vector each run adds; 0 for none
     * @param answers each one token, such as {@code " Japan"}
     * @return lengths and cosines of the directions, and the answers' log-probabilities
     * @throws BadRequestException if a coefficient is not finite, there is none or no answer, an answer is not one token,
     *     the text cannot be run, or the vector is not of such a model
     */
    public SteeringEffect effect(LanguageModel model, String text, double[] coefficients, String... answers) {
        BadRequestException.requireGiven(coefficients, "list of coefficients");
        BadRequestException.requireGiven(answers, "list of answers");
        if (coefficients.length == 0 || answers.length == 0) {
            throw new BadRequestException(
                    "The effect of a steering vector needs at least one coefficient and one answer.");
        }
        for (double coefficient : coefficients) {
            if (!Double.isFinite(coefficient)) {
                throw new BadRequestException("A coefficient is a finite number, not " + coefficient + ".");
            }
        }
        return new SteeringRuns(this, model, text).with(coefficients, List.of(answers));
    }

    /**
     * Writes it, whole or not at all.
     *
     * @param file ends in {@code .gguf} or {@code .safetensors}
     * @throws BadRequestException if it ends otherwise
     * @throws BadFileException if it cannot be written
     */
    public void save(Path file) {
        if (isGguf(file)) {
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("general.architecture", "controlvector");
            texts.put("controlvector.model_hint", "gpt2");
            Map<String, float[]> vectors = new LinkedHashMap<>();
            directions.forEach((block, direction) -> vectors.put("direction." + block, direction));
            new GgufFile(texts, Map.of("controlvector.layer_count", directions.size()), vectors).write(file);
            return;
        }
        SafetensorsWriter writer = new SafetensorsWriter().metadata("kind", "steering_vector");
        directions.forEach((block, direction) ->
                writer.floats("direction." + block, FloatType.F32, FloatBuffer.wrap(direction), direction.length));
        writer.save(file);
    }

    /**
     * Reads one from a file.
     *
     * @param file ends in {@code .gguf} or {@code .safetensors}
     * @return the vector
     * @throws BadRequestException if it ends otherwise
     * @throws BadFileException if it is missing or damaged, or holds other tensors than {@code direction.N} with N from 1
     *     on
     */
    public static SteeringVector load(Path file) {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        if (isGguf(file)) {
            vectors.putAll(GgufFile.read(file).vectors());
        } else {
            SafetensorsFile tensors = SafetensorsFile.open(file);
            for (String name : tensors.entries().keySet()) {
                FloatBuffer values = tensors.floats(name);
                float[] vector = new float[values.remaining()];
                values.get(vector);
                vectors.put(name, vector);
            }
        }
        SortedMap<Integer, float[]> directions = new TreeMap<>();
        vectors.forEach((name, vector) -> {
            Matcher matcher = DIRECTION.matcher(name);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 1) {
                throw new BadFileException(
                        file, "it holds \"" + name + "\"; a steering vector holds direction.N with N from 1 on.");
            }
            directions.put(Integer.parseInt(matcher.group(1)), vector);
        });
        if (directions.isEmpty()) {
            throw new BadFileException(file, "it holds no direction.");
        }
        return new SteeringVector(directions);
    }

    private static boolean isGguf(Path file) {
        String name = BadRequestException.requireGiven(file, "file").toString();
        if (!name.endsWith(".gguf") && !name.endsWith(".safetensors")) {
            throw new BadRequestException(
                    "\"" + file + "\" is no name of a steering vector; it ends in .gguf or .safetensors.");
        }
        return name.endsWith(".gguf");
    }

    @Override
    public String toString() {
        return "steering vector of blocks " + directions.keySet();
    }
}
