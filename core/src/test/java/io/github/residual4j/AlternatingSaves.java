package io.github.residual4j;

import io.github.residual4j.hook.StreamPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A process that saves one session and the other over the same folder until it is killed. */
final class AlternatingSaves {
    private AlternatingSaves() {}

    /** The session of a number; every value and text of it differs from the next one's. */
    static ActivationSession session(int number) {
        int tokens = 16 + number;
        List<String> names = IntStream.range(0, 9)
                .mapToObj(p -> StreamPoint.canonical(p).name())
                .toList();
        return ActivationSession.builder()
                .points(
                        names,
                        tokens,
                        512,
                        states -> states.forEach(state -> {
                            for (int i = 0; state.hasRemaining(); i++) {
                                state.put(number + i * 0.5f);
                            }
                        }))
                .text("text " + number)
                .modelName("model " + number)
                .build();
    }

    /** @param arguments the folder, and the formats the saves take in turn */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        List<ActivationSession> sessions = List.of(session(0), session(1));
        for (int i = 0; ; i++) {
            sessions.get(i % 2).save(folder, SessionFormat.valueOf(arguments[1 + i % (arguments.length - 1)]));
            if (i == 0) {
                System.out.println("saved"); // the folder holds a session from now on
            }
        }
    }
}
