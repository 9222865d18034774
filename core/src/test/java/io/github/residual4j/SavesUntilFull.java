package io.github.residual4j;

import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A process that saves a session where it fits, and a larger one that does not, and says what comes of it. */
final class SavesUntilFull {
    private SavesUntilFull() {}

    /** A session of {@code points} × 400 kB. */
    static ActivationSession session(int points) {
        List<String> names =
                IntStream.range(0, points).mapToObj(p -> "point " + p).toList();
        return ActivationSession.builder()
                .points(
                        names,
                        100,
                        1024,
                        states -> states.forEach(state -> {
                            for (int i = 0; state.hasRemaining(); i++) {
                                state.put(i + points);
                            }
                        }))
                .text(points + " points")
                .build();
    }

    /** @param arguments a folder on a file system that has room for 2 MB, or in a process that may write such files */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        ActivationSession small = session(1);
        ActivationSession large = session(8);
        for (SessionFormat old : SessionFormat.values()) {
            small.save(folder, old);
            for (SessionFormat next : SessionFormat.values()) {
                try {
                    large.save(folder, next);
                    System.out.println("the large session was saved");
                } catch (BadFileException e) {
                    System.out.println(old + " then " + next + ": " + e.getMessage());
                }
                List<String> files = KilledSaveTest.files(folder);
                if (files.size() != 2 || !files.containsAll(List.of(old.fileName(), "config.json"))) {
                    System.out.println("the folder holds " + files);
                }
                if (!ActivationSession.load(folder).equals(small)) {
                    System.out.println("the old session has changed");
                }
            }
        }
        try {
            large.save(folder.resolve("new/deep"));
        } catch (BadFileException e) {
            System.out.println("new: " + e.getMessage() + " "
                    + KilledSaveTest.files(folder).size());
        }
    }
}
