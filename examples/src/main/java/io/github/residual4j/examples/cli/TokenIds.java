package io.github.residual4j.examples.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Token ids as people have them: apart by commas or spaces, with the brackets and words that Python prints around. */
record TokenIds(List<Long> ids) {
    static long[] all(List<TokenIds> parts) {
        return parts.stream()
                .flatMap(part -> part.ids().stream())
                .mapToLong(Long::longValue)
                .toArray();
    }

    /** Reads one argument, which may hold any number of ids. */
    static final class Converter implements ITypeConverter<TokenIds> {
        @Override
        public TokenIds convert(String words) {
            String bare =
                    words.replaceAll("\\b(?:tensor|array)\\b|[\\[\\](){}]", " ").strip();
            try {
                return new TokenIds(Arrays.stream(bare.split("[\\s,;]+"))
                        .filter(id -> !id.isEmpty())
                        .map(Long::valueOf)
                        .toList());
            } catch (NumberFormatException e) {
                throw new TypeConversionException("\"" + words + "\" is no list of token ids, such as 1,2,3");
            }
        }
    }
}
