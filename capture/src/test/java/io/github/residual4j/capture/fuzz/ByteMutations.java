package io.github.residual4j.capture.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages bytes without knowing what they mean: bits flip, pieces go missing or come twice, numbers become odd ones. */
final class ByteMutations {
    /** Numbers, as text, at which readers tend to stumble. */
    static final String[] NUMBERS = {
        "-1",
        "0",
        "1",
        "2",
        "127",
        "255",
        "65536",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967295",
        "4294967296",
        "1099511627776",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615",
        "99999999999999999999999999",
        "0.5",
        "1e5",
        "1e999",
        "-1e999",
        "1e-400",
        "NaN",
        "00",
        "0x10",
        ""
    };

    private static final long[] BINARY = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        65535,
        65536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffffffffL,
        0x100000000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 40,
        1L << 62
    };

    private ByteMutations() {}

    /** A copy with one to four places damaged. */
    static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            mutated = once(mutated.clone(), random);
        }
        return mutated;
    }

    private static byte[] once(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = place(bytes, random);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 200));
        switch (random.nextInt(9)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> {
                long number = BINARY[random.nextInt(BINARY.length)];
                for (int i = 0; i < Math.min(1 << random.nextInt(4), bytes.length - at); i++) {
                    bytes[at + i] = (byte) (number >> 8 * i);
                }
            }
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return replace(bytes, at, at + length, new byte[0]);
            }
            case 5 -> {
                return replace(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            }
            case 6 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
            case 7 -> {
                return replaceNumber(bytes, at, random);
            }
            default -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                return replace(bytes, at, at, noise);
            }
        }
        return bytes;
    }

    /** Anywhere, but more often near the beginning or the end, where headers and directories are. */
    private static int place(byte[] bytes, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(Math.min(bytes.length, 16));
            case 1 -> random.nextInt(Math.min(bytes.length, 600));
            case 2 -> bytes.length - 1 - random.nextInt(Math.min(bytes.length, 400));
            default -> random.nextInt(bytes.length);
        };
    }

    /** The next number written in digits becomes another one. */
    private static byte[] replaceNumber(byte[] bytes, int from, Random random) {
        int begin = from;
        while (begin < bytes.length && !isDigit(bytes[begin])) {
            begin++;
        }
        int end = begin;
        while (end < bytes.length && isDigit(bytes[end])) {
            end++;
        }
        String number = NUMBERS[random.nextInt(NUMBERS.length)];
        return replace(bytes, begin, end, number.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static byte[] replace(byte[] bytes, int from, int to, byte[] by) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(by);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
