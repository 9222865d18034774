package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.Generation;
import io.github.residual4j.error.BadRequestException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What a run is changed by, in the order of the options. */
@SuppressWarnings("unused") // picocli sets the fields; the edits are taken in by their consumer, which knows the order
final class EditOptions {
    static final String MIXIN = "edits";

    private static final Pattern SCALED_FILE = Pattern.compile("(.*)\\*([-+0-9.eE]+)");

    private final List<Supplier<Edit>> edits = new ArrayList<>();

    @Option(
            names = "--zero",
            paramLabel = "HOOK[:HEAD][@POSITIONS]",
            parameterConsumer = InOrder.class,
            description = "Leave zeros there, for example blocks.4.attn_out, blocks.1.attn.z:2 or blocks.*.mlp_out@3.")
    private @Nullable List<String> zero;

    @Option(
            names = "--scale",
            paramLabel = "HOOK[:HEAD][@POSITIONS]=FACTOR",
            parameterConsumer = InOrder.class,
            description = "Multiply what is there.")
    private @Nullable List<String> scale;

    @Option(
            names = "--add",
            paramLabel = "HOOK[@POSITIONS]=FILE.npy[*C]",
            parameterConsumer = InOrder.class,
            description = "Add C (default 1) times a vector.")
    private @Nullable List<String> add;

    @Option(
            names = "--project-out",
            paramLabel = "HOOK[@POSITIONS]=FILE.npy",
            parameterConsumer = InOrder.class,
            description = "Take the part along a direction out.")
    private @Nullable List<String> projectOut;

    @Option(
            names = "--replace",
            paramLabel = "HOOK[:HEAD][@POSITIONS]=SESSION",
            parameterConsumer = InOrder.class,
            description = "Put in what another session holds there.")
    private @Nullable List<String> replace;

    @Option(
            names = "--mean",
            paramLabel = "HOOK[:HEAD][@POSITIONS]=SESSION",
            parameterConsumer = InOrder.class,
            description = "Put in the mean of another session over its positions.")
    private @Nullable List<String> mean;

    @Option(
            names = "--knock-out",
            paramLabel = "BLOCKS:FROM>TO",
            parameterConsumer = InOrder.class,
            description = "In these blocks (*, 4, 2-5) positions FROM no longer attend to positions TO.")
    private @Nullable List<String> knockOut;

    /** The request with all edits, made now. */
    CaptureRequest addTo(CaptureRequest request) {
        CaptureRequest edited = request;
        for (Supplier<Edit> edit : edits) {
            edited = edited.edit(edit.get());
        }
        return edited;
    }

    /** The generation with all edits, made now. */
    Generation addTo(Generation generation) {
        Generation edited = generation;
        for (Supplier<Edit> edit : edits) {
            edited = edited.edit(edit.get());
        }
        return edited;
    }

    private static Supplier<Edit> edit(String option, String words) {
        return switch (option) {
            case "--zero" -> {
                HookText place = HookText.parse(words);
                yield () -> place.narrow(Edit.zero(place.point()));
            }
            case "--knock-out" -> knockOut(words);
            default -> {
                int equals = words.indexOf('=');
                if (equals < 0) {
                    throw new BadRequestException("\"" + words + "\" lacks what to put there; expected HOOK=...");
                }
                yield edit(option, HookText.parse(words.substring(0, equals)), words.substring(equals + 1));
            }
        };
    }

    private static Supplier<Edit> edit(String option, HookText place, String value) {
        return switch (option) {
            case "--scale" -> {
                double factor = number(value);
                yield () -> place.narrow(Edit.scale(place.point(), factor));
            }
            case "--add" -> {
                Matcher scaled = SCALED_FILE.matcher(value);
                boolean isScaled = scaled.matches();
                Path file = Path.of(isScaled ? scaled.group(1) : value);
                double coefficient = isScaled ? number(scaled.group(2)) : 1;
                yield () -> place.narrow(Edit.add(place.point(), file, coefficient));
            }
            case "--project-out" -> () -> place.narrow(Edit.projectOut(place.point(), Path.of(value)));
            case "--replace" -> () -> place.narrow(Edit.replace(place.point(), ActivationSession.load(Path.of(value))));
            default -> () -> place.narrow(Edit.mean(place.point(), List.of(ActivationSession.load(Path.of(value)))));
        };
    }

    private static double number(String words) {
        try {
            return Double.parseDouble(words);
        } catch (NumberFormatException e) {
            throw new BadRequestException("\"" + words + "\" is no number.", e);
        }
    }

    private static Supplier<Edit> knockOut(String words) {
        Matcher edges = Pattern.compile("([^:>]+):([^:>]+)>([^:>]+)").matcher(words);
        if (!edges.matches()) {
            throw new BadRequestException(
                    "\"" + words + "\" names no attention edges; expected BLOCKS:FROM>TO, such as 2-5:-1>1,2.");
        }
        int[] from = HookText.array(HookText.numbers(edges.group(2), "positions"));
        int[] to = HookText.array(HookText.numbers(edges.group(3), "positions"));
        String blocks = edges.group(1).strip();
        Edit everywhere = Edit.knockOut(from, to);
        Edit edit =
                blocks.equals("*") ? everywhere : everywhere.blocks(HookText.array(HookText.numbers(blocks, "blocks")));
        return () -> edit;
    }

    /** Takes in one edit after the other, whichever option it is. */
    static final class InOrder implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec argument, CommandSpec command) {
            String option = ((OptionSpec) argument).longestName();
            if (arguments.isEmpty()) {
                throw new ParameterException(
                        command.commandLine(), "Missing required parameter for option '" + option + "'");
            }
            EditOptions options = (EditOptions) command.mixins().get(MIXIN).userObject();
            try {
                options.edits.add(edit(option, arguments.pop()));
            } catch (BadRequestException e) {
                throw new ParameterException(command.commandLine(), option + ": " + e.getMessage(), e);
            }
        }
    }
}
