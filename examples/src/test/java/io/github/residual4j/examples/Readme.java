package io.github.residual4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The README and the pages it leads to as one text, and their code blocks, each with the comments right before it, which a
 * reader does not see.
 */
record Readme(String text) {
    private static final Path ROOT = Path.of("..");

    /** Relative to the repository's root, in the order of {@code .ci/readme-commands}. */
    static final List<Path> PAGES = Stream.of(
                    "README.md",
                    "core/README.md",
                    "capture/README.md",
                    "render/README.md",
                    "examples/README.md",
                    "examples/PERFORMANCE.md",
                    "examples/RELIABILITY.md",
                    ".github/CONTRIBUTING.md",
                    ".github/SECURITY.md",
                    ".github/ARCHITECTURE.md")
            .map(ROOT::resolve)
            .toList();

    private static final Pattern BLOCK = Pattern.compile(
            "(?<comments>(?:^<!--.*?-->\\n)*)^```(?<language>\\w+)\\n(?<code>.*?)^```$",
            Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("<!-- (\\w[\\w. ]*?)(?:: (.*?))? -->");

    /**
     * A code block.
     *
     * @param line where it begins in the text, counted from 1
     * @param comments what stands before it
     * @param code its lines
     */
    record Block(int line, String comments, String code) {
        /** What a comment such as {@code <!-- before: … -->} says; empty when there is no such comment. */
        Optional<String> comment(String name) {
            Matcher matcher = COMMENT.matcher(comments);
            while (matcher.find()) {
                if (matcher.group(1).equals(name)) {
                    return Optional.of(Optional.ofNullable(matcher.group(2)).orElse(""));
                }
            }
            return Optional.empty();
        }
    }

    static Readme read() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path page : PAGES) {
            text.append(Files.readString(page));
        }
        return new Readme(text.toString());
    }

    List<Block> blocks(String language) {
        List<Block> found = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group("language").equals(language)) {
                int line =
                        (int) text.substring(0, matcher.start("code")).lines().count() + 1;
                found.add(new Block(line, matcher.group("comments"), matcher.group("code")));
            }
        }
        return found;
    }
}
