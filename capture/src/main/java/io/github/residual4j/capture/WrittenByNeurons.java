package io.github.residual4j.capture;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.NeuronContributions;
import io.github.residual4j.capture.internal.run.OutputProjection;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What the neurons of one MLP add to the last logit of a session. */
final class WrittenByNeurons {
    private WrittenByNeurons() {}

    static NeuronContributions of(AttributedSession attributed, int block, int most) {
        LanguageModel model = attributed.model();
        OutputProjection projection = model.stream()
                .neuronProjection(block)
                .orElseThrow(() -> new BadRequestException("The weights by which the neurons of " + model.name()
                        + " write are not known, so they cannot be told apart."));
        FloatBuffer post = attributed.needed(HookKey.of(HookPoint.MLP_POST, block));
        double[] through = attributed.ledger().through(projection);
        int last = attributed.count() - 1;
        int row = attributed.row(last, through.length);
        double[] values = new double[through.length];
        Arrays.setAll(values, neuron -> post.get(row + neuron) * through[neuron] / attributed.scale(last));
        int[] foremost = foremost(values, most);
        Axis places = new Axis(
                "place",
                IntStream.rangeClosed(1, foremost.length)
                        .mapToObj(String::valueOf)
                        .toList());
        Axis one = new Axis("MLP", List.of("L" + block));
        double[] ids = Arrays.stream(foremost).asDoubleStream().toArray();
        double[] told =
                Arrays.stream(foremost).mapToDouble(neuron -> values[neuron]).toArray();
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double bias = attributed.ofEach(projection.bias())[last];
        return new NeuronContributions(
                attributed.view(),
                List.of(
                        Measure.of("neuron", "", places, ids).ofWholeNumbers(),
                        Measure.of("value", "", places, told),
                        Measure.of("all", "", one, new double[] {sum}),
                        Measure.of("bias", "", one, new double[] {bias})));
    }

    /** The neurons whose values are largest, whichever their sign. */
    private static int[] foremost(double[] values, int most) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer neuron) -> -Math.abs(values[neuron])))
                .limit(most)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
