package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.GenerationStep;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import java.util.stream.Stream;

/**
 * Steers a text while it is written: the difference of two texts' states, taken from the middle of the model, is added at
 * every step. Run it from the repository:
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.SteerTheText</pre>
 */
public final class SteerTheText {
    private static final String PROMPT = "The capital is";
    private static final int BLOCK = 3;

    private SteerTheText() {}

    public static void main(String[] args) {
        try (LanguageModel model = LanguageModel.embedded()) {
            float[] towards = difference(
                    model.capture("Tokyo is the capital of Japan"), model.capture("Paris is the capital of France"));
            for (double coefficient : new double[] {0, 2, -2}) {
                Edit steering =
                        Edit.add(HookPoint.RESID_POST, towards, coefficient).blocks(BLOCK);
                System.out.print(coefficient + ": " + PROMPT);
                try (Stream<GenerationStep> steps =
                        model.generate(PROMPT).tokens(12).edit(steering).steps()) {
                    steps.forEach(step -> System.out.print(step.text())); // as it comes
                }
                System.out.println();
            }
        }
    }

    /** The last token's state of one text less that of another, after a block. */
    private static float[] difference(ActivationSession one, ActivationSession other) {
        int point = 2 * BLOCK + 2;
        float[] difference = one.vector(point, one.tokens().size() - 1);
        float[] away = other.vector(point, other.tokens().size() - 1);
        for (int d = 0; d < difference.length; d++) {
            difference[d] -= away[d];
        }
        return difference;
    }
}
