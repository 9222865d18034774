package io.github.residual4j.testing;

import java.util.List;
import org.assertj.core.api.AbstractAssert;

/** Finds the test whose code is running. */
final class CallingClass {
    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /** What may stand between a test and an assertion: AssertJ and its proxies, and how other languages call methods. */
    private static final List<String> BETWEEN =
            List.of("java.", "jdk.", "org.assertj.", "org.codehaus.groovy.", "org.apache.groovy.", "groovy.");

    private CallingClass() {}

    /** The nearest class on the stack that is no part of an assertion. */
    static Class<?> find() {
        return STACK.walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                .filter(type -> !isBetween(type))
                .findFirst()
                .orElseThrow());
    }

    private static boolean isBetween(Class<?> type) {
        return type == CallingClass.class
                || type == SnapshotFile.class
                || AbstractAssert.class.isAssignableFrom(type)
                || type.getName().startsWith(ActivationSessionAssert.class.getName() + "$") // parts of its proxies
                || BETWEEN.stream().anyMatch(type.getName()::startsWith);
    }
}
