package io.github.residual4j.capture.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Changes the arrays inside an npz and packs them anew with right checksums, so that readers get as far as the arrays. */
final class NpzMutations {
    private static final String[] TYPES = {
        "<f2",
        ">f4",
        "<f8",
        "<i8",
        "|u1",
        "<U0",
        "<U1",
        "<U999999999",
        "|S5",
        "|O",
        "<c8",
        "<M8[ns]",
        "|b1",
        "f",
        "<f16",
        "",
        "<u8",
        ">U3",
        "=f4",
        "<i0",
        "<f9",
        "bf2"
    };
    private static final String[] SHAPES = {
        "()",
        "(0,)",
        "(1,)",
        "(-1,)",
        "(2147483647,)",
        "(2147483648,)",
        "(4294967296, 4294967296)",
        "(3, 1, 2, -4)",
        "(65536, 65536, 65536, 65536)",
        "(9223372036854775807,)",
        "(1, 1, 1, 1)",
        "(0, 1, 0, 4)",
        "(3, 1, 2, 4, 1)",
        "(3L, 1L)",
        "(2147483647, 1, 2147483647, 2147483647)",
        "(1, 1, 46341, 46341)",
        "(9, 1, 1000000, 1000)",
        "(",
        "(1.5,)"
    };
    private static final String[] NAMES = {
        "../../x.npy",
        "/tmp/residual4j-fuzz-absolute.npy",
        "C:\\x.npy",
        "..\\..\\x.npy",
        "x/",
        ".npy",
        "",
        "config_json.npy",
        "hidden_states.npy",
        "final.npy",
        "logits.npy",
        "attention_patterns.npy",
        "\uD83C\uDF0D.npy",
        "a\0b.npy",
        "n".repeat(3000) + ".npy",
        "__metadata__.npy"
    };

    private NpzMutations() {}

    static byte[] mutate(byte[] npz, Random random) {
        if (random.nextInt(4) == 0) {
            return ByteMutations.mutate(npz, random);
        }
        try {
            Map<String, byte[]> arrays = unpack(npz);
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
                change(arrays, random);
            }
            byte[] packed = pack(arrays, random);
            return random.nextInt(8) == 0 ? ByteMutations.mutate(packed, random) : packed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same file without one of its arrays. */
    static byte[] without(byte[] npz, String name) throws IOException {
        Map<String, byte[]> arrays = unpack(npz);
        arrays.remove(name);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey()));
                zip.write(array.getValue());
            }
        }
        return out.toByteArray();
    }

    private static void change(Map<String, byte[]> arrays, Random random) {
        List<String> names = new ArrayList<>(arrays.keySet());
        String name = names.get(random.nextInt(names.size()));
        byte[] npy = arrays.get(name);
        switch (random.nextInt(8)) {
            case 0 -> arrays.put(name, ByteMutations.mutate(npy, random));
            case 1 -> arrays.remove(names.size() > 1 ? name : "");
            case 2 -> arrays.put(NAMES[random.nextInt(NAMES.length)], npy);
            case 3 -> {
                arrays.remove(name);
                arrays.put(NAMES[random.nextInt(NAMES.length)], npy);
            }
            case 4 -> arrays.put(name, header(npy, "'descr': '[^']*'", "'descr': '" + pick(TYPES, random) + "'"));
            case 5 -> arrays.put(name, header(npy, "'fortran_order': False", "'fortran_order': True"));
            case 6 -> arrays.put(name, arrays.get(names.get(random.nextInt(names.size()))));
            default -> arrays.put(name, header(npy, "'shape': \\([^)]*\\)", "'shape': " + pick(SHAPES, random)));
        }
    }

    private static String pick(String[] of, Random random) {
        return of[random.nextInt(of.length)];
    }

    /** An array with its header rewritten, the header's length made to fit. */
    private static byte[] header(byte[] npy, String what, String by) {
        String all = new String(npy, StandardCharsets.ISO_8859_1);
        int end = all.indexOf('\n') + 1;
        if (end == 0 || npy.length < 10) {
            return npy;
        }
        String text = all.substring(10, end).replaceFirst(what, by.replace("\\", "\\\\"));
        String start = all.substring(0, 8) + (char) (text.length() & 0xff) + (char) (text.length() >> 8);
        return (start + text + all.substring(end)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, byte[]> unpack(byte[] npz) throws IOException {
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(npz))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                arrays.put(entry.getName(), zip.readAllBytes());
            }
        }
        return arrays;
    }

    private static byte[] pack(Map<String, byte[]> arrays, Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                ZipEntry entry = new ZipEntry(array.getKey());
                if (random.nextInt(3) > 0) {
                    CRC32 checksum = new CRC32();
                    checksum.update(array.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(array.getValue().length);
                    entry.setCrc(checksum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(array.getValue());
            }
        }
        return random.nextInt(12) == 0 ? sameName(out.toByteArray(), arrays) : out.toByteArray();
    }

    /** Gives one entry the name of another of the same length, which no zip library would write. */
    private static byte[] sameName(byte[] zip, Map<String, byte[]> arrays) {
        String text = new String(zip, StandardCharsets.ISO_8859_1);
        for (String one : arrays.keySet()) {
            for (String other : arrays.keySet()) {
                if (!one.equals(other) && one.length() == other.length()) {
                    return text.replace(one, other).getBytes(StandardCharsets.ISO_8859_1);
                }
            }
        }
        return text.replace("token_ids.npy", "positions.npy").getBytes(StandardCharsets.ISO_8859_1);
    }
}
