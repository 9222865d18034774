package io.github.residual4j.capture.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says which model tests get as a parameter of type {@link io.github.residual4j.capture.LanguageModel}, and registers what
 * gives it to them. The annotation nearest to the parameter counts: on itself, on its method or constructor, on the test
 * class, on the classes around it.
 *
 * @see ModelExtension
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ModelExtension.class)
public @interface ModelUnderTest {
    /**
     * {@return what {@link io.github.residual4j.capture.LanguageModel#open(String)} takes: {@code embedded}, a path
     * (relative to the tests' working directory), or {@code hf:owner/name} for a model of a hub} Without it, the
     * configuration parameter {@value ModelExtension#MODEL_PARAMETER} says which, and without that it is the embedded
     * one.
     */
    String value() default "";
}
