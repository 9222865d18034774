// jshell --class-path examples/target/residual4j.jar examples/jshell/stream.jsh
// Imports the library, captures one text and leaves you at the prompt with `model`, `session`, `analyzer`, `figures`.
import io.github.residual4j.*
import io.github.residual4j.analysis.*
import io.github.residual4j.capture.*
import io.github.residual4j.hook.*
import io.github.residual4j.render.*
import io.github.residual4j.render.figures.*
import io.github.residual4j.render.panel.*
import io.github.residual4j.render.color.*

LanguageModel model = LanguageModel.embedded()
ActivationSession session = model.capture("Paris is the capital of")
ResidualAnalyzer analyzer = ResidualAnalyzer.of(session)
ResidualFigures figures = ResidualFigures.of(analyzer)

System.out.println(session)
System.out.println(analyzer.cosineBetweenConsecutivePoints())
System.out.println("Try: analyzer.withoutFirstPosition().magnitudes()")
System.out.println("     figures.statistics().writePng(Path.of(\"statistics.png\")), or .show() on a desktop")
