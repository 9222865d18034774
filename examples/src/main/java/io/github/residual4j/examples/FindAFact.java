package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Patching;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.render.figures.ExperimentFigures;
import io.github.residual4j.render.panel.Theme;
import java.nio.file.Path;

/**
 * Finds where the model keeps that Paris is the capital of France, by putting parts of its run into that of a text about
 * Berlin. After a build, from the root of the repository:
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.FindAFact [picture.png]</pre>
 */
public final class FindAFact {
    private static final String PARIS = "Paris is the capital of";
    private static final String BERLIN = "Berlin is the capital of";

    private FindAFact() {}

    /**
     * Runs it.
     *
     * @param args where the picture goes
     */
    public static void main(String[] args) {
        try (LanguageModel model = LanguageModel.embedded()) {
            System.out.println(model.capture(PARIS).topTokens(1) + " against "
                    + model.capture(BERLIN).topTokens(1));

            Patching patching = model.patching(PARIS, BERLIN).logitDifference(" France", " Germany");
            PatchingSweep states = patching.over(HookPoint.RESID_PRE);
            System.out.println(states.normalised()); // 1: answers as for Paris, 0: as for Berlin
            ExperimentFigures.of(states, Theme.LIGHT).writePng(Path.of(args.length > 0 ? args[0] : "fact.png"));

            PatchingSweep mlps = patching.over(HookPoint.MLP_OUTPUT);
            System.out.println(mlps.normalised()); // which MLP writes it, and at which token
            PatchingSweep heads = patching.overHeads(HookPoint.Z);
            System.out.println(heads.normalised()); // which head carries it to the last token

            ActivationSession without = model.request(PARIS)
                    .edit(Edit.zero(HookPoint.MLP_OUTPUT).block(0).positions(1))
                    .lastLogits()
                    .capture();
            System.out.println("without the first MLP at the city: " + without.topTokens(3));
        }
    }
}
