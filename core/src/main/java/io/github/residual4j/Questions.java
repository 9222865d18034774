package io.github.residual4j;

import io.github.residual4j.Question.Cost;
import io.github.residual4j.Question.Need;
import io.github.residual4j.analysis.Anisotropy;
import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.analysis.CosineBetweenAllPoints;
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
import io.github.residual4j.analysis.SingularSpectra;
import io.github.residual4j.analysis.StreamPath;
import io.github.residual4j.analysis.TokenStatistics;
import io.github.residual4j.analysis.TopDimensionShare;
import io.github.residual4j.analysis.UpdateGeometry;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.internal.measure.AttentionHeads;
import io.github.residual4j.internal.measure.BlockUpdates;
import io.github.residual4j.internal.measure.Components;
import io.github.residual4j.internal.measure.ConsecutiveCosines;
import io.github.residual4j.internal.measure.Geometry;
import io.github.residual4j.internal.measure.Outliers;
import io.github.residual4j.internal.measure.PointCosines;
import io.github.residual4j.internal.measure.PointSums;
import io.github.residual4j.internal.measure.TokenMoments;
import io.github.residual4j.internal.measure.UpdateDirections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * All questions that a {@link ResidualAnalyzer} answers, with the defaults of each. A new one is a line here; {@link ResidualAnalyzer#ask(Question)} asks it, and {@link ResidualAnalyzer#fullReport()} answers it, unless it outgrows the session.
 */
public final class Questions {
    private static final int COMPONENTS = 3;
    private static final int TOP_DIMENSIONS = 3;

    private static final Cost ONCE = (points, tokens, width) -> points * tokens * width;
    private static final Cost PAIRS_OF_POINTS = (points, tokens, width) -> points * points * tokens * width;

    /** How far each step of the stream turns it. */
    public static final Question<CosineBetweenConsecutivePoints> COSINE_CONSECUTIVE = new Question<>(
            "cosine_consecutive",
            "Cosine between consecutive points",
            Set.of(),
            ONCE,
            a -> ConsecutiveCosines.of(a.streamView()));

    /** Mean, deviation and range of each point. */
    public static final Question<PointStatistics> STATISTICS =
            new Question<>("statistics", "Statistics of each point", Set.of(), ONCE, a -> PointSums.of(a.streamView()));

    /** L2 norms of the stream and of what each block adds to it. */
    public static final Question<BlockMagnitudes> MAGNITUDES = new Question<>(
            "magnitudes",
            "Magnitudes of each block",
            Set.of(Need.WHOLE_BLOCKS),
            ONCE,
            a -> BlockUpdates.magnitudesOf(a.streamView()));

    /** Whether each block writes along the stream or against it. */
    public static final Question<BlockAlignment> ALIGNMENT = new Question<>(
            "cosine_residual",
            "Cosine of the stream before each block with what the block adds",
            Set.of(Need.WHOLE_BLOCKS),
            ONCE,
            a -> BlockUpdates.alignmentOf(a.streamView()));

    /** Norm, moments, range, kurtosis and sparsity of each state. */
    public static final Question<TokenStatistics> TOKEN_STATISTICS = new Question<>(
            "token_statistics", "Statistics of each state", Set.of(), ONCE, a -> TokenMoments.of(a.streamView()));

    /** Cosine between every pair of points, averaged over tokens. */
    public static final Question<CosineBetweenAllPoints> COSINE_BETWEEN_ALL_POINTS = new Question<>(
            "cosine_between_points",
            "Cosine between all points, mean over tokens",
            Set.of(),
            PAIRS_OF_POINTS,
            a -> PointCosines.averaged(a.streamView()));

    /** Cosine of each point with the embedding and with the last point. */
    public static final Question<CosineWithEnds> COSINE_WITH_ENDS = new Question<>(
            "cosine_with_ends",
            "Cosine of each point with the embedding and with the last point",
            Set.of(Need.EMBED),
            ONCE,
            a -> PointCosines.withEnds(a.streamView()));

    /** Cosine between every pair of tokens inside the last point. */
    public static final Question<CosineBetweenTokens> COSINE_BETWEEN_TOKENS = new Question<>(
            "cosine_between_tokens",
            "Cosine between the tokens of one point",
            Set.of(),
            (points, tokens, width) -> tokens * tokens * width,
            a -> PointCosines.betweenTokens(
                    a.streamView(), a.streamView().points().size() - 1));

    /** The mean cosine of different tokens at each point. */
    public static final Question<Anisotropy> ANISOTROPY = new Question<>(
            "anisotropy",
            "Mean cosine of different tokens at each point",
            Set.of(),
            ONCE,
            a -> PointCosines.anisotropy(a.streamView()));

    /** How each attention and MLP output lies to the stream. */
    public static final Question<UpdateGeometry> UPDATES = new Question<>(
            "block_updates",
            "What each block adds to each token",
            Set.of(Need.WHOLE_BLOCKS),
            ONCE,
            a -> UpdateDirections.of(a.streamView()));

    /** The length of each token's way against the straight line. */
    public static final Question<StreamPath> PATH = new Question<>(
            "path",
            "The path of each token through the stream",
            Set.of(Need.WHOLE_BLOCKS),
            ONCE,
            a -> UpdateDirections.pathOf(a.streamView()));

    /** Values that dwarf all others of their point. */
    public static final Question<MassiveActivations> MASSIVE_ACTIVATIONS = new Question<>(
            "massive_activations",
            "Massive activations",
            Set.of(),
            ONCE,
            a -> Outliers.massive(a.streamView(), Outliers.MASSIVE_MAGNITUDE, Outliers.MASSIVE_RATIO));

    /** Dimensions that are large for most tokens. */
    public static final Question<OutlierDimensions> OUTLIER_DIMENSIONS = new Question<>(
            "outlier_dimensions",
            "Outlier dimensions",
            Set.of(),
            ONCE,
            a -> Outliers.dimensions(a.streamView(), Outliers.OUTLIER_DEVIATIONS));

    /** The share of each state's squared norm in its three largest dimensions. */
    public static final Question<TopDimensionShare> TOP_DIMENSION_SHARE = new Question<>(
            "top_dimension_share",
            "Share of the squared norm in the largest dimensions",
            Set.of(),
            ONCE,
            a -> Outliers.topShare(
                    a.streamView(), Math.min(TOP_DIMENSIONS, a.streamView().width())));

    /** The three directions of most variance among all states. */
    public static final Question<PrincipalComponents> PRINCIPAL_COMPONENTS = new Question<>(
            "principal_components",
            "Principal components of the stream",
            Set.of(),
            (points, tokens, width) -> points * tokens * width * Math.min(points * tokens, width),
            a -> Components.of(a.streamView(), COMPONENTS));

    /** The singular spectrum of each point. */
    public static final Question<SingularSpectra> SPECTRA = new Question<>(
            "spectra",
            "Singular spectrum of each point",
            Set.of(),
            (points, tokens, width) -> 4 * points * tokens * width * Math.min(tokens, width),
            a -> Geometry.spectra(a.streamView()));

    /** Linear CKA between all points. */
    public static final Question<PointSimilarity> SIMILARITY = new Question<>(
            "cka",
            "Linear CKA between all points",
            Set.of(),
            (points, tokens, width) -> points * tokens * tokens * (2 * width + points) / 4,
            a -> Geometry.similarity(a.streamView()));

    /** Where each attention head looks. */
    public static final Question<HeadPatterns> ATTENTION_PATTERNS = new Question<>(
            "attention_patterns",
            "Attention patterns of each head",
            Set.of(Need.ATTENTION_PATTERNS),
            ONCE,
            Questions::headPatterns);

    /** Whether heads look at the token before, at the same token, or at what followed it. */
    public static final Question<HeadScores> HEAD_SCORES = new Question<>(
            "head_scores",
            "Scores that name heads",
            Set.of(Need.ATTENTION_PATTERNS, Need.TOKEN_IDS),
            (points, tokens, width) -> tokens * tokens * points,
            Questions::headScores);

    /** Those of the notebook, which a report answers in one pass. */
    private static final List<Question<?>> NOTEBOOK = List.of(COSINE_CONSECUTIVE, STATISTICS, MAGNITUDES, ALIGNMENT);

    private static final List<Question<?>> FURTHER = List.of(
            TOKEN_STATISTICS,
            COSINE_BETWEEN_ALL_POINTS,
            COSINE_WITH_ENDS,
            COSINE_BETWEEN_TOKENS,
            ANISOTROPY,
            UPDATES,
            PATH,
            MASSIVE_ACTIVATIONS,
            OUTLIER_DIMENSIONS,
            TOP_DIMENSION_SHARE,
            PRINCIPAL_COMPONENTS,
            SPECTRA,
            SIMILARITY,
            ATTENTION_PATTERNS,
            HEAD_SCORES);

    /** Multiplications from which on a question waits to be asked by itself; some ten seconds on two cores. */
    private static final double MOST_WORK = 1e11;

    /** Those that can grow faster than a session does, and the calls that answer them. */
    private static final Map<Question<?>, String> OUTGROWING = Map.of(
            COSINE_BETWEEN_TOKENS, "cosineBetweenTokens(point)",
            PRINCIPAL_COMPONENTS, "principalComponents(" + COMPONENTS + ")",
            SPECTRA, "spectra()",
            SIMILARITY, "similarity()");

    private Questions() {}

    /** Why a report of a session leaves a question out, if it does, and which call answers it. */
    static Optional<String> whyLeftOut(Question<?> question, ResidualAnalyzer analyzer) {
        String call = "; ResidualAnalyzer." + OUTGROWING.get(question) + " gives it";
        if (question.equals(COSINE_BETWEEN_TOKENS)) {
            return Optional.of("grows with the square of the tokens" + call);
        }
        return OUTGROWING.containsKey(question) && question.cost(analyzer.streamView()) > MOST_WORK
                ? Optional.of("takes long for a session of this size" + call)
                : Optional.empty();
    }

    private static HeadPatterns headPatterns(ResidualAnalyzer analyzer) {
        return AttentionHeads.of(patterns(analyzer), analyzer.session().tokens(), analyzer.streamView());
    }

    private static HeadScores headScores(ResidualAnalyzer analyzer) {
        if (analyzer.session().tokens().stream().anyMatch(token -> token.id().isEmpty())) {
            throw new BadRequestException(
                    "This session does not tell the id of every token, so not which tokens are the same.");
        }
        return AttentionHeads.scores(patterns(analyzer), analyzer.session().tokens(), analyzer.streamView());
    }

    private static SortedMap<Integer, FloatTensor> patterns(ResidualAnalyzer analyzer) {
        SortedMap<Integer, FloatTensor> patterns = analyzer.session().attentionPatterns();
        if (patterns.isEmpty()) {
            throw new BadRequestException("This session holds no attention patterns; ask for"
                    + " HookPoint.ATTENTION_PATTERN when the text is captured, or give them under \""
                    + ActivationSession.ATTENTION_PATTERNS + "\".");
        }
        return patterns;
    }

    /** {@return all questions, in the order of a full report} */
    public static List<Question<?>> all() {
        return Stream.concat(NOTEBOOK.stream(), FURTHER.stream()).toList();
    }

    /** Those that the notebook does not ask. */
    static List<Question<?>> further() {
        return FURTHER;
    }
}
