package io.github.residual4j.capture.internal.discovery;

import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What was found in a file, told to people.
 *
 * @param model what its graph says
 * @param tensors the hook points it offers
 * @param keepsCache whether it gives out keys and values that it takes
 * @param relativePositions whether it tells the order of tokens without positions that were learned or turned by
 * @param dependsOnProcessor whether its numbers do
 * @param runtime how it is run
 */
record FoundInWords(
        ForeignModel model,
        Map<HookKey, String> tensors,
        boolean keepsCache,
        boolean relativePositions,
        boolean dependsOnProcessor,
        RuntimeOptions runtime) {
    /** Its norms, its positions, and how its blocks are wired. */
    String kind() {
        boolean inTurn = model.stream().wiring() == ResidualStream.Wiring.IN_TURN;
        boolean rms = model.stream().finalNorm().map(LayerNorm::rms).orElse(false);
        boolean learned = model.embedding().context().isPresent();
        if (inTurn && !rms && learned) {
            return ForeignStreamModel.GPT2;
        }
        return "decoder with " + (rms ? "RMS norms" : "layer norms") + ", "
                + (learned ? "learned" : model.turnsByPosition() ? "rotary" : relativePositions ? "relative" : "no")
                + " positions and " + (inTurn ? "attention and MLP in turn" : "one state per block");
    }

    /** What else a reader should know. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        model.hiddenStates()
                .ifPresent(outputs -> notes.add("its outputs \"" + outputs.get(0) + "\" to \""
                        + outputs.get(outputs.size() - 1)
                        + "\" are Hugging Face's hidden states: the last of them is final, not "
                        + HookKey.of(HookPoint.RESID_POST, model.stream().blocks() - 1)));
        if (model.stream().wiring() == ResidualStream.Wiring.AT_ONCE) {
            notes.add(
                    "its blocks add what attention and MLP give at once, so there is one state per block and no resid_mid");
        }
        if (!tensors.containsKey(HookKey.of(HookPoint.FINAL))) {
            notes.add(
                    model.stream().finalNorm().isPresent()
                            ? "its final norm reads the last position only, so final is not offered"
                            : "it has no final norm, so final is not offered");
        }
        if (tensors.size() < model.points().size()) {
            notes.add(
                    "what its softmaxes give are no rows that sum to 1 over a position and those before it, so attention"
                            + " patterns are not offered");
        }
        if (model.quantizesAsItRuns()) {
            notes.add("it quantizes activations as it runs, by scales that all positions share: a position's states"
                    + " depend a little on the tokens after it");
        }
        if (!keepsCache) {
            notes.add(
                    "it gives out no cache of keys and values that it takes, so text that is generated is read anew at"
                            + " each step");
        }
        notes.addAll(warnings());
        return notes;
    }

    /** What may make its numbers wrong. */
    List<String> warnings() {
        if (!dependsOnProcessor) {
            return List.of();
        }
        boolean higherLevelHelps = runtime.optimization().compareTo(Optimization.EXTENDED) < 0
                && !model.eightBitProducts().dependOnProcessor(Optimization.EXTENDED);
        return List.of(
                "Its numbers depend on the processor: on x86 processors without VNNI instructions, sums of products"
                        + " of unsigned by signed 8-bit integers saturate, and states are off by percents"
                        + (higherLevelHelps
                                ? "; not so from the optimization level " + Optimization.EXTENDED + " on."
                                : "."));
    }
}
