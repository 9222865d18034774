package io.github.residual4j.render.internal.export;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.render.color.Palette;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a page to explore a run shows.
 *
 * @param session the run
 * @param token the token chosen at first, an index in the session
 * @param lens what each state says
 * @param ledgers who wrote the logits of answers, by what the answers are called, in order
 * @param sweeps what patching did
 * @param headScores by which heads are named
 * @param numbers further numbers to list
 * @param palette what it is coloured in
 * @param notes sentences for the page's foot
 */
public record ExplorerContent(
        ActivationSession session,
        int token,
        Optional<LogitLens> lens,
        Map<String, LogitAttribution> ledgers,
        List<PatchingSweep> sweeps,
        Optional<HeadScores> headScores,
        List<AnalysisResult> numbers,
        Palette palette,
        List<String> notes) {}
