///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DEPS io.github.residual4j:residual4j-capture:0.1.0-SNAPSHOT
//DEPS io.github.residual4j:residual4j-render:0.1.0-SNAPSHOT
//DEPS org.slf4j:slf4j-nop:2.0.20
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.render.figures.ResidualFigures;
import java.nio.file.Path;

/** One file, no project: jbang examples/jbang/stream.java [text] [figure.png] */
class stream {
    public static void main(String[] args) {
        String text = args.length > 0 ? args[0] : "Paris is the capital of";
        Path figure = Path.of(args.length > 1 ? args[1] : "cosine.png");
        try (LanguageModel model = LanguageModel.embedded()) {
            ActivationSession session = model.capture(text);
            ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
            System.out.println(session);
            System.out.println(session.topTokens(3));
            ResidualFigures.of(analyzer).cosineBetweenConsecutivePoints().writePng(figure);
            System.out.println("figure: " + figure);
        }
    }
}
