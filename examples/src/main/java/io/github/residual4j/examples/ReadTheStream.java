package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.capture.LanguageModel;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What would the model say from each state, and who wrote its answer? Run it from the repository:
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.ReadTheStream [model]</pre>
 */
public final class ReadTheStream {
    private static final String TEXT = "Paris is the capital of";
    private static final int FOREMOST = 5;

    private ReadTheStream() {}

    public static void main(String[] args) {
        try (LanguageModel model = LanguageModel.open(args.length > 0 ? args[0] : "embedded")) {
            ActivationSession session = model.capture(TEXT);
            LogitLens lens = model.lens(session).answers(" France").read();
            int last = session.tokens().size() - 1;
            for (int point = 0; point < session.points().size(); point++) {
                long likeliest = (long) lens.topIds().value(point, last, 0);
                System.out.printf(
                        Locale.ROOT,
                        "%-22s%-12s “ France” is number %.0f%n",
                        session.points().get(point),
                        lens.text(likeliest).orElse("?").strip(),
                        lens.rank().value(0, point, last));
            }
            LogitAttribution ledger =
                    model.attribution(TEXT).of(" France").against(" Germany").read();
            List<String> components = ledger.values().axes().get(1).labels();
            System.out.printf(
                    Locale.ROOT,
                    "%nwho wrote the %.2f logits between them%n",
                    ledger.sum().value(last));
            components.stream()
                    .sorted(Comparator.comparingDouble((String component) -> -Math.abs(ledger.value(last, component))))
                    .limit(FOREMOST)
                    .forEach(component ->
                            System.out.printf(Locale.ROOT, "%-24s%+.2f%n", component, ledger.value(last, component)));
        }
    }
}
