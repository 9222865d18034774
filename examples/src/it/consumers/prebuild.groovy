// Writes the README's first lines and three tasks into the project "readme", as someone would who copies them from there.
def repository = new File(basedir, '../../../..').canonicalFile
def text = new File(repository, 'README.md').getText('UTF-8')
def blocks = { heading ->
    def section = text.split("(?m)^##+ ${heading}\$")[1]
    (section =~ /(?ms)^```java\n(.*?)^```$/).collect { it[1] }
}
def task = { heading -> blocks(heading)[0] }
def (firstImports, firstLines) = blocks('First lines')
def write = { path, source ->
    def file = new File(basedir, "readme/$path")
    file.parentFile.mkdirs()
    file.setText(source, 'UTF-8')
}

def imports = ['io.github.residual4j', 'io.github.residual4j.analysis', 'io.github.residual4j.capture', 'io.github.residual4j.hook',
    'io.github.residual4j.render', 'io.github.residual4j.render.figures', 'io.github.residual4j.render.panel', 'java.nio.file', 'java.util'].collect { "import ${it}.*;\n" }.join()

write('src/main/java/consumer/ReadmeTasks.java', """package consumer;

$imports
public final class ReadmeTasks {
    public static void main(String[] args) {
        FirstLines.main(new String[] {"cosine.png"});
        compareTwoModels();
        changeARun();
    }

    private static void changeARun() {
${task('Change a run and see what follows')}    }

    private static void compareTwoModels() {
${task('Compare two models')}    }
}
""")

write('src/main/java/consumer/FirstLines.java', """package consumer;

$firstImports
final class FirstLines {
    static void main(String[] args) {
$firstLines    }
}
""")

// The test is an excerpt of a class, which goes on where the README stops.
def test = task('Test activations')
test += '}\n' * (test.count('{') - test.count('}'))
write("src/test/java/consumer/${(test =~ /class (\w+)/)[0][1]}.java", """package consumer;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;

import io.github.residual4j.capture.testing.*;
import org.junit.jupiter.api.*;
$imports
$test""")

// The two checkpoints that the second task compares.
def embedded = new File(repository, 'capture/src/main/resources/io/github/residual4j/capture/tiny-gpt2')
['gpt2', 'gpt2-finetuned'].each { folder ->
    embedded.eachFile { file ->
        def copy = new File(basedir, "readme/$folder/${file.name}")
        copy.parentFile.mkdirs()
        copy.bytes = file.bytes
    }
}
true
