package io.github.residual4j.examples.cli;

import io.github.residual4j.error.ResidualException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code residual4j}: captures, measures and draws GPT-2's residual stream from the command line. */
@Command(
        name = "residual4j",
        description = "Shows, changes and explains what happens inside GPT-2 and other decoders.",
        mixinStandardHelpOptions = true,
        version = "residual4j 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            CaptureCommand.class,
            ExploreCommand.class,
            LensCommand.class,
            AttributeCommand.class,
            PatchCommand.class,
            TraceCommand.class,
            GenerateCommand.class,
            ScoreCommand.class,
            SteerCommand.class,
            AnalyzeCommand.class,
            AnimateCommand.class,
            CompareCommand.class,
            CorpusCommand.class,
            InspectCommand.class
        })
public final class Main {
    /** The exit code when the work failed. */
    static final int FAILED = 1;

    /** The exit code when the command was used wrongly. */
    static final int WRONG_USAGE = 2;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print a stack trace when something fails.")
    private boolean verbose;

    private Main() {}

    public static void main(String[] args) {
        Charset charset = terminalCharset();
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, charset), true);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, charset), true);
        int exitCode = run(CommandLineText.restore(args), out, err);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** Runs a command and returns its exit code. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .setExpandAtFiles(false) // a text may begin with @
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF)) // whose sequences would be spelled out
                .setOut(new PrintWriter(new TerminalText(out), true))
                .setErr(new PrintWriter(new TerminalText(err), true))
                .setParameterExceptionHandler((e, given) -> main.wrongUsage(e))
                .setExecutionExceptionHandler(main::failed);
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            line.getErr()
                    .println("residual4j: the heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB is too small for this session; give java a larger one, such as -Xmx4g before -jar.");
            return FAILED;
        } catch (LinkageError | StackOverflowError e) {
            line.getErr().println("residual4j: unexpected " + TerminalText.oneLine(e.toString()));
            main.printStackTrace(e, line.getErr());
            return FAILED;
        }
    }

    /** What the terminal reads, or UTF-8 where that is plain ASCII and would lose text. */
    private static Charset terminalCharset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.jnu.encoding", "UTF-8"));
        Charset charset = Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
        return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
    }

    private int wrongUsage(ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        String qualified = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println("residual4j: " + TerminalText.oneLine(e.getMessage()) + suggestion(e) + " (see: " + qualified
                + " --help)");
        printStackTrace(e, err);
        return WRONG_USAGE;
    }

    /** What may have been meant by a word that is no command or option. */
    private static String suggestion(ParameterException e) {
        List<String> suggestions =
                e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
    }

    private int failed(Exception e, CommandLine commandLine, @Nullable ParseResult parsed) {
        String message = e instanceof ResidualException ? e.getMessage() : "unexpected " + e;
        commandLine.getErr().println("residual4j: " + TerminalText.oneLine(String.valueOf(message)));
        printStackTrace(e, commandLine.getErr());
        return FAILED;
    }

    private void printStackTrace(Throwable e, PrintWriter err) {
        if (verbose) {
            e.printStackTrace(err);
        }
    }
}
