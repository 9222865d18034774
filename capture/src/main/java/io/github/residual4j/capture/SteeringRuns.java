package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.analysis.View;
import io.github.residual4j.capture.internal.lens.Distribution;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import java.util.Arrays;
import java.util.List;

/** Runs of one text with a steering vector added in different strength, and the vector's own geometry. */
final class SteeringRuns {
    private final SteeringVector vector;
    private final LanguageModel model;
    private final String text;

    SteeringRuns(SteeringVector vector, LanguageModel model, String text) {
        this.vector = vector;
        this.model = BadRequestException.requireGiven(model, "model");
        this.text = BadRequestException.requireGiven(text, "text");
    }

    SteeringEffect with(double[] coefficients, List<String> answers) {
        long[] ids = answers.stream().mapToLong(model::singleToken).toArray();
        double[][] logProbability = new double[ids.length][coefficients.length];
        double[] divergence = new double[coefficients.length];
        Distribution plain = next(List.of());
        for (int c = 0; c < coefficients.length; c++) {
            Distribution steered = next(vector.edits(coefficients[c]));
            for (int answer = 0; answer < ids.length; answer++) {
                logProbability[answer][c] = steered.logProbability((int) ids[answer]);
            }
            divergence[c] = plain.divergenceTo(steered);
        }
        List<float[]> directions = List.copyOf(vector.directions().values());
        Axis blocks = new Axis(
                "block",
                vector.directions().keySet().stream().map(block -> "L" + block).toList());
        Axis strength = new Axis(
                "coefficient",
                Arrays.stream(coefficients).mapToObj(String::valueOf).toList());
        return new SteeringEffect(
                new View("“" + text + "”", false),
                List.of(
                        Measure.of("norm", "", blocks, norms(directions)),
                        Measure.of("cosine", "", blocks, blocks, cosines(directions)),
                        Measure.of("log_probability", "nats", new Axis("answer", answers), strength, logProbability),
                        Measure.of("kl_from_unsteered", "nats", strength, divergence)));
    }

    private Distribution next(List<Edit> edits) {
        CaptureRequest request = model.request(text).points(HookPoint.EMBED).lastLogits();
        for (Edit edit : edits) {
            request = request.edit(edit);
        }
        ActivationSession session = request.capture();
        return Distribution.of(session.arrays().get(ActivationSession.LOGITS).asBuffer());
    }

    private static double[] norms(List<float[]> directions) {
        return directions.stream()
                .mapToDouble(direction -> Math.sqrt(dot(direction, direction)))
                .toArray();
    }

    private static double[][] cosines(List<float[]> directions) {
        double[] norms = norms(directions);
        double[][] cosines = new double[norms.length][norms.length];
        for (int a = 0; a < norms.length; a++) {
            for (int b = 0; b < norms.length; b++) {
                double cosine = dot(directions.get(a), directions.get(b)) / (norms[a] * norms[b]);
                cosines[a][b] = norms[a] == 0 || norms[b] == 0 ? 0 : Math.max(-1, Math.min(1, cosine));
            }
        }
        return cosines;
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int d = 0; d < a.length; d++) {
            dot += (double) a[d] * b[d];
        }
        return dot;
    }
}
