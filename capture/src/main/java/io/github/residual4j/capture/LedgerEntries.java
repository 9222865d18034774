package io.github.residual4j.capture;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.capture.internal.lens.Ledger;
import io.github.residual4j.capture.internal.run.OutputProjection;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What each component adds to a logit, entered one after the other. */
final class LedgerEntries {
    private static final double ABSOLUTE_ROUNDING = 1e-3;
    private static final double RELATIVE_ROUNDING = 2e-5;

    private final AttributedSession attributed;
    private final List<String> components = new ArrayList<>();
    private final List<double[]> columns = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    LedgerEntries(AttributedSession attributed) {
        this.attributed = attributed;
    }

    /**
     * All of them, and their sum.
     *
     * @throws CaptureException if it is not what the model computed, but for rounding
     */
    LogitAttribution result() {
        addEmbedding();
        for (int block = 0; block < attributed.blocks(); block++) {
            addAttention(block);
            addDifference(HookPoint.MLP_OUTPUT, block, HookPoint.RESID_MID, HookPoint.RESID_POST);
        }
        Ledger ledger = attributed.ledger();
        addConstant("final_norm.bias", ledger.normBias());
        if (ledger.hasUnembeddingBias()) {
            addConstant("unembed.bias", ledger.unembeddingBias());
        }
        return summedUp();
    }

    private void add(String component, double[] column) {
        components.add(component);
        columns.add(column);
    }

    private void addConstant(String component, double value) {
        double[] column = new double[attributed.count()];
        Arrays.fill(column, value);
        add(component, column);
    }

    private void addEmbedding() {
        if (attributed.model().stream().offers().contains(HookPoint.TOKEN_EMBED)) {
            add("embed.token", attributed.of(attributed.needed(HookKey.of(HookPoint.TOKEN_EMBED))));
            add("embed.position", attributed.of(attributed.needed(HookKey.of(HookPoint.POSITION_EMBED))));
        } else {
            add("embed", attributed.of(attributed.needed(HookKey.of(HookPoint.EMBED))));
            missing.add("token and position embedding are not told apart: this file's were not found");
        }
    }

    private void addAttention(int block) {
        Optional<OutputProjection> projection = attributed.model().stream().outputProjection(block);
        if (projection.isEmpty()) {
            if (block == 0) {
                missing.add("attention is not taken apart by heads: this file's output weights were not found");
            }
            addDifference(HookPoint.ATTENTION_OUTPUT, block, HookPoint.RESID_PRE, HookPoint.RESID_MID);
            return;
        }
        FloatBuffer z = attributed.needed(HookKey.of(HookPoint.Z, block));
        double[] through = attributed.ledger().through(projection.get());
        for (int head = 0; head < attributed.heads(); head++) {
            add("blocks." + block + ".attn.head." + head, attributed.ofHead(z, through, head));
        }
        add("blocks." + block + ".attn.bias", attributed.ofEach(projection.get().bias()));
    }

    /** What was added between two states, as it was captured or, where it was not, as they differ. */
    private void addDifference(HookPoint point, int block, HookPoint before, HookPoint after) {
        HookKey key = HookKey.of(point, block);
        Optional<FloatTensor> output = attributed.session().activation(key);
        if (output.isPresent()) {
            add(key.name(), attributed.of(output.get().asBuffer()));
            return;
        }
        double[] from =
                attributed.of(attributed.needed(HookKey.of(before, block).kept()));
        double[] to = attributed.of(attributed.needed(HookKey.of(after, block)));
        double[] column = new double[attributed.count()];
        Arrays.setAll(column, token -> to[token] - from[token]);
        add(key.name(), column);
    }

    private LogitAttribution summedUp() {
        int count = attributed.count();
        double[][] values = new double[count][components.size()];
        double[] sums = new double[count];
        double[] own = new double[count];
        double[] rest = new double[count];
        for (int token = 0; token < count; token++) {
            double size = 0;
            for (int c = 0; c < components.size(); c++) {
                values[token][c] = columns.get(c)[token];
                sums[token] += values[token][c];
                size += Math.abs(values[token][c]);
            }
            own[token] = attributed.logit(token);
            rest[token] = own[token] - sums[token];
            if (Math.abs(rest[token]) > ABSOLUTE_ROUNDING + RELATIVE_ROUNDING * size) {
                throw doesNotAddUp(attributed.tokens().get(token), sums[token], own[token]);
            }
        }
        Axis tokens = attributed.tokenAxis();
        return new LogitAttribution(
                attributed.view(),
                missing,
                List.of(
                        Measure.of("values", "", tokens, new Axis("component", components), values),
                        Measure.of("sum", "", tokens, sums),
                        Measure.of("logit_difference", "", tokens, own),
                        Measure.of("unexplained", "", tokens, rest),
                        accumulated(tokens)));
    }

    private CaptureException doesNotAddUp(Token token, double sum, double own) {
        List<?> edits = attributed.session().provenance().edits();
        return new CaptureException("The ledger of " + token + " does not add up: its components give " + sum
                + ", the model " + own + ". The session may have been captured with edits"
                + (edits.isEmpty() ? "." : ": " + edits + "."));
    }

    /** What each state of the stream adds by itself. */
    private Measure accumulated(Axis tokens) {
        List<StreamPoint> points = attributed.session().points();
        double[][] accumulated = points.stream()
                .map(point -> attributed.of(attributed.session().state(point.index())))
                .toArray(double[][]::new);
        List<String> names = points.stream().map(StreamPoint::name).toList();
        return Measure.of("accumulated", "", new Axis("point", names), tokens, accumulated);
    }
}
