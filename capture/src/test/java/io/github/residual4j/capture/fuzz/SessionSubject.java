package io.github.residual4j.capture.fuzz;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.SafetensorsSession;
import io.github.residual4j.SessionFormat;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsEntry;
import io.github.residual4j.internal.io.SafetensorsFile;
import io.github.residual4j.internal.io.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** The files of sessions: one of them is damaged, the others are whole. */
final class SessionSubject implements Subject {
    private static int used;

    private final List<Sample> samples;
    private final Mutation mutation;
    private final Opening opening;

    private SessionSubject(List<Sample> samples, Mutation mutation, Opening opening) {
        this.samples = samples;
        this.mutation = mutation;
        this.opening = opening;
    }

    /** A whole folder: what is damaged of it, and what lies beside. */
    private record Sample(String name, byte[] content, List<Beside> beside) {}

    private record Beside(String name, byte[] content) {}

    private interface Mutation {
        byte[] mutate(byte[] whole, Random random);
    }

    private interface Opening {
        Opened open(Path folder);
    }

    private static ActivationSession session() {
        float[][] state = {{1, -2, 0.1f, 4}, {Float.NaN, 3, 70000, Float.MIN_VALUE}};
        return ActivationSession.builder()
                .point(StreamPoint.canonical(0).name(), state)
                .point(StreamPoint.canonical(1).name(), new float[][] {{1, 2, 3, 4}, {5, 6, 7, 8}})
                .point(StreamPoint.canonical(2).name(), state)
                .tokens(List.of(Token.of(3, 17, "Par\uFFFD"), Token.of(5, 18, "é🌍")))
                .text("Pa\"ris — 東京 🌍")
                .modelName("tiny")
                .array("final", FloatTensor.of(new float[8], 1, 2, 4))
                .array("logits", FloatTensor.of(new float[] {1, 2, 3}, 1, 1, 3))
                .array("blocks.0.attn.hook_z", FloatTensor.of(new float[] {9}))
                .build();
    }

    private static ActivationSession plain() {
        return ActivationSession.builder()
                .point("x", new float[][] {{1, 2}, {3, 4}, {5, 6}})
                .point("y", new float[][] {{1, 2}, {3, 4}, {5, 6}})
                .build();
    }

    private static ActivationSession plainlyNamed() {
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int p = 0; p < 3; p++) {
            builder.point(StreamPoint.canonical(p).name(), new float[][] {{1, 2 + p}, {3, p}, {5 - p, 6}});
        }
        return builder.build();
    }

    static SessionSubject npz(Path scratch) throws IOException {
        return new SessionSubject(
                List.of(saved(session(), scratch, SessionFormat.NPZ), saved(plain(), scratch, SessionFormat.NPZ)),
                NpzMutations::mutate,
                SessionSubject::load);
    }

    static SessionSubject safetensors(Path scratch) throws IOException {
        return new SessionSubject(
                List.of(
                        saved(session(), scratch, SessionFormat.SAFETENSORS),
                        saved(plain(), scratch, SessionFormat.SAFETENSORS)),
                SafetensorsMutations::mutate,
                SessionSubject::load);
    }

    /** The text beside arrays that hold none themselves. */
    static SessionSubject config(Path scratch) throws IOException {
        Sample saved = saved(session(), scratch, SessionFormat.NPZ);
        byte[] bare = NpzMutations.without(saved.content(), "config_json.npy");
        byte[] config = saved.beside().get(0).content();
        return new SessionSubject(
                List.of(new Sample("config.json", config, List.of(new Beside("tensors.npz", bare)))),
                (whole, random) -> JsonMutations.mutate(new String(whole, StandardCharsets.UTF_8), random),
                SessionSubject::load);
    }

    static SessionSubject snapshot(Path scratch) throws IOException {
        Path file = scratch.resolve("snapshot.safetensors");
        SafetensorsSession.write(file, session().huggingFaceHiddenStates(), FloatType.F32);
        byte[] whole = Files.readAllBytes(file);
        SafetensorsSession.write(file, plain(), FloatType.F16);
        byte[] rounded = Files.readAllBytes(file);
        return new SessionSubject(
                List.of(new Sample("s.safetensors", whole, List.of()), new Sample("s.safetensors", rounded, List.of())),
                SafetensorsMutations::mutate,
                folder -> use(SafetensorsSession.read(folder.resolve("s.safetensors"))));
    }

    static SessionSubject tensors(Path scratch) throws IOException {
        Path file = scratch.resolve("t.safetensors");
        new SafetensorsWriter()
                .metadata("format", "pt")
                .floats("a", FloatType.F32, FloatBuffer.wrap(new float[6]), 2, 3)
                .floats("b", FloatType.F16, FloatBuffer.wrap(new float[5]), 5)
                .floats("c", FloatType.BF16, FloatBuffer.wrap(new float[4]), 4)
                .longs("d", new long[] {1, 2}, 2)
                .save(file);
        return new SessionSubject(
                List.of(new Sample("t.safetensors", Files.readAllBytes(file), List.of())),
                SafetensorsMutations::mutate,
                folder -> {
                    SafetensorsFile opened = SafetensorsFile.open(folder.resolve("t.safetensors"));
                    return () -> {
                        opened.sha256();
                        for (SafetensorsEntry entry : opened.entries().values()) {
                            opened.bytes(entry.name());
                            if (entry.type().contains("F16") || entry.type().equals("F32")) {
                                opened.floats(entry.name());
                            }
                        }
                    };
                });
    }

    static SessionSubject statistics(Path scratch) throws IOException {
        Path file = scratch.resolve("statistics.npz");
        new StreamStatistics()
                .withCovarianceOf("blocks.0.resid_mid")
                .withSimilarity()
                .add(plainlyNamed())
                .save(file);
        return new SessionSubject(
                List.of(new Sample("statistics.npz", Files.readAllBytes(file), List.of())),
                NpzMutations::mutate,
                folder -> {
                    StreamStatistics opened = StreamStatistics.load(folder.resolve("statistics.npz"));
                    return () -> {
                        opened.summary();
                        opened.quantiles(0.5);
                        opened.components("blocks.0.resid_mid", 1);
                        opened.similarity();
                    };
                });
    }

    private static Sample saved(ActivationSession session, Path scratch, SessionFormat format) throws IOException {
        Path folder = Files.createTempDirectory(scratch, "sample");
        session.save(folder, format);
        return new Sample(
                format.fileName(),
                Files.readAllBytes(folder.resolve(format.fileName())),
                List.of(new Beside("config.json", Files.readAllBytes(folder.resolve("config.json")))));
    }

    @Override
    public void write(Path folder, Random random) throws IOException {
        Sample sample = samples.get(random.nextInt(samples.size()));
        Files.write(folder.resolve(sample.name()), mutation.mutate(sample.content(), random));
        for (Beside beside : sample.beside()) {
            if (!beside.name().equals("config.json") || random.nextBoolean()) {
                Files.write(folder.resolve(beside.name()), beside.content());
            }
        }
    }

    @Override
    public Opened open(Path folder) {
        return opening.open(folder);
    }

    private static Opened load(Path folder) {
        return use(ActivationSession.load(folder));
    }

    /** What was read can be analysed and saved again, or the reason why not is told. */
    private static Opened use(ActivationSession session) {
        return () -> {
            ResidualAnalyzer.of(session).cosineBetweenConsecutivePoints();
            if (used++ % 20 != 0) {
                return; // to force files to the disk takes its time
            }
            try {
                Path again = Files.createTempDirectory("again");
                session.save(again.resolve("session"));
                if (!ActivationSession.load(again.resolve("session")).equals(session)) {
                    throw new AssertionError("what was read is not what is read after it was saved");
                }
                FuzzChild.delete(again);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
