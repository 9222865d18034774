package io.github.residual4j.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookKeyTest {
    @ParameterizedTest
    @EnumSource
    void isReadFromTheNameItPrints(HookPoint point) {
        HookKey key = HookKey.of(point, point.isInEveryBlock() ? 11 : 0);
        assertThat(HookKey.parse(key.toString())).isEqualTo(key);
        assertThat(point.axes()).hasSizeBetween(2, 3).doesNotHaveDuplicates();
    }

    /** The names of TransformerLens 2.18's HookedTransformer for a GPT-2. */
    @ParameterizedTest
    @CsvSource({
        "hook_embed, token_embed",
        "hook_pos_embed, pos_embed",
        "blocks.0.hook_resid_pre, blocks.0.resid_pre",
        "blocks.3.ln1.hook_scale, blocks.3.ln1.scale",
        "blocks.3.ln1.hook_normalized, blocks.3.ln1.normalized",
        "blocks.3.attn.hook_q, blocks.3.attn.q",
        "blocks.3.attn.hook_k, blocks.3.attn.k",
        "blocks.3.attn.hook_v, blocks.3.attn.v",
        "blocks.3.attn.hook_attn_scores, blocks.3.attn.scores",
        "blocks.3.attn.hook_pattern, blocks.3.attn.pattern",
        "blocks.3.attn.hook_z, blocks.3.attn.z",
        "blocks.3.hook_attn_out, blocks.3.attn_out",
        "blocks.3.hook_resid_mid, blocks.3.resid_mid",
        "blocks.3.ln2.hook_scale, blocks.3.ln2.scale",
        "blocks.3.ln2.hook_normalized, blocks.3.ln2.normalized",
        "blocks.3.mlp.hook_pre, blocks.3.mlp.pre",
        "blocks.3.mlp.hook_post, blocks.3.mlp.post",
        "blocks.3.hook_mlp_out, blocks.3.mlp_out",
        "blocks.10.hook_resid_post, blocks.10.resid_post",
        "ln_final.hook_scale, ln_final.scale",
        "ln_final.hook_normalized, final"
    })
    void readsTransformerLenssNames(String theirs, String ours) {
        assertThat(HookKey.parse(theirs)).hasToString(ours);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "block.0.resid_post",
                "blocks.01.resid_post",
                "blocks.-1.attn.z",
                "blocks.0.embed",
                "blocks.9999999999.attn.z",
                "resid_post",
                "blocks.%d.attn.z"
            })
    void otherNamesAreNone(String name) {
        assertThat(HookKey.find(name)).isEmpty();
        assertThatThrownBy(() -> HookKey.parse(name))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("\"" + name + "\" is no hook point; expected a name such as embed");
    }

    @Test
    void whatABlockReadsIsKeptAsTheStateBefore() {
        assertThat(HookKey.parse("blocks.0.resid_pre").kept()).hasToString("embed");
        assertThat(HookKey.parse("blocks.2.resid_pre").kept()).hasToString("blocks.1.resid_post");
        assertThat(HookKey.parse("blocks.2.attn.z").kept()).hasToString("blocks.2.attn.z");
    }

    @Test
    void keysAreInTheOrderOfTheComputation() {
        List<HookKey> ordered = new ArrayList<>();
        for (String name : List.of(
                "token_embed",
                "embed",
                "blocks.0.attn.z",
                "blocks.0.resid_mid",
                "blocks.0.mlp_out",
                "blocks.1.ln1.scale",
                "blocks.1.resid_post",
                "ln_final.scale",
                "final",
                "logits")) {
            ordered.add(HookKey.parse(name));
        }
        List<HookKey> shuffled = new ArrayList<>(ordered);
        Collections.reverse(shuffled);
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(ordered);
    }
}
