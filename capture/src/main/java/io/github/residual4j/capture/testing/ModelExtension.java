package io.github.residual4j.capture.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.ResidualException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives JUnit tests, their constructors and their life-cycle methods a {@link LanguageModel}, and sessions captured by it.
 *
 * <pre>{@code
 * @ModelUnderTest
 * class ParisTest {
 *     @Test
 *     void knowsFrance(LanguageModel model, @Capture("Paris is the capital of") ActivationSession session) {
 *         assertThat(session).hasPoints(17);
 *     }
 * }
 * }</pre>
 *
 * <p>A model is opened when the first test needs it, shared by all tests of the run that name it the same way, threads
 * included, and closed when the run ends; tests leave it open. Which one it is says {@link ModelUnderTest}, or for a whole run
 * the configuration parameter {@value #MODEL_PARAMETER}: a system property or a line in
 * {@code junit-platform.properties}.
 */
public final class ModelExtension implements ParameterResolver {
    /** The configuration parameter that names the model of tests that do not name one themselves. */
    public static final String MODEL_PARAMETER = "residual4j.model";

    private static final Namespace NAMESPACE = Namespace.create(ModelExtension.class);
    private static final String EMBEDDED = "embedded";

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        Class<?> type = parameter.getParameter().getType();
        return type == LanguageModel.class || (type == ActivationSession.class && parameter.isAnnotated(Capture.class));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        String spec = spec(parameter, test);
        LanguageModel model = test.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(spec, ModelExtension::open, OpenModel.class)
                .model();
        Optional<Capture> capture = parameter.findAnnotation(Capture.class);
        return capture.isPresent() ? capture(model, capture.get().value()) : model;
    }

    private static ActivationSession capture(LanguageModel model, String text) {
        try {
            return model.capture(text);
        } catch (ResidualException e) {
            throw new ParameterResolutionException("\"" + text + "\" cannot be captured: " + e.getMessage(), e);
        }
    }

    private static String spec(ParameterContext parameter, ExtensionContext test) {
        return parameter
                .findAnnotation(ModelUnderTest.class)
                .or(() -> AnnotationSupport.findAnnotation(parameter.getDeclaringExecutable(), ModelUnderTest.class))
                .or(() -> onClasses(test.getRequiredTestClass()))
                .map(ModelUnderTest::value)
                .filter(value -> !value.isBlank())
                .or(() -> test.getConfigurationParameter(MODEL_PARAMETER).filter(value -> !value.isBlank()))
                .orElse(EMBEDDED);
    }

    private static Optional<ModelUnderTest> onClasses(Class<?> testClass) {
        Optional<ModelUnderTest> found = Optional.empty();
        for (Class<?> type = testClass; type != null && found.isEmpty(); type = type.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(type, ModelUnderTest.class);
        }
        return found;
    }

    private static OpenModel open(String spec) {
        try {
            return new OpenModel(LanguageModel.open(spec));
        } catch (ResidualException e) {
            throw new ParameterResolutionException("The model \"" + spec + "\" cannot be opened: " + e.getMessage(), e);
        }
    }

    /** What JUnit closes at the end of the run; by which of the two interfaces depends on its version. */
    @SuppressWarnings("deprecation") // the only one that JUnit before 5.13 knows
    private record OpenModel(LanguageModel model) implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            model.close();
        }
    }
}
