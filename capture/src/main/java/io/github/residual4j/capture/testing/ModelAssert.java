package io.github.residual4j.capture.testing;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.util.CheckReturnValue;

/** Assertions about a model; {@link #on} says about which text. */
public class ModelAssert extends AbstractAssert<ModelAssert, LanguageModel> {
    /** @param actual the model, open */
    public ModelAssert(LanguageModel actual) {
        super(actual, ModelAssert.class);
    }

    /**
     * {@return what the model makes of a text, unchanged so far}
     *
     * @param text whose next token is asked for
     */
    @CheckReturnValue
    public RunAssert on(String text) {
        isNotNull();
        return new RunAssert(actual, BadRequestException.requireGiven(text, "text"), List.of());
    }
}
