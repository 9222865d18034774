package io.github.residual4j.capture.internal.discovery;

import static io.github.residual4j.capture.internal.discovery.MicroGraph.ints;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.residual4j.capture.runtime.Optimization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A layer norm is found by what it computes, in whichever operators it is written. */
class LayerNormFormsTest {
    private static final float EPSILON = 1e-5f;

    private static final Map<String, BiFunction<MicroGraph, String, String>> FORMS = new TreeMap<>();

    static {
        FORMS.put("one operator", new MicroGraph(Agreement.weights()).norm);
        FORMS.put("Pow, Sqrt, Div", (g, x) -> {
            String d = centered(g, x);
            return g.op("Div", d, g.op("Sqrt", plusEpsilon(g, mean(g, g.op("Pow", d, g.real(2))))));
        });
        FORMS.put("Mul(d, d), Reciprocal, Mul", (g, x) -> {
            String d = centered(g, x);
            String deviation = g.op("Sqrt", plusEpsilon(g, mean(g, g.op("Mul", d, d))));
            return g.op("Mul", g.op("Reciprocal", deviation), d);
        });
        FORMS.put("difference computed twice", (g, x) -> {
            String variance = mean(g, g.op("Pow", centered(g, x), g.real(2)));
            return g.op("Div", centered(g, x), g.op("Sqrt", plusEpsilon(g, variance)));
        });
        FORMS.put("Pow −0.5", (g, x) -> {
            String d = centered(g, x);
            String inverse = g.op("Pow", plusEpsilon(g, mean(g, g.op("Mul", d, d))), g.real(-0.5f));
            return g.op("Mul", d, inverse);
        });
        FORMS.put("1 / Pow 0.5, ε first", (g, x) -> {
            String d = centered(g, x);
            String variance = g.op("Add", g.real(EPSILON), mean(g, g.op("Mul", d, d)));
            return g.op("Mul", g.op("Div", g.real(1), g.op("Pow", variance, g.real(0.5f))), d);
        });
        FORMS.put("x·w/σ + (b − mean·w/σ)", (g, x) -> {
            String d = centered(g, x);
            String inverse = g.op("Reciprocal", g.op("Sqrt", plusEpsilon(g, mean(g, g.op("Mul", d, d)))));
            String scale = g.op("Mul", inverse, g.floats(MicroGraph.WIDTH, 1));
            String shift = g.op("Sub", g.floats(MicroGraph.WIDTH, 0), g.op("Mul", mean(g, x), scale));
            return g.op("Add", g.op("Mul", x, scale), shift);
        });
        FORMS.put("E[x²] − E[x]²", (g, x) -> {
            String mean = mean(g, x);
            String variance = g.op("Sub", mean(g, g.op("Mul", x, x)), g.op("Mul", mean, mean));
            variance = g.op("Max", variance, g.real(0));
            return g.op("Div", g.op("Sub", x, mean), g.op("Sqrt", plusEpsilon(g, variance)));
        });
        FORMS.put("sums divided by a count", (g, x) -> {
            String width = g.real(MicroGraph.WIDTH);
            String d = g.op("Sub", x, g.op("Div", g.op("ReduceSum", x, g.longs(-1)), width));
            String variance = g.op("Div", g.op("ReduceSumSquare", d, g.longs(-1)), width);
            return g.op("Div", d, g.op("Sqrt", plusEpsilon(g, variance)));
        });
        FORMS.put("axis 2, casts in between", (g, x) -> {
            String wide = g.op("Cast", MicroGraph.integers("to", DataType.DOUBLE_VALUE), x);
            String d = g.op("Sub", wide, g.op("ReduceMean", wide, g.longs(2)));
            String narrow = g.op("Cast", MicroGraph.integers("to", DataType.FLOAT_VALUE), d);
            String variance = g.op("ReduceMean", g.op("Mul", narrow, narrow), g.longs(2));
            return g.op("Div", narrow, g.op("Sqrt", plusEpsilon(g, variance)));
        });
        FORMS.put("MeanVarianceNormalization", (g, x) -> g.op("MeanVarianceNormalization", ints("axes", -1), x));
    }

    private static String mean(MicroGraph g, String x) {
        return g.op("ReduceMean", x, g.longs(-1));
    }

    private static String centered(MicroGraph g, String x) {
        return g.op("Sub", x, mean(g, x));
    }

    private static String plusEpsilon(MicroGraph g, String variance) {
        return g.op("Add", variance, g.real(EPSILON));
    }

    static Stream<String> forms() {
        return FORMS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void streamIsFound(String form, @TempDir Path folder) throws IOException {
        MicroGraph micro = new MicroGraph(Agreement.weights());
        micro.norm = FORMS.get(form);
        Path file = micro.write(folder.resolve("model.onnx"));

        float tolerance = form.startsWith("MeanVariance") ? 2e-3f : 1e-4f; // which leaves ε out
        for (Optimization level : new Optimization[] {Optimization.NONE, Optimization.ALL}) {
            Agreement.assertMicro(Agreement.run(file, level), tolerance, 1e-3f);
        }
    }
}
