package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Token;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is known of a text after it was explored, in a few lines: what comes next, where it arose, and who wrote it. */
final class Findings {
    private static final int NEXT_TOKENS = 5;
    private static final int WRITERS = 5;
    private static final Pattern HEAD = Pattern.compile("blocks\\.(\\d+)\\.attn\\.head\\.(\\d+)");

    private final List<String> lines = new ArrayList<>();

    /** Runs the model once more, without the head that wrote most of the likeliest next token. */
    Findings(LanguageModel model, String text, Exploration exploration) {
        ActivationSession session = exploration.session();
        TokenProbability answer = session.topTokens(1).get(0);
        lines.add("next token");
        for (TokenProbability next : session.topTokens(NEXT_TOKENS)) {
            lines.add(String.format(Locale.ROOT, "  %5.1f %%  %s", 100 * next.probability(), name(next)));
        }
        exploration.lens().ifPresent(lens -> lines.add(name(answer) + " " + standsFirst(lens, session)));
        exploration.ledgers().values().stream().findFirst().ifPresent(ledger -> {
            int last = ledger.sum().axes().get(0).length() - 1;
            lines.add("its logit is " + signed(ledger.logitDifference().value(last)) + ", written above all by "
                    + writers(ledger, last));
            lines.addAll(withoutForemostHead(model, text, ledger, last, answer));
        });
    }

    void print(PrintWriter out) {
        lines.forEach(out::println);
    }

    private static String standsFirst(LogitLens lens, ActivationSession session) {
        List<Token> tokens = session.tokens();
        int from = (int) lens.settlesAt().value(tokens.size() - 1);
        int last = session.points().size() - 1;
        return from == last
                ? "stands first at the last point only, "
                        + session.points().get(last).name()
                : "stands first from " + session.points().get(from).name() + " on, point " + from + " of " + last;
    }

    /** The heads and MLPs that write most for it or against it. */
    private static String writers(LogitAttribution ledger, int token) {
        List<String> foremost = ledger.values().axes().get(1).labels().stream()
                .filter(component -> HEAD.matcher(component).matches() || component.endsWith(".mlp_out"))
                .sorted(Comparator.comparingDouble((String component) -> -Math.abs(ledger.value(token, component))))
                .limit(WRITERS)
                .map(component -> brief(component) + " " + signed(ledger.value(token, component)))
                .toList();
        return String.join(", ", foremost);
    }

    private static List<String> withoutForemostHead(
            LanguageModel model, String text, LogitAttribution ledger, int token, TokenProbability answer) {
        return ledger.values().axes().get(1).labels().stream()
                .filter(component -> HEAD.matcher(component).matches())
                .max(Comparator.comparingDouble(component -> ledger.value(token, component)))
                .map(head -> List.of("without " + brief(head) + ", the head that wrote most of it, "
                        + silenced(model, text, head, answer)))
                .orElse(List.of());
    }

    private static String silenced(LanguageModel model, String text, String component, TokenProbability answer) {
        Matcher head = HEAD.matcher(component);
        if (!head.matches()) {
            throw new IllegalArgumentException(component);
        }
        Edit silence =
                Edit.zero(HookPoint.Z).block(Integer.parseInt(head.group(1))).heads(Integer.parseInt(head.group(2)));
        List<TokenProbability> next = model.request(text)
                .points(HookPoint.EMBED)
                .lastLogits()
                .edit(silence)
                .capture()
                .topTokens(model.description().shape().vocabulary());
        int rank = 0;
        while (next.get(rank).id() != answer.id()) {
            rank++;
        }
        double left = next.get(rank).probability();
        return String.format(
                Locale.ROOT,
                "%s %s from %.1f %% to %.1f %%%s",
                name(answer),
                left < answer.probability() ? "falls" : "rises",
                100 * answer.probability(),
                100 * left,
                rank == 0 ? " and stays first" : " and is number " + (rank + 1) + " after " + name(next.get(0)));
    }

    /** {@code L3 H4} for {@code blocks.3.attn.head.4}, {@code L0 MLP} for {@code blocks.0.mlp_out}. */
    private static String brief(String component) {
        return component
                .replaceFirst("blocks\\.(\\d+)\\.", "L$1 ")
                .replace("attn.head.", "H")
                .replace("attn.bias", "attention bias")
                .replace("attn_out", "attention")
                .replace("mlp_out", "MLP");
    }

    private static String name(TokenProbability token) {
        return token.text().map(text -> '"' + TerminalText.oneLine(text) + '"').orElse("id " + token.id());
    }

    private static String signed(double logit) {
        return String.format(Locale.ROOT, "%+.2f", logit);
    }
}
