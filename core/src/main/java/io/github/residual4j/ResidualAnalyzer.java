package io.github.residual4j;

import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.Anisotropy;
import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.analysis.CosineBetweenAllPoints;
import io.github.residual4j.analysis.CosineBetweenAllPointsByToken;
import io.github.residual4j.analysis.CosineBetweenConsecutivePoints;
import io.github.residual4j.analysis.CosineBetweenTokens;
import io.github.residual4j.analysis.CosineWithEnds;
import io.github.residual4j.analysis.HeadPatterns;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.MassiveActivations;
import io.github.residual4j.analysis.OutlierDimensions;
import io.github.residual4j.analysis.PointSimilarity;
import io.github.residual4j.analysis.PointStatistics;
import io.github.residual4j.analysis.PrincipalComponents;
import io.github.residual4j.analysis.SessionComparison;
import io.github.residual4j.analysis.SingularSpectra;
import io.github.residual4j.analysis.StreamPath;
import io.github.residual4j.analysis.TokenStatistics;
import io.github.residual4j.analysis.TopDimensionShare;
import io.github.residual4j.analysis.UpdateGeometry;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.measure.Comparison;
import io.github.residual4j.internal.measure.Components;
import io.github.residual4j.internal.measure.Narrowing;
import io.github.residual4j.internal.measure.Outliers;
import io.github.residual4j.internal.measure.PointCosines;
import io.github.residual4j.internal.measure.Reports;
import io.github.residual4j.internal.measure.Rescaling;
import io.github.residual4j.internal.measure.StreamView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Asks questions of a session's residual stream. Immutable; each question returns a value that stands on its own and
 * says what view of the session it was taken from.
 *
 * <p>GPT-2's first position and a few of its dimensions are enormous and would dominate most answers. So the view can be
 * narrowed or rescaled first, step by step in the order of the calls:
 *
 * <pre>{@code
 * analyzer.withoutFirstPosition().standardized().cosineBetweenConsecutivePoints();
 * }</pre>
 *
 * <p>With {@code --add-modules jdk.incubator.vector} on the java command, large streams are measured with SIMD; without
 * it everything works the same, slower. The system property {@code residual4j.kernels} ({@code auto}, {@code vector},
 * {@code scalar}) forces either. Streams of about a million values and more are measured by several threads of the common
 * {@link java.util.concurrent.ForkJoinPool}, or of the pool whose task asks.
 *
 * <p>An answer has the same bits on every processor, with SIMD or without, on every JDK and with any number of threads:
 * the same question asked of the same session always gives an equal result. Builds try this on x86-64, with 4, 8 and 16
 * floats at a time. One case is known that it leaves out: where the iteration for eigenvalues or singular values does
 * not converge by itself, EJML turns it by a random angle, whose sine and cosine may differ in their last bit between
 * kinds of processors.
 */
public final class ResidualAnalyzer {
    /** The epsilon of GPT-2's layer norms, used where a session does not tell its model's. */
    public static final double DEFAULT_LAYER_NORM_EPSILON = 1e-5;

    private static final double ATOL = 1e-4;
    private static final double RTOL = 1e-3;

    private final ActivationSession session;
    private final StreamView view;

    private ResidualAnalyzer(ActivationSession session, StreamView view) {
        this.session = session;
        this.view = view;
    }

    /**
     * {@return an analyzer of a whole session}
     *
     * @param session what is looked at
     */
    public static ResidualAnalyzer of(ActivationSession session) {
        BadRequestException.requireGiven(session, "session");
        return new ResidualAnalyzer(
                session,
                StreamView.ofWhole(
                        session.points(),
                        session.namesAssumed(),
                        named(session),
                        session.states(),
                        session.blockCount(),
                        session.whyNoBlocks()));
    }

    /** The tokens as results call them, where those that are parts of characters are told by their bytes. */
    private static List<Token> named(ActivationSession session) {
        List<String> labels = session.tokenLabels();
        return IntStream.range(0, labels.size())
                .mapToObj(i -> {
                    Token token = session.tokens().get(i);
                    return new Token(token.position(), token.id(), token.text().map(text -> labels.get(i)));
                })
                .toList();
    }

    /** {@return the session being analyzed} */
    public ActivationSession session() {
        return session;
    }

    /** {@return what of the session is looked at} */
    public View view() {
        return view.view();
    }

    StreamView streamView() {
        return view;
    }

    private ResidualAnalyzer with(StreamView narrowed) {
        return new ResidualAnalyzer(session, narrowed);
    }

    /**
     * {@return this view narrowed to some positions}
     *
     * @param positions places in the text, counted from 0; −1 is the last, −2 the one before, …
     * @throws BadRequestException if the view holds no such position
     */
    public ResidualAnalyzer positions(int... positions) {
        BadRequestException.requireGiven(positions, "list of positions");
        return with(Narrowing.toPositions(view, positions));
    }

    /**
     * {@return this view without position 0}
     *
     * @throws BadRequestException if there is no other
     */
    public ResidualAnalyzer withoutFirstPosition() {
        return with(Narrowing.withoutFirstPosition(view));
    }

    /**
     * {@return this view narrowed to the points of some roles, of which it must hold one}
     *
     * @param roles the roles to keep
     */
    public ResidualAnalyzer points(StreamPoint.Role... roles) {
        BadRequestException.requireGiven(roles, "list of roles");
        List<StreamPoint.Role> wanted = List.of(roles);
        return with(Narrowing.toPoints(view, p -> wanted.contains(p.role()), "of role " + Arrays.toString(roles)));
    }

    /**
     * {@return this view narrowed to the points of some names}
     *
     * @param names the names to keep
     * @throws BadRequestException if one is not among the points
     */
    public ResidualAnalyzer points(String... names) {
        BadRequestException.requireGiven(names, "list of names");
        for (String name : names) {
            placeOf(name);
        }
        List<String> wanted = List.of(names);
        return with(Narrowing.toPoints(view, p -> wanted.contains(p.name()), String.join(", ", names)));
    }

    /**
     * {@return this view without some dimensions}
     *
     * @param dimensions as the model numbers them, counted from 0
     * @throws BadRequestException if the view holds no such dimension, or no other
     */
    public ResidualAnalyzer withoutDimensions(int... dimensions) {
        BadRequestException.requireGiven(dimensions, "list of dimensions");
        return with(Narrowing.withoutDimensions(view, dimensions));
    }

    /** {@return this view with each dimension of each point less its mean over the tokens} */
    public ResidualAnalyzer centered() {
        return with(Rescaling.centered(view));
    }

    /**
     * {@return this view with each dimension of each point less its mean and divided by its population standard
     * deviation over the tokens; zero where it does not vary} Questions about blocks are refused afterwards.
     */
    public ResidualAnalyzer standardized() {
        return with(Rescaling.standardized(view));
    }

    /**
     * {@return this view with each vector less its mean and divided by √(variance + epsilon), as the model's layer
     * norms do before their gain and bias} Epsilon is the session's, or {@link #DEFAULT_LAYER_NORM_EPSILON}. Questions about blocks are
     * refused afterwards.
     */
    public ResidualAnalyzer layerNormalized() {
        return with(Rescaling.layerNormalized(
                view, session.provenance().layerNormEpsilon().orElse(DEFAULT_LAYER_NORM_EPSILON)));
    }

    /**
     * {@return the answer to a question of {@link Questions}, with its defaults}
     *
     * @param question what is asked
     * @param <R> the answer's type
     * @throws BadRequestException if the view lacks what the question needs, naming it
     */
    public <R extends AnalysisResult> R ask(Question<R> question) {
        return BadRequestException.requireGiven(question, "question").answer(this);
    }

    /** Whether the view holds what a question needs. */
    boolean holds(Question.Need need) {
        return switch (need) {
            case WHOLE_BLOCKS -> view.whyNoBlockPoints().isEmpty();
            case EMBED -> view.points().stream().anyMatch(point -> point.role() == StreamPoint.Role.EMBED);
            case ATTENTION_PATTERNS ->
                !session.attentionPatterns().isEmpty()
                        && IntStream.range(0, session.tokens().size())
                                .allMatch(t -> session.tokens().get(t).position() == t);
            case TOKEN_IDS ->
                session.tokens().stream().allMatch(token -> token.id().isPresent());
        };
    }

    /** {@return how far each step of the stream turns it: cosine between consecutive points} */
    public CosineBetweenConsecutivePoints cosineBetweenConsecutivePoints() {
        return ask(Questions.COSINE_CONSECUTIVE);
    }

    /** {@return mean, deviation and range of each point} */
    public PointStatistics statistics() {
        return ask(Questions.STATISTICS);
    }

    /**
     * {@return L2 norms of the stream and of what each block's attention and MLP add to it}
     *
     * @throws BadRequestException if the view lacks a state that some block needs, naming it
     */
    public BlockMagnitudes magnitudes() {
        return ask(Questions.MAGNITUDES);
    }

    /**
     * {@return whether each block's attention and MLP write along the stream or against it}
     *
     * @throws BadRequestException if the view lacks a state that some block needs, naming it
     */
    public BlockAlignment alignment() {
        return ask(Questions.ALIGNMENT);
    }

    /** {@return the four analyses above together, in one pass over the states} */
    public AnalysisReport report() {
        return Reports.notebook(view);
    }

    /**
     * {@return every analysis that the session allows, with the defaults of each, but for the cosine between tokens,
     * which grows with their square, and for what takes long for a session of this size} {@link AnalysisReport#leftOut()}
     * names each and the call that gives it.
     */
    public AnalysisReport fullReport() {
        AnalysisReport report = report();
        List<AnalysisResult> further = new ArrayList<>();
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (Question<?> question : Questions.further()) {
            if (question.isPossible(this)) {
                Optional<String> why = Questions.whyLeftOut(question, this);
                why.ifPresentOrElse(reason -> leftOut.put(question.key(), reason), () -> further.add(ask(question)));
            }
        }
        return report.with(further).leavingOut(leftOut);
    }

    /**
     * {@return norm, moments, range, kurtosis and sparsity of each state, and the growth of its norm from point to
     * point}
     */
    public TokenStatistics tokenStatistics() {
        return ask(Questions.TOKEN_STATISTICS);
    }

    /** {@return cosine between every pair of points, averaged over tokens} */
    public CosineBetweenAllPoints cosineBetweenAllPoints() {
        return ask(Questions.COSINE_BETWEEN_ALL_POINTS);
    }

    /** {@return cosine between every pair of points, for each token} */
    public CosineBetweenAllPointsByToken cosineBetweenAllPointsByToken() {
        return PointCosines.byToken(view);
    }

    /**
     * {@return cosine of each point with {@code embed} and with the last point}
     *
     * @throws BadRequestException if the view holds no {@code embed}
     */
    public CosineWithEnds cosineWithEnds() {
        return ask(Questions.COSINE_WITH_ENDS);
    }

    /**
     * {@return cosine between every pair of tokens inside a point}
     *
     * @param point the point's index in the view, counted from 0
     * @throws BadRequestException if no point has the name, or more than one
     */
    public CosineBetweenTokens cosineBetweenTokens(String point) {
        BadRequestException.requireGiven(point, "point's name");
        return PointCosines.betweenTokens(view, placeOf(point));
    }

    /** {@return the mean cosine of different tokens at each point: how much of a cone they form} */
    public Anisotropy anisotropy() {
        return ask(Questions.ANISOTROPY);
    }

    /**
     * {@return how each attention and MLP output lies to the stream it is added to and to the other}
     *
     * @throws BadRequestException if the view lacks a state that some block needs, naming it
     */
    public UpdateGeometry updates() {
        return ask(Questions.UPDATES);
    }

    /**
     * {@return the length of each token's way through the stream against the straight line}
     *
     * @throws BadRequestException if the view lacks a state that some block needs, naming it
     */
    public StreamPath path() {
        return ask(Questions.PATH);
    }

    /**
     * {@return values above 100 and at least 1000 times the median magnitude of their point, the criterion of Sun et
     * al} 2024.
     */
    public MassiveActivations massiveActivations() {
        return ask(Questions.MASSIVE_ACTIVATIONS);
    }

    /**
     * {@return values above a magnitude and at least {@code ratio} times the median magnitude of their point}
     *
     * @param magnitude the magnitude that has to be passed, in the units of the stream
     * @param ratio the multiple of the point's median magnitude that has to be reached
     */
    public MassiveActivations massiveActivations(double magnitude, double ratio) {
        return Outliers.massive(view, magnitude, ratio);
    }

    /**
     * {@return dimensions whose mean magnitude over the tokens lies more than 3 standard deviations above that of all}
     */
    public OutlierDimensions outlierDimensions() {
        return ask(Questions.OUTLIER_DIMENSIONS);
    }

    /**
     * {@return dimensions whose mean magnitude over the tokens lies more than {@code deviations} above that of all}
     *
     * @param deviations how many standard deviations above the mean of all dimensions
     */
    public OutlierDimensions outlierDimensions(double deviations) {
        return Outliers.dimensions(view, deviations);
    }

    /**
     * {@return the share of each state's squared norm in its {@code count} largest dimensions, 1 to the width}
     *
     * @param count how many
     */
    public TopDimensionShare topDimensionShare(int count) {
        return Outliers.topShare(view, count);
    }

    /**
     * {@return the {@code count} directions of most variance among all states, and every token's trajectory along them}
     *
     * @param count how many
     */
    public PrincipalComponents principalComponents(int count) {
        return Components.of(view, count);
    }

    /** {@return the singular spectrum of each point, its effective rank and its participation ratio} */
    public SingularSpectra spectra() {
        return ask(Questions.SPECTRA);
    }

    /** {@return linear CKA between all points} */
    public PointSimilarity similarity() {
        return ask(Questions.SIMILARITY);
    }

    /**
     * {@return entropy of each attention head, and its shares for the first position, the one before and itself}
     *
     * @throws BadRequestException if the session holds no attention patterns or not all positions of its text
     */
    public HeadPatterns attentionPatterns() {
        return ask(Questions.ATTENTION_PATTERNS);
    }

    /**
     * {@return how much each head looks at the token before, at earlier occurrences of the same token, and at what
     * followed them}
     *
     * @throws BadRequestException if the session holds no attention patterns, not all positions of its text or not the id
     *     of each token
     */
    public HeadScores headScores() {
        return ask(Questions.HEAD_SCORES);
    }

    /**
     * {@return how far two sessions differ, with the tolerance |a − b| ≤ 1e-4 + 1e-3·|b|}
     *
     * @param a one session
     * @param b the session it is held against
     */
    public static SessionComparison compare(ActivationSession a, ActivationSession b) {
        return of(a).comparedWith(of(b), ATOL, RTOL);
    }

    /**
     * {@return how far two sessions differ at pairs of positions, with the tolerance |a − b| ≤ 1e-4 + 1e-3·|b|} For
     * texts whose tokens stand at different positions: {@code compare(a, b, new int[] {-1, -1})} holds their last
     * tokens against each other. Tokens of the result are counted in the order of the pairs.
     *
     * @param a one session
     * @param b the session it is held against
     * @param pairs a position of the first and one of the second, each; −1 is the last, −2 the one before, …
     * @throws BadRequestException if a pair is none, or names a position that is not there, or there is no pair
     */
    public static SessionComparison compare(ActivationSession a, ActivationSession b, int[]... pairs) {
        return of(a).comparedWith(of(b), pairs, ATOL, RTOL);
    }

    /**
     * {@return how far the last tokens of two sessions differ, the last against the last and so on, as many as the
     * shorter has, with the tolerance |a − b| ≤ 1e-4 + 1e-3·|b|}
     *
     * @param a one session
     * @param b the session it is held against
     */
    public static SessionComparison compareFromTheEnd(ActivationSession a, ActivationSession b) {
        StreamView ofA = of(a).view;
        StreamView ofB = of(b).view;
        return Comparison.ofPairs(ofA, ofB, Comparison.pairsFromTheEnd(ofA, ofB), ATOL, RTOL);
    }

    /**
     * {@return this view against another of the same points, positions and dimensions}
     *
     * @param other what this view is held against
     * @param atol the difference allowed everywhere
     * @param rtol the difference allowed for each unit of the other's magnitude
     * @throws BadRequestException if the views are of different shape, or a tolerance is negative
     */
    public SessionComparison comparedWith(ResidualAnalyzer other, double atol, double rtol) {
        BadRequestException.requireGiven(other, "other view");
        return Comparison.of(view, other.view, atol, rtol);
    }

    /**
     * {@return this view against another of the same points and dimensions, at pairs of positions}
     *
     * @param other what this view is held against
     * @param pairs a position of this view and one of the other, each; −1 is the last, −2 the one before, …
     * @param atol the difference allowed everywhere
     * @param rtol the difference allowed for each unit of the other's magnitude
     * @throws BadRequestException if the views are of different points or dimensions, a pair is none, or names a
     *     position that is not there, there is no pair, or a tolerance is negative
     */
    public SessionComparison comparedWith(ResidualAnalyzer other, int[][] pairs, double atol, double rtol) {
        BadRequestException.requireGiven(other, "other view");
        BadRequestException.requireGiven(pairs, "list of pairs");
        return Comparison.ofPairs(view, other.view, pairs, atol, rtol);
    }

    /** {@return what is looked at, such as {@code analyzer of tiny-gpt2, 17 points × 6 tokens × 160, positions 1 to 5}} */
    @Override
    public String toString() {
        return "analyzer of " + session + ", " + view.view();
    }

    private int placeOf(String name) {
        int[] places = IntStream.range(0, view.points().size())
                .filter(p -> view.points().get(p).name().equals(name))
                .toArray();
        if (places.length != 1) {
            throw new BadRequestException((places.length == 0 ? "No point" : "More than one point") + " is named \""
                    + name + "\"; this view holds " + view.points() + ".");
        }
        return places[0];
    }
}
