package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.analysis.DriftThresholds;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.io.FloatType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every method that users begin with says which argument was null, in one sentence. */
class NullArgumentsTest {
    /** What the JDK says of null: false, and a NullPointerException. */
    private static final Set<String> JAVAS_OWN = Set.of("equals", "compareTo");

    @Test
    void ofCoresFrontDoor() throws Exception {
        ActivationSession session = TestSessions.reference("single");
        Map<Class<?>, Object> values = new LinkedHashMap<>();
        values.put(String.class, "embed");
        values.put(Path.class, Path.of("target/never-written"));
        values.put(SessionFormat.class, SessionFormat.NPZ);
        values.put(ActivationSession.class, session);
        values.put(FloatType.class, FloatType.F32);
        values.put(List.class, List.of());
        values.put(float[][].class, new float[][] {{1}});
        values.put(FloatBuffer.class, FloatBuffer.allocate(1));
        values.put(FloatTensor.class, FloatTensor.of(new float[] {1}, 1));
        values.put(StreamStatistics.class, new StreamStatistics().add(session));
        values.put(DriftThresholds.class, DriftThresholds.DEFAULT);
        values.put(byte[].class, new byte[] {1});
        values.put(float[].class, new float[] {1});
        values.put(int[].class, new int[] {1});
        values.put(Consumer.class, (Consumer<Object>) o -> {});
        values.put(double.class, 1.0);
        values.put(HookKey.class, HookKey.of(HookPoint.EMBED));
        values.put(HookPoint.class, HookPoint.EMBED);
        values.put(ResidualAnalyzer.class, ResidualAnalyzer.of(session));
        assertEachIsNamed(ActivationSession.class, session, values);
        assertEachIsNamed(ActivationSessionBuilder.class, ActivationSession.builder(), values);
        assertEachIsNamed(ResidualAnalyzer.class, ResidualAnalyzer.of(session), values);
        assertEachIsNamed(StreamStatistics.class, new StreamStatistics(), values);
        assertEachIsNamed(SafetensorsSession.class, session, values);
        assertEachIsNamed(HookKey.class, HookKey.of(HookPoint.EMBED), values);
        assertEachIsNamed(Question.class, Questions.STATISTICS, values);
        assertEachIsNamed(FloatTensor.class, FloatTensor.of(new float[] {1}, 1), values);
        assertThat(Path.of("target/never-written")).doesNotExist();
    }

    @Test
    void ofElementsToo() {
        ActivationSessionBuilder builder = ActivationSession.builder();
        assertThatThrownBy(() -> builder.point("a", new float[][] {{1}, null}))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("The state's row is null; give one.");
        assertThatThrownBy(() -> builder.tokens(Arrays.asList(Token.at(0), null)))
                .hasMessage("The token is null; give one.");
        assertThatThrownBy(() -> builder.points(Arrays.asList("a", null), List.of(), 1, 1))
                .isInstanceOf(BadRequestException.class);
    }

    /** Calls every public method with each of its arguments null in turn; the others as they may be. */
    private static void assertEachIsNamed(Class<?> type, Object target, Map<Class<?>, Object> values) throws Exception {
        List<String> checked = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != type || JAVAS_OWN.contains(method.getName()) || method.isSynthetic()) {
                continue;
            }
            Class<?>[] parameters = method.getParameterTypes();
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i].isPrimitive()) {
                    continue;
                }
                Object[] arguments = Arrays.stream(parameters)
                        .map(p -> values.getOrDefault(p, p.isPrimitive() ? 1 : null))
                        .toArray();
                arguments[i] = null;
                assertThat(thrownBy(method, target, arguments))
                        .as("%s with argument %s null", method, i)
                        .isInstanceOf(BadRequestException.class)
                        .hasMessageMatching("The .+ is null; give one\\.");
                checked.add(method.getName());
            }
        }
        assertThat(checked).isNotEmpty();
    }

    private static Throwable thrownBy(Method method, Object target, Object[] arguments) throws IllegalAccessException {
        try {
            method.invoke(Modifier.isStatic(method.getModifiers()) ? null : target, arguments);
            throw new AssertionError(method + " took null");
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }
}
