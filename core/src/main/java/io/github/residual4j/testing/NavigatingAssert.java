package io.github.residual4j.testing;

import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.SoftAssertionsProvider;

/** An assertion that leads to assertions about parts, which keep its description and its softness. */
abstract class NavigatingAssert<SELF extends NavigatingAssert<SELF, ACTUAL>, ACTUAL>
        extends AbstractAssert<SELF, ACTUAL> {
    private Optional<SoftAssertionsProvider> collector = Optional.empty();

    NavigatingAssert(ACTUAL actual, Class<?> selfType) {
        super(actual, selfType);
    }

    /** Lets what fails here and in parts be collected instead of thrown. */
    SELF collectingIn(SoftAssertionsProvider softly) {
        collector = Optional.of(softly);
        return myself;
    }

    /**
     * An assertion about a part.
     *
     * @param type its class, which has a public constructor of one {@code partType}
     * @param create what that constructor does
     */
    <A extends AbstractAssert<A, T>, T> A next(Class<A> type, Class<T> partType, T part, Function<T, A> create) {
        A next = collector.map(softly -> softly.proxy(type, partType, part)).orElseGet(() -> create.apply(part));
        collector.ifPresent(softly -> {
            if (next instanceof NavigatingAssert<?, ?> navigating) {
                navigating.collectingIn(softly);
            }
        });
        if (info.hasDescription()) {
            next.info.description(info.description());
        }
        if (info.overridingErrorMessage() != null) {
            next.info.overridingErrorMessage(info.overridingErrorMessage());
        }
        next.info.useRepresentation(info.representation());
        return next;
    }

    /** Fails if something is wrong; the explanation is taken as it stands. */
    SELF check(Optional<String> explanation) {
        explanation.ifPresent(message -> {
            throw failure("%s", message);
        });
        return myself;
    }
}
