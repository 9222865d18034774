package io.github.residual4j.examples.cli;

import io.github.residual4j.error.ResidualException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** {@code residual4j}: captures, measures and draws GPT-2's residual stream from the command line. */
@Command(
        name = "residual4j",
        description = "Shows what happens inside GPT-2: captures its residual stream, measures it, draws it.",
        mixinStandardHelpOptions = true,
        version = "residual4j 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            CaptureCommand.class,
            AnalyzeCommand.class,
            AnimateCommand.class,
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
        return new CommandLine(main)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, given) -> main.wrongUsage(e))
                .setExecutionExceptionHandler(main::failed)
                .execute(args);
    }

    /** What the terminal reads, or UTF-8 where that is plain ASCII and would lose text. */
    private static Charset terminalCharset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.jnu.encoding", "UTF-8"));
        Charset charset = Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
        return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
    }

    private int wrongUsage(ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("residual4j: " + e.getMessage() + " (see: "
                + e.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
        printStackTrace(e, err);
        return WRONG_USAGE;
    }

    private int failed(Exception e, CommandLine commandLine, @Nullable ParseResult parsed) {
        String message = e instanceof ResidualException ? e.getMessage() : "unexpected " + e;
        commandLine.getErr().println("residual4j: " + message);
        printStackTrace(e, commandLine.getErr());
        return FAILED;
    }

    private void printStackTrace(Exception e, PrintWriter err) {
        if (verbose) {
            e.printStackTrace(err);
        }
    }
}
