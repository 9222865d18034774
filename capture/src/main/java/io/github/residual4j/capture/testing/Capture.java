package io.github.residual4j.capture.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a parameter of type {@link io.github.residual4j.ActivationSession} what the test's model makes of a text: its
 * residual stream, the state after the final layer norm, and the last position's logits. {@link ModelUnderTest} says which
 * model. Each parameter is a capture of its own.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ModelExtension.class)
public @interface Capture {
    /** {@return the text} */
    String value();
}
