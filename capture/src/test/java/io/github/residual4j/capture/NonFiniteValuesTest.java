package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose weights hold NaN or infinity runs, and its sessions say where that begins. */
class NonFiniteValuesTest {
    @TempDir
    Path folder;

    private byte[] weights = {};

    @BeforeEach
    void copyMicro() throws IOException {
        Files.copy(Reference.micro().resolve("config.json"), folder.resolve("config.json"));
        weights = Files.readAllBytes(Reference.micro().resolve("model.safetensors"));
    }

    /** Changes one weight of the model. */
    private void write(String tensor, int index, float value) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) bytes.getLong(0);
        String json = new String(weights, 8, header, StandardCharsets.UTF_8);
        Matcher offset = Pattern.compile("\"" + Pattern.quote(tensor) + "\":\\s*\\{[^}]*\"data_offsets\":\\s*\\[(\\d+)")
                .matcher(json);
        assertThat(offset.find()).isTrue();
        bytes.putFloat(8 + header + Integer.parseInt(offset.group(1)) + 4 * index, value);
        Files.write(folder.resolve("model.safetensors"), weights);
    }

    private LanguageModel model() {
        return LanguageModel.load(folder);
    }

    @Test
    void thePlaceWhereTheyBeginIsNamed() throws IOException {
        write("wte.weight", 5 * 16 + 3, Float.NaN); // token 5, dimension 3
        try (LanguageModel model = model()) {
            List<String> warnings = model.capture(1, 2, 5, 7).provenance().warnings();
            assertThat(warnings).hasSize(1);
            assertThat(warnings.get(0)).contains("embed holds NaN at token 2 \"T2\", place 3");
        }
    }

    @Test
    void whereOnlyTheLastBlockOverflows() throws IOException {
        write("h.1.mlp.c_proj.bias", 7, Float.POSITIVE_INFINITY);
        try (LanguageModel model = model()) {
            ActivationSession session = model.capture(1, 2, 3);
            assertThat(session.provenance().warnings().get(0))
                    .contains("blocks.1.resid_post holds Infinity at token 0 \"T0\", place 7");
            assertThat(model.request(1, 2, 3)
                            .stopAfterBlock(0)
                            .capture()
                            .provenance()
                            .warnings())
                    .isEmpty();
            assertThat(model.request(1, 2, 3)
                            .positions(Positions.last())
                            .capture()
                            .provenance()
                            .warnings()
                            .get(0))
                    .contains("token 0 \"T2\", place 7");
        }
    }

    @Test
    void furtherArraysAreLookedAtToo() throws IOException {
        write("ln_f.bias", 2, Float.NEGATIVE_INFINITY);
        try (LanguageModel model = model()) {
            assertThat(model.request(1, 2).capture().provenance().warnings().get(0))
                    .contains("final holds -Infinity at token 0 \"T0\", place 2");
            assertThat(model.request(1, 2)
                            .points(HookPoint.EMBED)
                            .lastLogits()
                            .capture()
                            .provenance()
                            .warnings()
                            .get(0))
                    .contains("logits holds ")
                    .contains("token 1 \"T1\"");
        }
        write("h.0.attn.c_attn.bias", 0, Float.NaN); // a query
        try (LanguageModel model = model()) {
            assertThat(model.request(1, 2, 3)
                            .points(HookPoint.EMBED, HookPoint.ATTENTION_PATTERN)
                            .capture()
                            .provenance()
                            .warnings()
                            .get(0))
                    .contains("attention_patterns holds NaN at token 0 \"T0\", place 0");
        }
    }

    @Test
    void theMaskOfScoresIsNoFault() {
        try (LanguageModel model = LanguageModel.embedded()) {
            assertThat(model.request("a b").allPoints().capture().provenance().warnings())
                    .isEmpty();
        }
    }

    @Test
    void ofManyTextsOnlyThoseAreWarnedOfThatHoldThem() throws IOException {
        write("wte.weight", 5 * 16, Float.NaN);
        try (LanguageModel model = model();
                Stream<ActivationSession> sessions = model.request()
                        .captureAllIds(Stream.of(new long[] {1, 2}, new long[] {4, 5}, new long[] {3}))) {
            assertThat(sessions.map(session -> session.provenance().warnings().size()))
                    .containsExactly(0, 1, 0);
        }
    }
}
