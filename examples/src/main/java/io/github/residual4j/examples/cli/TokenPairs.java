package io.github.residual4j.examples.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Positions of two texts that are held against each other: {@code 3=5,-1=-1}. */
record TokenPairs(int[][] pairs) {
    private static final Pattern PAIR = Pattern.compile("(-?[0-9]{1,9})=(-?[0-9]{1,9})");

    /** Reads all pairs of one argument. */
    static final class Converter implements ITypeConverter<TokenPairs> {
        @Override
        public TokenPairs convert(String words) {
            String[] parts = words.split(",", -1);
            int[][] pairs = new int[parts.length][];
            for (int i = 0; i < parts.length; i++) {
                Matcher pair = PAIR.matcher(parts[i].strip());
                if (!pair.matches()) {
                    throw new TypeConversionException(
                            "\"" + words + "\" names no pairs of positions, such as 3=5,-1=-1");
                }
                pairs[i] = new int[] {Integer.parseInt(pair.group(1)), Integer.parseInt(pair.group(2))};
            }
            return new TokenPairs(pairs);
        }
    }
}
