/**
 * One immutable result type for each question asked of a residual stream. Results hold no open resource, are equal by
 * content, print as tables and give plain arrays, {@link io.github.residual4j.analysis.Measure}s with names, units and
 * labelled axes, CSV and JSON. {@link io.github.residual4j.ResidualAnalyzer} makes them.
 *
 * <p>In the formulas x is the state of one token at one point, with n dimensions; a block's attention output is {@code
 * resid_mid − resid_pre} and its MLP output {@code resid_post − resid_mid}. Norms are L2, deviations are the
 * population's (divided by n, as NumPy does), logarithms natural. A cosine with a zero vector is 0; otherwise NaN stays
 * NaN. Lengths are in the units of the stream, which has none of its own.
 *
 * <table class="striped">
 * <caption>What is asked, how it is computed, and who asked first</caption>
 * <thead>
 * <tr><th scope="col">result</th><th scope="col">formula</th><th scope="col">shape</th><th scope="col">source</th></tr>
 * </thead>
 * <tbody>
 * <tr><th scope="row">{@link CosineBetweenConsecutivePoints}</th>
 *   <td>x·y / (‖x‖ ‖y‖) of each point with the next</td><td>{@code [points-1, tokens]}</td><td>the notebook</td></tr>
 * <tr><th scope="row">{@link CosineBetweenAllPoints}</th>
 *   <td>the same of every two points, averaged over tokens</td><td>{@code [points, points]}</td><td></td></tr>
 * <tr><th scope="row">{@link CosineBetweenAllPointsByToken}</th>
 *   <td>the same for each token</td><td>{@code [tokens, points, points]}</td><td></td></tr>
 * <tr><th scope="row">{@link CosineWithEnds}</th>
 *   <td>the same with {@code embed} and with the last point</td><td>{@code [points, tokens]}</td><td></td></tr>
 * <tr><th scope="row">{@link CosineBetweenTokens}</th>
 *   <td>the same of every two tokens inside one point</td><td>{@code [tokens, tokens]}</td><td></td></tr>
 * <tr><th scope="row">{@link Anisotropy}</th>
 *   <td>mean cosine of all pairs of different tokens</td><td>{@code [points]}</td><td>Ethayarajh 2019, section 3.3</td></tr>
 * <tr><th scope="row">{@link PointStatistics}</th>
 *   <td>Σx / n; √(Σ(x − mean)² / n); min; max; Σ|x| / n</td><td>{@code [points]}</td><td>the notebook</td></tr>
 * <tr><th scope="row">{@link TokenStatistics}</th>
 *   <td>√Σx²; √(Σx² / n); mean; variance; min; max; norm over the norm before</td><td>{@code [points, tokens]}</td><td></td></tr>
 * <tr><th scope="row">{@link TokenStatistics#kurtosis() kurtosis}</th>
 *   <td>(Σ(x − mean)⁴ / n) / variance²</td><td>{@code [points, tokens]}</td><td>Elhage et al.&nbsp;2023</td></tr>
 * <tr><th scope="row">{@link TokenStatistics#sparsity() sparsity}</th>
 *   <td>(√n − Σ|x| / √Σx²) / (√n − 1)</td><td>{@code [points, tokens]}</td><td>Hoyer 2004, section 3.1</td></tr>
 * <tr><th scope="row">{@link BlockMagnitudes}</th>
 *   <td>mean over tokens of ‖resid_pre‖, ‖attention‖, ‖mlp‖; ratios and shares of these</td><td>{@code [blocks]}</td><td>the notebook</td></tr>
 * <tr><th scope="row">{@link BlockAlignment}</th>
 *   <td>cosine of resid_pre with the attention and with the MLP output</td><td>{@code [blocks, tokens]}</td><td>the notebook</td></tr>
 * <tr><th scope="row">{@link UpdateGeometry}</th>
 *   <td>for an update u of a state x: x·u / ‖x‖ along, √(‖u‖² − along²) across, the angle between x and x + u</td><td>{@code [blocks, tokens]}</td><td></td></tr>
 * <tr><th scope="row">{@link StreamPath}</th>
 *   <td>Σ‖u‖ over all updates; ‖last − embed‖; their ratio</td><td>{@code [tokens]}</td><td></td></tr>
 * <tr><th scope="row">{@link MassiveActivations}</th>
 *   <td>|x| above 100 and above 1000 medians of |x| at the point</td><td>a list</td><td>Sun et al.&nbsp;2024, section 2</td></tr>
 * <tr><th scope="row">{@link OutlierDimensions}</th>
 *   <td>mean |x| over tokens more than 3 deviations above that of all dimensions</td><td>a list</td><td>Kovaleva et al.&nbsp;2021, Puccetti et al.&nbsp;2022</td></tr>
 * <tr><th scope="row">{@link TopDimensionShare}</th>
 *   <td>Σ of the k largest x², over Σx²</td><td>{@code [points, tokens]}</td><td></td></tr>
 * <tr><th scope="row">{@link PrincipalComponents}</th>
 *   <td>eigenvectors of the covariance of all states of the view</td><td>{@code [components, dimensions]}</td><td>Pearson 1901</td></tr>
 * <tr><th scope="row">{@link SingularSpectra}</th>
 *   <td>singular values σ of [tokens, dimensions]</td><td>{@code [points, min(tokens, dimensions)]}</td><td></td></tr>
 * <tr><th scope="row">{@link SingularSpectra#effectiveRank() effectiveRank}</th>
 *   <td>exp(−Σ p ln p), p = σ / Σσ</td><td>{@code [points]}</td><td>Roy and Vetterli 2007</td></tr>
 * <tr><th scope="row">{@link SingularSpectra#participationRatio() participationRatio}</th>
 *   <td>(Σλ)² / Σλ², λ = σ²</td><td>{@code [points]}</td><td>Gao et al.&nbsp;2017</td></tr>
 * <tr><th scope="row">{@link PointSimilarity}</th>
 *   <td>linear CKA: ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖), columns of mean zero</td><td>{@code [points, points]}</td><td>Kornblith et al.&nbsp;2019, section 3</td></tr>
 * <tr><th scope="row">{@link HeadPatterns}</th>
 *   <td>−Σ p ln p; shares of position 0, of the position before and of the position itself</td><td>{@code [blocks, heads]}</td><td>Xiao et al.&nbsp;2023; Elhage et al.&nbsp;2021</td></tr>
 * <tr><th scope="row">{@link SessionComparison}</th>
 *   <td>largest |a − b| and |a − b| / |b|, cosine, values beyond |a − b| ≤ atol + rtol·|b|</td><td>{@code [points]}</td><td></td></tr>
 * <tr><th scope="row">{@link StreamSummary}</th>
 *   <td>moments and range of values and norms over many sessions</td><td>{@code [points]}</td><td>Chan, Golub and LeVeque 1983</td></tr>
 * <tr><th scope="row">{@link Quantiles}</th>
 *   <td>quantiles over many sessions, within 1 %</td><td>{@code [points, quantiles]}</td><td>Masson, Rim and Lee 2019</td></tr>
 * <tr><th scope="row">{@link DimensionStatistics}</th>
 *   <td>mean, deviation and mean magnitude of each dimension over many sessions</td><td>{@code [points, dimensions]}</td><td>Chan, Golub and LeVeque 1983</td></tr>
 * <tr><th scope="row">{@link StreamDrift}</th>
 *   <td>(mean − mean₀) / s, std / std₀, mean |quantile − quantile₀| / s, s = √((std² + std₀²) / 2)</td><td>{@code [points]}, {@code [points, dimensions]}</td><td>Cohen 1988</td></tr>
 * <tr><th scope="row">{@link CovarianceComponents}</th>
 *   <td>eigenvectors of the covariance of one point over many sessions</td><td>{@code [components, dimensions]}</td><td>Pearson 1901</td></tr>
 * </tbody>
 * </table>
 *
 * <p>"The notebook" is the analysis of saved hidden states that this library began with; its four questions are
 * answered together by {@link io.github.residual4j.ResidualAnalyzer#report()}.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.analysis;

import org.jspecify.annotations.NullMarked;
