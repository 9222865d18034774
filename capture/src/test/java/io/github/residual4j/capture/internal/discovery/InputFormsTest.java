package io.github.residual4j.capture.internal.discovery;

import static io.github.residual4j.capture.internal.discovery.MicroGraph.integers;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an input stands for is told from its type, its shape and what the graph does with it. */
class InputFormsTest {
    private static final Map<String, Consumer<MicroGraph>> FORMS = new TreeMap<>();

    static {
        FORMS.put("ids int32", g -> g.ids = (m, none) -> m.input("a", DataType.INT32, "x", "y"));
        FORMS.put(
                "ids [tokens]",
                g -> g.ids = (m, none) -> m.op("Unsqueeze", m.input("a", DataType.INT64, "x"), m.longs(0)));
        FORMS.put(
                "ids [batch, 1, tokens]",
                g -> g.ids = (m, none) -> m.op("Reshape", m.input("a", DataType.INT64, "x", "y", "z"), m.longs(1, -1)));
        FORMS.put("ids of 11 tokens", g -> g.ids = (m, none) -> m.input("a", DataType.INT64, 1, 11));
        FORMS.put("positions", g -> g.positions = (m, ids) -> m.input("b", DataType.INT64, "x", "y"));
        FORMS.put("positions int32 before ids", g -> {
            g.input("p", DataType.INT32, 1, "y");
            g.positions = (m, ids) -> "p";
        });
        FORMS.put(
                "positions [tokens]",
                g -> g.positions = (m, ids) -> m.op("Unsqueeze", m.input("b", DataType.INT64, "y"), m.longs(0)));
        FORMS.put("positions counted from the mask", g -> {
            g.positions = (m, ids) -> {
                String mask = m.input("b", DataType.INT64, "x", "y");
                return m.op("Mul", m.op("Sub", m.op("CumSum", mask, m.integer(1)), m.integer(1)), mask);
            };
        });
        FORMS.put("mask int64, (1 − mask) · −10000", g -> masked(g, DataType.INT64, "x", "y"));
        FORMS.put("mask int32", g -> masked(g, DataType.INT32, "x", "y"));
        FORMS.put("mask float [batch, tokens]", g -> masked(g, DataType.FLOAT, "x", "y"));
        FORMS.put("mask float [batch, 1, 1, tokens]", g -> masked(g, DataType.FLOAT, "x", 1, 1, "y"));
        FORMS.put("mask float [1, 1, tokens, tokens] is the causal one", g -> {
            g.mask = (m, scores) -> {
                String mask = once(m, "m", DataType.FLOAT, 1, 1, "q", "y");
                return m.op(
                        "Sub", m.op("Mul", scores, mask), m.op("Mul", m.op("Sub", m.real(1), mask), m.real(10_000)));
            };
        });
        FORMS.put("mask bool [batch, 1, tokens, tokens] is the causal one", g -> {
            g.mask = (m, scores) -> m.op("Where", once(m, "m", DataType.BOOL, "x", 1, "q", "y"), scores, m.real(-1e9f));
        });
        FORMS.put("mask added [batch, 1, tokens, tokens] is the causal one", g -> {
            g.mask = (m, scores) -> m.op("Add", scores, once(m, "m", DataType.FLOAT, "x", 1, "q", "y"));
        });
        FORMS.put("mask added [batch, 1, 1, tokens]", g -> {
            g.mask = (m, scores) -> m.op("Add", m.causal(scores), once(m, "m", DataType.FLOAT, "x", 1, 1, "y"));
        });
        FORMS.put(
                "token types in a table of their own",
                g -> g.embed = (m, parts) -> {
                    String types = m.op(
                            "Gather",
                            m.tensor(new float[2 * MicroGraph.WIDTH], 2, MicroGraph.WIDTH),
                            m.input("c", DataType.INT64, "x", "y"));
                    return m.op("Add", m.op("Add", parts.get(0), types), parts.get(1));
                });
        FORMS.put("head mask [layers, heads]", g -> headMask(g, 2, 2));
        FORMS.put("head mask of open shape", g -> headMask(g, "l", "h"));
        FORMS.put("head mask [1, heads, 1, 1]", g -> headMask(g, 1, "h", 1, 1));
        FORMS.put("head mask [layers, 1, heads, 1, 1]", g -> headMask(g, 2, 1, 2, 1, 1));
        FORMS.put("head mask [heads] of what is selected", g -> {
            String mask = g.input("w", DataType.FLOAT, 2);
            g.selected = (m, z) -> m.op("Mul", z, m.op("Reshape", mask, m.longs(1, 2, 1, 1)));
        });
        FORMS.put("mask applied before and after the softmax", g -> {
            masked(g, DataType.FLOAT, "x", "y");
            g.pattern = (m, h, pattern) -> m.op("Mul", pattern, m.op("Unsqueeze", "m", m.longs(1, 2)));
        });
        FORMS.put(
                "a flag",
                g -> g.mask = (m, scores) -> {
                    String wide = m.op("Cast", integers("to", DataType.FLOAT_VALUE), once(m, "f", DataType.BOOL, 1));
                    return m.op("Add", m.causal(scores), wide);
                });
    }

    private static String once(MicroGraph m, String name, DataType type, Object... dims) {
        boolean there =
                m.graph.getInputList().stream().anyMatch(i -> i.getName().equals(name));
        return there ? name : m.input(name, type, dims);
    }

    private static void headMask(MicroGraph g, Object... dims) {
        String mask = g.input("w", DataType.FLOAT, dims);
        g.pattern = (m, h, pattern) -> {
            String ofBlock = dims.length == 4 ? mask : m.op("Gather", mask, m.integer(h.equals("h.0.") ? 0 : 1));
            return m.op("Mul", m.op("Reshape", ofBlock, m.longs(1, 2, 1, 1)), pattern);
        };
    }

    private static void masked(MicroGraph g, DataType type, Object... dims) {
        g.mask = (m, scores) -> {
            String mask = m.op("Cast", integers("to", DataType.FLOAT_VALUE), once(m, "m", type, dims));
            String hidden = m.op("Mul", m.op("Sub", m.real(1), mask), m.real(-10_000));
            return m.op("Add", m.causal(scores), dims.length == 4 ? hidden : m.op("Unsqueeze", hidden, m.longs(1, 2)));
        };
    }

    static Stream<String> forms() {
        return FORMS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void inputsAreFed(String form, @TempDir Path folder) throws IOException {
        System.err.println("FORM " + form);
        Agreement.assertMicro(Agreement.run(file(form(form), folder), Optimization.ALL), 1e-4f, 1e-3f);
    }

    private static Consumer<MicroGraph> form(String name) {
        return FORMS.get(name);
    }

    private static Path file(Consumer<MicroGraph> form, Path folder) throws IOException {
        MicroGraph micro = new MicroGraph(Agreement.weights());
        form.accept(micro);
        return micro.write(folder.resolve("model.onnx"));
    }

    @Test
    void fixedLengthIsSaidWithItsNumber(@TempDir Path folder) throws IOException {
        Path file = file(form("ids of 11 tokens"), folder);
        try (ForeignStreamModel model = ForeignStreamModel.open(file, RuntimeOptions.DEFAULT)) {
            assertThatThrownBy(() -> Agreement.run(model, 1, 2, 3))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("texts of exactly 11 tokens, and this one has 3");
        }
    }

    @Test
    void lengthFixedByTheMaskIsSaid(@TempDir Path folder) throws IOException {
        Path file = file(g -> masked(g, DataType.INT64, "x", 11), folder);
        try (ForeignStreamModel model = ForeignStreamModel.open(file, RuntimeOptions.DEFAULT)) {
            Agreement.assertMicro(Agreement.run(model, Agreement.IDS), 1e-4f, 1e-3f);
            assertThatThrownBy(() -> Agreement.run(model, 1, 2, 3)).hasMessageContaining("exactly 11 tokens");
        }
    }

    @Test
    void severalTextsAtOnceAreRefused(@TempDir Path folder) throws IOException {
        assertRefused(
                g -> g.ids = (m, none) -> m.input("a", DataType.INT64, 4, "y"),
                folder,
                "takes exactly 4 texts at once",
                "\"a\" int64 [4, y]");
    }

    @Test
    void cacheOfAFixedLengthIsRefused(@TempDir Path folder) throws IOException {
        assertRefused(
                g -> g.cache = (m, name, x) ->
                        m.op("Concat", integers("axis", 2), m.input(name, DataType.FLOAT, 1, 2, 7, 8), x),
                folder,
                "a cache of exactly 7 positions",
                "float32 [1, 2, 7, 8]");
    }

    @Test
    void unknownInputIsNamed(@TempDir Path folder) throws IOException {
        assertRefused(
                g -> g.mask = (m, scores) -> m.op("Mul", m.causal(scores), once(m, "temperature", DataType.FLOAT, 1)),
                folder,
                "asks for \"temperature\" float32 [1]",
                "cannot be told");
    }

    @Test
    void headMaskOfAnotherShapeIsNamed(@TempDir Path folder) throws IOException {
        assertRefused(
                g -> headMask(g, 2, 3),
                folder,
                "asks for \"w\" float32 [2, 3]",
                "has not the shape of a head mask, [2, heads] or [heads] with 2 heads");
    }

    private static void assertRefused(Consumer<MicroGraph> form, Path folder, String... parts) throws IOException {
        Path file = file(form, folder);
        assertThatThrownBy(() -> ForeignStreamModel.open(file, RuntimeOptions.DEFAULT))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(parts);
    }
}
