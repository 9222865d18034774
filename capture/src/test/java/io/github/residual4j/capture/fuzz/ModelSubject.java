package io.github.residual4j.capture.fuzz;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.internal.checkpoint.TokenizerJson;
import io.github.residual4j.capture.internal.token.TextTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** The files of models; they are opened, run on a few tokens and closed. */
final class ModelSubject implements Subject {
    private static final String VOCABULARY =
            "{\"a\":0,\"b\":1,\"ab\":2,\"Ġ\":3,\"Ġa\":4,\"Ã\":5,\"©\":6,\"Ã©\":7,\"c\":8,\"<|endoftext|>\":9}";
    private static final String MERGES = "#version: 0.2\na b\nĠ a\nÃ ©\n";
    private static final String TOKENIZER =
            "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[{\"id\":9,"
                    + "\"content\":\"<|endoftext|>\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,"
                    + "\"special\":true}],\"normalizer\":{\"type\":\"NFC\"},\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,"
                    + "\"trim_offsets\":true,\"use_regex\":true},\"post_processor\":{\"type\":\"ByteLevel\",\"add_prefix_space\":true,"
                    + "\"trim_offsets\":false},\"decoder\":{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true},"
                    + "\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,\"continuing_subword_prefix\":\"\","
                    + "\"end_of_word_suffix\":\"\",\"fuse_unk\":false,\"vocab\":" + VOCABULARY
                    + ",\"merges\":[\"a b\",\"Ġ a\",\"Ã ©\"]}}";

    private final Writing writing;
    private final Opening opening;

    private ModelSubject(Writing writing, Opening opening) {
        this.writing = writing;
        this.opening = opening;
    }

    private interface Writing {
        void write(Path folder, Random random) throws IOException;
    }

    private interface Opening {
        Opened open(Path folder);
    }

    /** A checkpoint of which the configuration, the weights, or the index of shards is damaged. */
    static ModelSubject checkpoint() throws IOException {
        byte[] config = resource("micro/config.json");
        byte[] weights = resource("micro/model.safetensors");
        Map<String, byte[]> sharded = new LinkedHashMap<>();
        for (String name : List.of(
                "config.json",
                "model.safetensors.index.json",
                "model-00001-of-00003.safetensors",
                "model-00002-of-00003.safetensors",
                "model-00003-of-00003.safetensors")) {
            sharded.put(name, resource("variants/sharded/" + name));
        }
        return new ModelSubject(
                (folder, random) -> {
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            Files.write(folder.resolve("config.json"), config);
                            Files.write(
                                    folder.resolve("model.safetensors"), SafetensorsMutations.mutate(weights, random));
                        }
                        case 1 -> {
                            for (Map.Entry<String, byte[]> file : sharded.entrySet()) {
                                boolean index = file.getKey().endsWith("index.json");
                                byte[] content =
                                        index ? JsonMutations.mutate(text(file.getValue()), random) : file.getValue();
                                Files.write(folder.resolve(file.getKey()), content);
                            }
                        }
                        default -> {
                            Files.write(folder.resolve("config.json"), JsonMutations.mutate(text(config), random));
                            Files.write(folder.resolve("model.safetensors"), weights);
                        }
                    }
                },
                folder -> used(LanguageModel.load(folder), false));
    }

    /** {@code tokenizer.json}, or the pair of files it replaces. */
    static ModelSubject tokenizer() {
        return new ModelSubject(
                (folder, random) -> Files.write(
                        folder.resolve("tokenizer.json"),
                        random.nextInt(5) == 0
                                ? ByteMutations.mutate(TOKENIZER.getBytes(StandardCharsets.UTF_8), random)
                                : JsonMutations.mutate(TOKENIZER, random)),
                folder -> used(TextTokenizer.of(TokenizerJson.read(folder.resolve("tokenizer.json")))));
    }

    /** A checkpoint with a vocabulary and merges, one of which is damaged. */
    static ModelSubject vocabulary() throws IOException {
        byte[] config = resource("micro/config.json");
        byte[] weights = resource("micro/model.safetensors");
        return new ModelSubject(
                (folder, random) -> {
                    Files.write(folder.resolve("config.json"), config);
                    Files.write(folder.resolve("model.safetensors"), weights);
                    int damaged = random.nextInt(4);
                    byte[] merges = MERGES.getBytes(StandardCharsets.UTF_8);
                    Files.write(
                            folder.resolve("vocab.json"),
                            damaged == 0
                                    ? JsonMutations.mutate(VOCABULARY, random)
                                    : VOCABULARY.getBytes(StandardCharsets.UTF_8));
                    Files.write(
                            folder.resolve("merges.txt"), damaged == 1 ? ByteMutations.mutate(merges, random) : merges);
                    String added = "{\"<pad>\":10,\"<x>\":11}";
                    Files.write(
                            folder.resolve("added_tokens.json"),
                            damaged == 2
                                    ? JsonMutations.mutate(added, random)
                                    : added.getBytes(StandardCharsets.UTF_8));
                    String special = "{\"bos_token\":\"<|endoftext|>\",\"additional\":[{\"content\":\"<pad>\"}]}";
                    Files.write(
                            folder.resolve("special_tokens_map.json"),
                            damaged == 3
                                    ? JsonMutations.mutate(special, random)
                                    : special.getBytes(StandardCharsets.UTF_8));
                    Files.write(
                            folder.resolve("tokenizer_config.json"),
                            JsonMutations.mutate("{\"add_prefix_space\":false}", random));
                },
                folder -> used(LanguageModel.load(folder), true));
    }

    /** ONNX files of several exporters. */
    static ModelSubject onnx() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String name : List.of(
                "micro-opset11",
                "micro-opset13",
                "micro-with-past",
                "optimized-float16",
                "dynamo-opset23",
                "fixed-length")) {
            files.add(resource("exports/" + name + ".onnx"));
        }
        return new ModelSubject(
                (folder, random) -> {
                    byte[] file = files.get(random.nextInt(files.size()));
                    Files.write(
                            folder.resolve("m.onnx"),
                            random.nextInt(4) == 0
                                    ? ByteMutations.mutate(file, random)
                                    : ProtoMutations.mutate(ModelProto.parseFrom(file), random)
                                            .toByteArray());
                },
                folder -> used(LanguageModel.load(folder.resolve("m.onnx")), false));
    }

    /** An ONNX file that keeps its weights in another one; where and how much of it is damaged. */
    static ModelSubject externalData() throws IOException {
        ModelProto inside = ModelProto.parseFrom(resource("exports/micro-opset13.onnx"));
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        GraphProto.Builder graph = inside.getGraph().toBuilder();
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            ByteString raw = tensor.getRawData();
            if (raw.size() >= 64) {
                tensor.clearRawData()
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", "weights.bin"))
                        .addExternalData(entry("offset", Integer.toString(data.size())))
                        .addExternalData(entry("length", Integer.toString(raw.size())));
                data.writeBytes(raw.toByteArray());
            }
        }
        ModelProto outside = inside.toBuilder().setGraph(graph).build();
        List<Integer> external = new ArrayList<>();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            if (graph.getInitializer(i).getExternalDataCount() > 0) {
                external.add(i);
            }
        }
        return new ModelSubject(
                (folder, random) -> {
                    ModelProto.Builder model = outside.toBuilder();
                    int tensor = external.get(random.nextInt(external.size()));
                    model.getGraphBuilder().setInitializer(tensor, (TensorProto)
                            ProtoMutations.mutate(model.getGraph().getInitializer(tensor), random));
                    Files.write(folder.resolve("m.onnx"), model.build().toByteArray());
                    byte[] bytes = data.toByteArray();
                    Files.write(
                            folder.resolve("weights.bin"),
                            random.nextInt(4) == 0 ? ByteMutations.mutate(bytes, random) : bytes);
                },
                folder -> used(LanguageModel.load(folder.resolve("m.onnx")), false));
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ModelSubject.class.getResourceAsStream("/" + name), name)) {
            return in.readAllBytes();
        }
    }

    private static Opened used(LanguageModel model, boolean text) {
        return () -> {
            try (model) {
                model.capture(1, 2, 3);
                if (text) {
                    model.capture("ab aé🌍");
                }
            }
        };
    }

    private static Opened used(TextTokenizer tokenizer) {
        return () -> {
            try (tokenizer) {
                tokenizer.decode(tokenizer.encode("ab aé🌍<|endoftext|> \uD83C \0 b"));
                tokenizer.decode(0, 9, 7);
            }
        };
    }

    @Override
    public void write(Path folder, Random random) throws IOException {
        writing.write(folder, random);
    }

    @Override
    public Opened open(Path folder) {
        return opening.open(folder);
    }
}
