package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.internal.text.Counted;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What becomes of the values at a place. */
public sealed interface Change {
    /** The operators for it. */
    EditShape shape(HookKey at);

    /**
     * The numbers that go into them.
     *
     * @throws BadRequestException if it does not fit the model or the texts
     */
    Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model);

    private static FloatTensor number(float value) {
        return FloatTensor.of(new float[] {value}, 1);
    }

    /** Nothing is left of them. */
    record Zero() implements Change {
        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.Replace(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            FloatTensor mask = new Spread(at.point(), place, span, model).mask(1, 0);
            return Map.of("mask", mask, "value", number(0));
        }

        @Override
        public String toString() {
            return "zero";
        }
    }

    /** They are multiplied by a factor. */
    record Scale(double factor) implements Change {
        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.ScaleAdd(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            FloatTensor scale = new Spread(at.point(), place, span, model).mask((float) factor, 1);
            return Map.of("scale", scale, "add", number(0));
        }

        @Override
        public String toString() {
            return "scale by " + factor;
        }
    }

    /** Others take their place. */
    record Replace(ValueSource source) implements Change {
        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.Replace(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            Spread spread = new Spread(at.point(), place, span, model);
            return Map.of("mask", spread.mask(1, 0), "value", source.of(at).spread(at, spread, place, span));
        }

        @Override
        public String toString() {
            return "replace by " + source;
        }
    }

    /** A vector along the last axis is added. */
    record Add(List<Float> vector, double coefficient) implements Change {
        /** Copies what it is given. */
        public Add {
            vector = List.copyOf(vector);
        }

        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.ScaleAdd(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            return Map.of("scale", number(1), "add", added(vector, coefficient, at, place, span, model));
        }

        @Override
        public String toString() {
            return "add " + coefficient + " × a vector of " + vector.size();
        }
    }

    /** A vector along the last axis is added, and each sum scaled back to the length of what it was. */
    record AddKeepingNorm(List<Float> vector, double coefficient) implements Change {
        /** Copies what it is given. */
        public AddKeepingNorm {
            vector = List.copyOf(vector);
        }

        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.AddKeepingNorm(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            float[] ones = new float[vector.size()];
            Arrays.fill(ones, 1);
            return Map.of(
                    "add",
                    added(vector, coefficient, at, place, span, model),
                    "ones",
                    FloatTensor.of(ones, ones.length, 1));
        }

        @Override
        public String toString() {
            return "add " + coefficient + " × a vector of " + vector.size() + ", keeping the norm";
        }
    }

    private static FloatTensor added(
            List<Float> vector, double coefficient, HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
        Spread spread = new Spread(at.point(), place, span, model);
        requireLength(vector, at, spread);
        return spread.spread(
                !place.positions().isAll(),
                true,
                (text, position, head, last) ->
                        spread.isChosen(text, position, head, last) ? (float) (coefficient * vector.get(last)) : 0);
    }

    private static void requireLength(List<Float> vector, HookKey at, Spread spread) {
        if (PointValues.isPattern(at.point())) {
            throw new BadRequestException(
                    "A vector cannot be added to or taken out of " + at + ", whose rows are as long as the text.");
        }
        if (vector.size() != spread.lastAxis()) {
            throw new BadRequestException("The vector has " + Counted.of(vector.size(), "value") + "; those of " + at
                    + " have " + spread.lastAxis() + ".");
        }
    }

    /** The part along a direction of unit length is taken out. */
    record ProjectOut(List<Float> direction) implements Change {
        /** Copies what it is given. */
        public ProjectOut {
            direction = List.copyOf(direction);
        }

        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.ProjectOut(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            Spread spread = new Spread(at.point(), place, span, model);
            requireLength(direction, at, spread);
            if (!place.dimensions().isEmpty()) {
                throw new BadRequestException("A direction is taken out of whole values, not of single dimensions.");
            }
            float[] unit = new float[direction.size()];
            for (int i = 0; i < unit.length; i++) {
                unit[i] = direction.get(i);
            }
            return Map.of(
                    "direction",
                    FloatTensor.of(unit, unit.length),
                    "column",
                    FloatTensor.of(unit, unit.length, 1),
                    "gate",
                    spread.mask(1, 0));
        }

        @Override
        public String toString() {
            return "project out a direction of " + direction.size();
        }
    }

    /**
     * Gaussian noise is added, the same for every text.
     *
     * @param sigma its standard deviation
     * @param inDeviations whether that is told in standard deviations of the token embedding
     * @param seed which noise
     */
    record Noise(double sigma, boolean inDeviations, long seed) implements Change {
        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.ScaleAdd(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            double unit = 1;
            if (inDeviations) {
                unit = model.embeddingDeviation()
                        .get()
                        .orElseThrow(
                                () -> new BadRequestException("The embedding of this model is not at hand, so noise"
                                        + " cannot be told in its standard deviations; give an absolute sigma."));
            }
            int width = model.lastAxis(at.point());
            float[] noise = GaussianNoise.draw(sigma * unit, seed, span.end() * width);
            Spread spread = new Spread(at.point(), place, span, model);
            FloatTensor add = spread.spread(
                    true,
                    true,
                    (text, position, head, last) -> spread.isChosen(text, position, head, last)
                            ? noise[(span.before(text) + position) * width + last]
                            : 0);
            return Map.of("scale", number(1), "add", add);
        }

        @Override
        public String toString() {
            return "add noise of " + sigma + (inDeviations ? " standard deviations of the embedding" : "") + ", seed "
                    + seed;
        }
    }

    /** Nothing flows from the attended to the querying positions: minus infinity before the softmax. */
    record KnockOut() implements Change {
        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.Replace(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            for (int text = 0; text < span.texts(); text++) {
                requireSomethingLeft(place, span, text);
            }
            FloatTensor mask = new Spread(at.point(), place, span, model).mask(1, 0);
            return Map.of("mask", mask, "value", number(Float.NEGATIVE_INFINITY));
        }

        private static void requireSomethingLeft(EditPlace place, TextSpan span, int text) {
            int length = span.length(text);
            boolean[] from = span.inText(place.positions(), text);
            boolean[] to = span.inText(place.attended(), text);
            int edges = 0;
            for (int query = 0; query < length; query++) {
                int left = 0;
                for (int key = 0; key <= query; key++) {
                    edges += from[query] && to[key] ? 1 : 0;
                    left += to[key] ? 0 : 1;
                }
                if (from[query] && left == 0) {
                    throw new BadRequestException("With positions " + place.attended() + " knocked out, position "
                            + query + " would attend to nothing; leave it one, such as itself.");
                }
            }
            if (edges == 0 && !span.growing()) {
                throw new BadRequestException("Positions " + place.positions() + " never attend to " + place.attended()
                        + ": attention goes from a position to itself and earlier ones.");
            }
        }

        @Override
        public String toString() {
            return "knock out";
        }
    }

    /** They become what a function makes of them, {@code [positions, …]} or {@code [heads, positions, attended]} of each text. */
    record Function(UnaryOperator<FloatTensor> function) implements Change {
        @Override
        public EditShape shape(HookKey at) {
            return new EditShape.Replace(at);
        }

        @Override
        public Map<String, FloatTensor> inputs(HookKey at, EditPlace place, TextSpan span, ModelSizes model) {
            throw new IllegalStateException("a function needs the values first"); // EditedRun gives them
        }

        @Override
        public String toString() {
            return "apply a function";
        }
    }
}
