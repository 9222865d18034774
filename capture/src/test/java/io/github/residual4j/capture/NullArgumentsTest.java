package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.hub.Hub;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every method that users begin with says which argument was null, in one sentence. */
class NullArgumentsTest {
    @Test
    void ofCapturesFrontDoor() throws Exception {
        try (LanguageModel model = LanguageModel.embedded()) {
            Map<Class<?>, Object> values = new LinkedHashMap<>();
            values.put(String.class, "embedded");
            values.put(Path.class, Path.of("none"));
            values.put(ModelOptions.class, ModelOptions.defaults());
            assertEachIsNamed(LanguageModel.class, model, values);
            assertEachIsNamed(CaptureRequest.class, model.request(), values);
            assertEachIsNamed(ModelOptions.class, ModelOptions.defaults(), values);
            assertEachIsNamed(Hub.class, Hub.create(), values);
        }
    }

    @Test
    void ofElementsToo() {
        try (LanguageModel model = LanguageModel.embedded()) {
            assertThatThrownBy(() -> model.captureAll(Stream.of("a", null)).toList())
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage("Text 1 of the stream: The text is null; give one.");
            assertThatThrownBy(() -> model.request("a").points(HookPoint.EMBED, null))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage("The hook point is null; give one.");
        }
    }

    /** Calls every public method with each of its arguments null in turn; the others as they may be. */
    private static void assertEachIsNamed(Class<?> type, Object target, Map<Class<?>, Object> values) throws Exception {
        List<String> checked = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != type || method.getName().equals("equals") || method.isSynthetic()) {
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
