package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.Question;
import io.github.residual4j.Questions;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.ResidualException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.internal.export.ExplorerContent;
import io.github.residual4j.render.internal.export.ExplorerPage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One HTML file in which a run is explored: every state of the stream, the attention of every head, what each state
 * would say, who wrote the answer, what patching did, and the numbers behind it. It asks the network for nothing. A
 * tab is there for what was given. Immutable.
 *
 * <pre>{@code
 * ActivationSession session = model.request(text)
 *     .points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN)
 *     .lastLogits()
 *     .capture();
 * ResidualExplorer.of(session)
 *     .lens(model.lens(session).answers(" France").read())
 *     .attribution(" France", model.attribution(text).of(" France").read())
 *     .writeHtml(Path.of("explore.html"));
 * }</pre>
 *
 * <p>A page holds at most 5 million values of states and attention patterns, some 27 MB. Of a larger session it holds the
 * tokens nearest to the chosen one, and says which.
 */
public final class ResidualExplorer {
    private static final List<Question<?>> NUMBERS = List.of(
            Questions.TOKEN_STATISTICS,
            Questions.COSINE_CONSECUTIVE,
            Questions.STATISTICS,
            Questions.MAGNITUDES,
            Questions.TOP_DIMENSION_SHARE);

    private final ActivationSession session;
    private final int token;
    private final Optional<LogitLens> lens;
    private final Map<String, LogitAttribution> ledgers;
    private final List<PatchingSweep> sweeps;
    private final Optional<HeadScores> headScores;
    private final Palette palette;
    private final List<String> notes;

    private ResidualExplorer(
            ActivationSession session,
            int token,
            Optional<LogitLens> lens,
            Map<String, LogitAttribution> ledgers,
            List<PatchingSweep> sweeps,
            Optional<HeadScores> headScores,
            Palette palette,
            List<String> notes) {
        this.session = session;
        this.token = token;
        this.lens = lens;
        this.ledgers = ledgers;
        this.sweeps = List.copyOf(sweeps);
        this.headScores = headScores;
        this.palette = palette;
        this.notes = List.copyOf(notes);
    }

    /**
     * {@return a page of a session, which opens at its last token and last point}
     *
     * @param session the run; attention patterns are shown where it holds them, next tokens where it holds logits
     */
    public static ResidualExplorer of(ActivationSession session) {
        BadRequestException.requireGiven(session, "session");
        return new ResidualExplorer(
                session,
                session.tokens().size() - 1,
                Optional.empty(),
                Map.of(),
                List.of(),
                Optional.empty(),
                Palette.STANDARD,
                List.of());
    }

    /**
     * {@return the same page, opening at another token}
     *
     * @param newToken an index in the session, counted from 0
     * @throws BadRequestException if the session has no such token
     */
    public ResidualExplorer token(int newToken) {
        session.vector(0, newToken); // refuses a token that is not there
        return new ResidualExplorer(session, newToken, lens, ledgers, sweeps, headScores, palette, notes);
    }

    /**
     * {@return the same page with what the model would say from each state}
     *
     * @param newLens a lens of this session; with answers, it can be coloured by their rank
     * @throws BadRequestException if it is of other points or tokens
     */
    public ResidualExplorer lens(LogitLens newLens) {
        BadRequestException.requireGiven(newLens, "lens");
        List<String> points = session.points().stream().map(StreamPoint::name).toList();
        List<String> read = newLens.entropy().axes().get(0).labels().subList(0, newLens.streamPoints());
        if (!read.equals(points)) {
            throw new BadRequestException(
                    "The lens read points " + read + ", the session holds " + points + "; give the lens of it.");
        }
        requireTokens(newLens.entropy().axes().get(1).labels(), session.tokenLabels(), "lens");
        return new ResidualExplorer(session, token, Optional.of(newLens), ledgers, sweeps, headScores, palette, notes);
    }

    /**
     * {@return the same page with who wrote one more logit; the reader chooses among all that were given}
     *
     * @param answer what it is called in the choice, such as {@code " France"}
     * @param ledger of the session's text, at all its positions or its last ones
     * @throws BadRequestException if there already is one of that name, or it is of other tokens
     */
    public ResidualExplorer attribution(String answer, LogitAttribution ledger) {
        BadRequestException.requireGiven(answer, "answer's name");
        BadRequestException.requireGiven(ledger, "ledger");
        if (ledgers.containsKey(answer)) {
            throw new BadRequestException("There already is an attribution called \"" + answer + "\".");
        }
        List<String> labels = ledger.sum().axes().get(0).labels();
        int all = session.tokens().size();
        requireTokens(labels, session.tokenLabels().subList(Math.max(0, all - labels.size()), all), "attribution");
        Map<String, LogitAttribution> more = new LinkedHashMap<>(ledgers);
        more.put(answer, ledger);
        return new ResidualExplorer(
                session, token, lens, Collections.unmodifiableMap(more), sweeps, headScores, palette, notes);
    }

    /**
     * {@return the same page with one more result of patching}
     *
     * @param sweep what patching did to a run; its texts need not be the session's
     */
    public ResidualExplorer patching(PatchingSweep sweep) {
        BadRequestException.requireGiven(sweep, "sweep");
        List<PatchingSweep> more = new ArrayList<>(sweeps);
        more.add(sweep);
        return new ResidualExplorer(session, token, lens, ledgers, more, headScores, palette, notes);
    }

    /**
     * {@return the same page with heads named by their scores}
     *
     * @param scores of the model's heads, on whatever text
     */
    public ResidualExplorer headScores(HeadScores scores) {
        BadRequestException.requireGiven(scores, "scores");
        return new ResidualExplorer(session, token, lens, ledgers, sweeps, Optional.of(scores), palette, notes);
    }

    /**
     * {@return the same page in other colours}
     *
     * @param newPalette such as {@link Palette#NOTEBOOK}; {@link Palette#STANDARD} otherwise
     */
    public ResidualExplorer colors(Palette newPalette) {
        BadRequestException.requireGiven(newPalette, "palette");
        return new ResidualExplorer(session, token, lens, ledgers, sweeps, headScores, newPalette, notes);
    }

    /**
     * {@return the same page with a sentence at its foot}
     *
     * @param sentence what its reader should know, such as why something is not on it
     */
    public ResidualExplorer note(String sentence) {
        BadRequestException.requireGiven(sentence, "note");
        List<String> more = new ArrayList<>(notes);
        more.add(sentence);
        return new ResidualExplorer(session, token, lens, ledgers, sweeps, headScores, palette, more);
    }

    private static void requireTokens(List<String> given, List<String> held, String what) {
        if (!given.equals(held)) {
            throw new BadRequestException("The " + what + " is of the tokens " + given + ", the session has " + held
                    + "; give that of the same text.");
        }
    }

    /** {@return the page, UTF-8} */
    public byte[] toHtml() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ExplorerPage.write(content(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes {@link #toHtml()}, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if the file cannot be written
     */
    public void writeHtml(Path file) {
        BadRequestException.requireGiven(file, "file");
        ExplorerContent content = content();
        StagedFile.replace(file, out -> ExplorerPage.write(content, out));
    }

    private ExplorerContent content() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        List<Question<?>> questions = new ArrayList<>(NUMBERS);
        if (!session.attentionPatterns().isEmpty()) {
            questions.add(Questions.ATTENTION_PATTERNS);
        }
        List<AnalysisResult> numbers = new ArrayList<>();
        List<String> said = new ArrayList<>(notes);
        for (Question<?> question : questions) {
            try {
                numbers.add(analyzer.ask(question));
            } catch (ResidualException e) {
                said.add(question.title() + ": " + e.getMessage());
            }
        }
        if (session.attentionPatterns().isEmpty()) {
            said.add("The session holds no attention patterns; capture HookPoint.ATTENTION_PATTERN to see them here.");
        }
        return new ExplorerContent(session, token, lens, ledgers, sweeps, headScores, numbers, palette, said);
    }

    @Override
    public String toString() {
        return "page of " + session;
    }
}
