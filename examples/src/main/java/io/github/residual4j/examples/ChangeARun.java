package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Patching;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.render.figures.ExperimentFigures;
import io.github.residual4j.render.panel.Theme;
import java.nio.file.Path;

/**
 * Switches one block's attention off and looks at what follows, then finds where the model keeps a capital. Run it from
 * the repository:
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.ChangeARun [folder]</pre>
 */
public final class ChangeARun {
    private static final String PARIS = "Paris is the capital of";

    private ChangeARun() {}

    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "changed");
        try (LanguageModel model = LanguageModel.embedded()) {
            ActivationSession whole = model.request(PARIS).lastLogits().capture();
            ActivationSession without = model.request(PARIS)
                    .lastLogits()
                    .edit(Edit.zero(HookPoint.ATTENTION_OUTPUT).blocks(4))
                    .capture();
            System.out.println("whole:             " + whole.topTokens(3));
            System.out.println("without attention: " + without.topTokens(3));
            ResidualAnalyzer.compare(whole, without)
                    .firstDifference()
                    .ifPresent(difference -> System.out.println("they part at " + difference));

            Patching patching =
                    model.patching(PARIS, "Berlin is the capital of").logitDifference(" France", " Germany");
            ExperimentFigures.of(patching.over(HookPoint.RESID_PRE), Theme.LIGHT)
                    .writePng(folder.resolve("patching.png"));
            ExperimentFigures.of(
                            model.ablation(PARIS)
                                    .logitDifference(" France", " Germany")
                                    .heads(),
                            Theme.LIGHT)
                    .writePng(folder.resolve("ablation.png"));
            System.out.println("written to " + folder);
        }
    }
}
