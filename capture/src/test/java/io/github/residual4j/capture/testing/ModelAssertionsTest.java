package io.github.residual4j.capture.testing;

import static io.github.residual4j.capture.testing.ModelAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Against the probabilities that {@code patching.py} found for the same texts and changes. */
@ModelUnderTest
class ModelAssertionsTest {
    private static final String PARIS = "Paris is the capital of";
    private static final String BERLIN = "Berlin is the capital of";
    private static final String FRANCE = " France";
    private static final double NEAR = 2e-3;
    private static final Edit WITHOUT_FIRST_MLP =
            Edit.zero(HookPoint.MLP_OUTPUT).block(0);

    private final double whole =
            Math.exp(ablation().getAsJsonObject("base").get("log_probability").getAsDouble());
    private final double ablated = Math.exp(ablation()
            .getAsJsonObject("mlps")
            .getAsJsonArray("log_probability")
            .get(0)
            .getAsDouble());

    private static JsonObject ablation() {
        return embedded("ablation");
    }

    private static JsonObject embedded(String file) {
        try {
            return JsonParser.parseString(Files.readString(Path.of("src/test/resources/patching/" + file + ".json")))
                    .getAsJsonObject()
                    .getAsJsonArray("cases")
                    .get(0)
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answersAreJudgedByRankAndProbability(LanguageModel model) {
        assertThat(model)
                .on(PARIS)
                .answer(FRANCE)
                .isFirst()
                .hasRankBetween(1, 3)
                .hasProbabilityBetween(whole - NEAR, whole + NEAR)
                .hasLogitBetween(-1e3, 1e3);

        assertThatThrownBy(() -> assertThat(model).on(PARIS).answer(FRANCE).hasRankBetween(2, 5))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "Expecting \" France\" after \"Paris is the capital of\"\nto have a rank from 2 to 5,"
                                + " but it has rank 1:\n")
                .hasMessageContaining("65.05 %");
        assertThatThrownBy(() -> assertThat(model).on(PARIS).answer(FRANCE).hasProbabilityBetween(0.7, 1))
                .hasMessageContaining("to have a probability from 70.00 % to 100.00 %, but it has 65.05 %");
        assertThatThrownBy(() -> assertThat(model).on(PARIS).answer(FRANCE).hasLogitBetween(1e3, 2e3))
                .hasMessageContaining("to have a logit from 1000.000 to 2000.000");
    }

    @Test
    void ablationsTakeFromTheAnswerWhatTheGoldenRunSays(LanguageModel model) {
        double lost = whole - ablated;
        AnswerAssert answer =
                assertThat(model).on(PARIS).ablating(WITHOUT_FIRST_MLP).answer(FRANCE);

        answer.losesProbability(lost - NEAR).losesLogit(0.1).hasProbabilityBetween(0, ablated + NEAR);

        assertThatThrownBy(() -> answer.losesProbability(lost + NEAR))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        "with zero at blocks.0.mlp_out",
                        "to lose at least",
                        "percentage points of probability, but the change is",
                        "without",
                        "65.05 %",
                        "with ",
                        "0.04 %");
        assertThatThrownBy(() -> answer.isFirst()).hasMessageContaining("to have rank 1, but it has rank");
        assertThatThrownBy(() -> answer.gainsProbability(0.01))
                .hasMessageContaining("to gain at least 1.00 percentage");
        assertThatThrownBy(() -> answer.gainsLogit(0.01)).hasMessageContaining("to gain at least 0.010 of logit");
        assertThatThrownBy(() -> answer.keepsProbabilityWithin(0.1))
                .hasMessageContaining("to keep its probability within 10.00 percentage points, but it moved by 65.01");
    }

    @Test
    void anEditThatChangesNothingKeepsTheProbability(LanguageModel model) {
        assertThat(model)
                .on(PARIS)
                .ablating(Edit.scale(HookPoint.MLP_OUTPUT, 1).block(0))
                .answer(FRANCE)
                .keepsProbabilityWithin(1e-5)
                .isFirst();
    }

    @Test
    void patchingPutsAnotherTextsValuesIn(LanguageModel model) {
        JsonArray blocks = noising("resid_pre").getAsJsonArray("log_probability");
        for (int block : new int[] {0, 5}) {
            for (int position : new int[] {0, 5}) {
                double expected = Math.exp(
                        blocks.get(block).getAsJsonArray().get(position).getAsDouble());
                assertThat(model)
                        .on(PARIS)
                        .patching(
                                BERLIN,
                                berlin -> Edit.replace(HookPoint.RESID_PRE, berlin)
                                        .block(block)
                                        .positions(position))
                        .answer(FRANCE)
                        .hasProbabilityBetween(expected - NEAR, expected + NEAR);
            }
        }
    }

    private static JsonObject noising(String kind) {
        for (JsonElement sweep : embedded("sweeps").getAsJsonArray("noising")) {
            if (sweep.getAsJsonObject().get("kind").getAsString().equals(kind)) {
                return sweep.getAsJsonObject().getAsJsonObject("values");
            }
        }
        throw new AssertionError(kind);
    }

    @Test
    void editsApplyInOrderAndAreTold(LanguageModel model) {
        assertThatThrownBy(() -> assertThat(model)
                        .on(PARIS)
                        .ablating(WITHOUT_FIRST_MLP)
                        .patching(
                                BERLIN,
                                berlin -> Edit.replace(HookPoint.RESID_POST, berlin)
                                        .block(7))
                        .answer(FRANCE)
                        .isFirst())
                .hasMessageContaining("with zero at blocks.0.mlp_out, then replace");
    }

    @Test
    void whatCannotBeAssertedIsRefused(LanguageModel model) {
        assertThatThrownBy(() -> assertThat(model).on(PARIS).answer(" France is"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("\" France is\" is not one token but 2");
        assertThatThrownBy(() -> assertThat(model).on(PARIS).answer(FRANCE).losesLogit(1))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("say ablating(…) or patching(…) first");
        AnswerAssert answer =
                assertThat(model).on(PARIS).ablating(WITHOUT_FIRST_MLP).answer(FRANCE);
        assertThatThrownBy(() -> answer.losesLogit(0)).hasMessageContaining("give a number above 0");
        assertThatThrownBy(() -> answer.losesLogit(Double.NaN)).hasMessageContaining("give a number above 0");
        assertThatThrownBy(() -> answer.hasProbabilityBetween(0.9, 0.1)).hasMessage("No value lies from 0.9 to 0.1.");
        assertThatThrownBy(() -> assertThat((LanguageModel) null).on(PARIS)).isInstanceOf(AssertionError.class);
    }

    @Test
    void theIdOfASingleTokenIsTold(LanguageModel model) {
        assertThat(model.singleToken(FRANCE)).isEqualTo(ablation().get("answer").getAsLong());
    }
}
