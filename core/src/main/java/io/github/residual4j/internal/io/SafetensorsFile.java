package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.text.Counted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A safetensors file: named arrays after a JSON header. The header is checked as a whole when the file is opened; the
 * arrays stay on disk and are mapped into memory one by one when they are asked for, so files of any size work and
 * nothing passes through the Java heap. A mapping lives as long as the buffer that was handed out.
 */
public final class SafetensorsFile {
    private static final int DIGEST_STEP = 1 << 26;
    /** Whether this machine, and native code on it, reads floats that do not begin at a multiple of four bytes. */
    private static final boolean READS_ANYWHERE =
            Set.of("amd64", "x86_64", "aarch64").contains(System.getProperty("os.arch"));

    private final Path file;
    private final SafetensorsHeader header;
    private final FileSection section;

    private SafetensorsFile(Path file, SafetensorsHeader header, FileSection section) {
        this.file = file;
        this.header = header;
        this.section = section;
    }

    /**
     * Opens a file and reads its header.
     *
     * @param file the file
     * @return the open file
     * @throws BadFileException if the file cannot be read, is cut off, or its header does not describe it
     */
    public static SafetensorsFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            readFully(channel, start, 0);
            long headerLength = SafetensorsHeader.checkLength(file, start.flip(), channel.size());
            ByteBuffer json = ByteBuffer.allocate((int) headerLength);
            readFully(channel, json, 8);
            SafetensorsHeader header = SafetensorsHeader.parse(file, json.flip(), channel.size());
            return new SafetensorsFile(file, header, FileSection.mapped(file));
        } catch (BadFileException e) {
            throw MistakenFile.explain(file)
                    .map(reason -> new BadFileException(file, reason, e))
                    .orElse(e);
        } catch (NoSuchFileException e) {
            throw new BadFileException(file, "there is no such file.", e);
        } catch (IOException e) {
            throw new BadFileException(file, "the file cannot be read: " + StagedFile.reason(e) + ".", e);
        }
    }

    /**
     * Reads a file that is in memory already.
     *
     * @param name what error messages call it
     * @param content the whole file, in a direct buffer, which must not change afterwards
     * @return the open file
     * @throws BadFileException if it is cut off or its header does not describe it
     */
    public static SafetensorsFile of(Path name, ByteBuffer content) {
        ByteBuffer all = content.slice().order(ByteOrder.LITTLE_ENDIAN);
        int headerLength =
                (int) SafetensorsHeader.checkLength(name, all.duplicate().order(ByteOrder.LITTLE_ENDIAN), all.limit());
        SafetensorsHeader header = SafetensorsHeader.parse(name, all.slice(8, headerLength), all.limit());
        return new SafetensorsFile(name, header, (offset, length) -> all.slice((int) offset, (int) length));
    }

    private static void readFully(FileChannel channel, ByteBuffer target, long from) throws IOException {
        long position = from;
        while (target.hasRemaining()) {
            int count = channel.read(target, position);
            if (count < 0) {
                return; // the header's checks report what is missing
            }
            position += count;
        }
    }

    /** {@return the file, or what stands for it in error messages} */
    public Path path() {
        return file;
    }

    /** {@return what the file says about itself; empty when it says nothing} */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** {@return what arrays there are, by name, in the order of the file} */
    public Map<String, SafetensorsEntry> entries() {
        return header.entries();
    }

    /**
     * {@return the bytes of an array as they are in the file, little-endian, in a read-only direct buffer}
     *
     * @param name the array's name
     * @throws BadFileException if there is no such array, or it is larger than the 2 GiB a buffer can hold
     */
    public ByteBuffer bytes(String name) {
        SafetensorsEntry entry = entry(name);
        if (entry.byteLength() > Integer.MAX_VALUE) {
            throw new BadFileException(
                    file,
                    "tensor \"" + name + "\" takes " + entry.byteLength()
                            + " bytes; at most 2 GiB can be read at once.");
        }
        try {
            return section.bytes(header.dataStart() + entry.offset(), entry.byteLength())
                    .asReadOnlyBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new BadFileException(
                    file, "tensor \"" + name + "\" cannot be read: " + StagedFile.reason(e) + ".", e);
        }
    }

    /**
     * {@return an array as float32 in a direct buffer of the machine's byte order} F32 is mapped as it is; F16 and
     * BF16, whose values float32 holds exactly, are widened into new memory outside the heap, and F64 is rounded into such.
     *
     * @param name the array's name
     * @throws BadFileException if there is no such array, its type is another, it is too large for one buffer, or a
     *     finite value is beyond float32
     */
    public FloatBuffer floats(String name) {
        SafetensorsEntry entry = entry(name);
        return switch (entry.type()) {
            case "F32" -> float32(bytes(name));
            case "F16" -> widen(bytes(name), entry, Float16::toFloat);
            case "BF16" -> widen(bytes(name), entry, BFloat16::toFloat);
            case "F64" -> round(bytes(name), entry);
            default ->
                throw new BadFileException(
                        file,
                        "tensor \"" + name + "\" is of type " + entry.type()
                                + "; weights are read from F64, F32, F16 and BF16.");
        };
    }

    /**
     * Reads an array of any length, mapped into memory a window at a time.
     *
     * @throws BadFileException if there is no such array, or the decoder refuses it
     */
    public <T> T read(String name, ArrayReader.Decoder<T> decoder) {
        SafetensorsEntry entry = entry(name);
        try {
            return decoder.decode(ArrayReader.safetensors(
                    ByteSource.mapped(section, header.dataStart() + entry.offset(), entry.byteLength()), entry));
        } catch (IOException e) {
            throw new BadFileException(file, "tensor \"" + name + "\": " + StagedFile.reason(e) + ".", e);
        }
    }

    /**
     * {@return the SHA-256 of the whole file, in lower-case hexadecimal, computed anew at each call}
     *
     * @throws BadFileException if the file cannot be read
     */
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < header.fileLength(); at += DIGEST_STEP) {
                digest.update(section.bytes(at, Math.min(DIGEST_STEP, header.fileLength() - at)));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new BadFileException(file, "the file cannot be read: " + StagedFile.reason(e) + ".", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private SafetensorsEntry entry(String name) {
        SafetensorsEntry entry = header.entries().get(name);
        if (entry == null) {
            throw new BadFileException(file, "there is no tensor \"" + name + "\".");
        }
        return entry;
    }

    private FloatBuffer float32(ByteBuffer bytes) {
        // Files written before safetensors 0.3 (the original GPT-2's among them) begin their data at any byte.
        boolean aligned = READS_ANYWHERE || bytes.alignmentOffset(0, Float.BYTES) == 0;
        if (aligned && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            return bytes.asFloatBuffer();
        }
        FloatBuffer copy = newFloats(bytes.remaining() / Float.BYTES);
        for (int i = 0; i < copy.capacity(); i++) {
            copy.put(i, bytes.getFloat(i * Float.BYTES));
        }
        return copy;
    }

    private interface Widening {
        float widen(short bits);
    }

    private FloatBuffer widen(ByteBuffer bytes, SafetensorsEntry entry, Widening widening) {
        if (entry.byteLength() > Integer.MAX_VALUE / 2) {
            throw new BadFileException(
                    file, "tensor \"" + entry.name() + "\" takes more than 2 GiB once it is widened to float32.");
        }
        FloatBuffer floats = newFloats(bytes.remaining() / Short.BYTES);
        for (int i = 0; i < floats.capacity(); i++) {
            floats.put(i, widening.widen(bytes.getShort(i * Short.BYTES)));
        }
        return floats;
    }

    private FloatBuffer round(ByteBuffer bytes, SafetensorsEntry entry) {
        FloatBuffer floats = newFloats(bytes.remaining() / Double.BYTES);
        for (int i = 0; i < floats.capacity(); i++) {
            double value = bytes.getDouble(i * Double.BYTES);
            if (Float.isInfinite((float) value) && !Double.isInfinite(value)) {
                throw new BadFileException(
                        file, "tensor \"" + entry.name() + "\" holds " + value + ", which is beyond float32.");
            }
            floats.put(i, (float) value);
        }
        return floats;
    }

    private FloatBuffer newFloats(int count) {
        int length = Math.multiplyExact(count, Float.BYTES);
        try {
            return ByteBuffer.allocateDirect(length)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        } catch (OutOfMemoryError e) { // of the memory outside the heap, which has a limit of its own
            throw new BadFileException(
                    file,
                    "a tensor takes " + length + " bytes as float32, more than is left of the memory outside the heap;"
                            + " raise -XX:MaxDirectMemorySize, which by default is what -Xmx gives the heap.",
                    e);
        }
    }

    @Override
    public String toString() {
        return Objects.toString(file.getFileName()) + ": "
                + Counted.of(header.entries().size(), "tensor");
    }
}
