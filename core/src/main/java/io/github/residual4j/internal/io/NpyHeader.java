package io.github.residual4j.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What precedes the values of an npy array (numpy.lib.format, versions 1.0 to 3.0).
 *
 * @param descr byte order, kind and size of a value, such as {@code <f4}
 * @param fortranOrder whether the first index runs fastest
 * @param shape the length of each axis
 */
record NpyHeader(String descr, boolean fortranOrder, List<Integer> shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int LONGEST = 1 << 20;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9L,\\s]*)\\)");

    /** Reads a header and leaves the source at the first value. */
    static NpyHeader read(ByteSource in) throws IOException {
        byte[] start = bytes(in, MAGIC.length + 2, "this is no npy array; it does not begin with \\x93NUMPY");
        for (int i = 0; i < MAGIC.length; i++) {
            if (start[i] != MAGIC[i]) {
                throw new IOException("this is no npy array; it does not begin with \\x93NUMPY");
            }
        }
        int major = start[MAGIC.length];
        if (major < 1 || major > 3) {
            throw new IOException("npy version " + major + " is unknown; 1, 2 and 3 can be read");
        }
        String cutOff = "it ends inside the npy header";
        ByteBuffer size = ByteBuffer.wrap(bytes(in, major == 1 ? 2 : 4, cutOff)).order(ByteOrder.LITTLE_ENDIAN);
        int length = major == 1 ? Short.toUnsignedInt(size.getShort()) : size.getInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("its header claims to be " + Integer.toUnsignedString(length) + " bytes long");
        }
        byte[] text = bytes(in, length, cutOff);
        return parse(new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    }

    private static byte[] bytes(ByteSource in, int count, String otherwise) throws IOException {
        ByteBuffer read = in.next(count);
        if (read.remaining() < count) {
            throw new IOException(otherwise);
        }
        byte[] bytes = new byte[count];
        read.get(bytes);
        return bytes;
    }

    private static NpyHeader parse(String text) throws IOException {
        Matcher descr = DESCR.matcher(text);
        Matcher fortran = FORTRAN.matcher(text);
        Matcher shape = SHAPE.matcher(text);
        if (!descr.find() || !fortran.find() || !shape.find()) {
            throw new IOException(
                    "its header is \"" + text.strip() + "\"; expected a plain 'descr', 'fortran_order' and 'shape'");
        }
        List<Integer> axes = new ArrayList<>();
        for (String axis : shape.group(1).replace("L", "").split(",", -1)) {
            if (!axis.isBlank()) {
                try {
                    axes.add(Integer.parseInt(axis.strip()));
                } catch (NumberFormatException e) {
                    throw new IOException("its shape (" + shape.group(1) + ") has an axis longer than 2^31", e);
                }
            }
        }
        return new NpyHeader(descr.group(1), fortran.group(1).equals("True"), List.copyOf(axes));
    }

    /** The type without its byte order, such as {@code f4}. */
    String type() {
        boolean marked = !descr.isEmpty() && "<>|=".indexOf(descr.charAt(0)) >= 0;
        return marked ? descr.substring(1) : descr;
    }

    ByteOrder order() {
        return descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** The header as bytes: version 1.0, padded so that the values begin at a multiple of 64. */
    byte[] toBytes() {
        String axes = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': ("
                + (shape.size() == 1 ? axes + "," : axes) + "), }";
        int unpadded = MAGIC.length + 4 + text.length() + 1;
        int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
        int length = text.length() + padding + 1;
        String start = new String(MAGIC, StandardCharsets.ISO_8859_1) + "\u0001\u0000" + (char) (length & 0xFF)
                + (char) (length >> 8);
        return (start + text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
