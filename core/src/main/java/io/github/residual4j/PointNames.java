package io.github.residual4j;

import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.StreamPoint.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What the names of a session's points, in the order they were given, say about the points' roles.
 *
 * <p>Known names are the canonical ones, TransformerLens's ({@code hook_embed}, {@code blocks.3.hook_resid_pre}, the
 * labels {@code 3_pre} and {@code final_post} of its {@code accumulated_resid}), and transformers' {@code hidden_states}
 * counted from 0. Any other name is a label; then the order decides.
 */
final class PointNames {
    private static final Pattern ACCUMULATED = Pattern.compile("(0|[1-9][0-9]{0,8})_(pre|mid|post)");
    private static final String LAST_ACCUMULATED = "final_post";
    /** TransformerLens's other hook points, and the labels of its {@code decompose_resid}. */
    private static final Pattern NO_STATE =
            Pattern.compile("hook_.+|blocks\\.[0-9]+\\..+|pos_embed|[0-9]+_(?:attn|mlp)_out");
    /** A label that counts layers; the last group is the number. */
    private static final Pattern COUNTED = Pattern.compile(
            "(?i)(?:.*[._/ ])?(hidden[_ ]?states?|layers?|blocks?|h)[._ ]?\\[?(\\d{1,8})]?(?:[._ ](?:out|outputs?|hidden))?");

    /** Other spellings of a state's name. */
    private static final Pattern NEARLY = Pattern.compile(
            "(?i)(?:blocks?|layers?|h)[._/ -]?\\[?([0-9]{1,8})]?[._/ -]?(?:hook[._ -]?)?resid(?:ual)?[._ -]?(pre|mid|post)");

    private static final String WHOLE_STREAM = "embed, blocks.0.resid_mid, blocks.0.resid_post, …";

    private final List<StreamPoint> points;
    private final boolean assumed;
    private final Optional<String> whyNoBlocks;

    private PointNames(List<StreamPoint> points, boolean assumed, Optional<String> whyNoBlocks) {
        this.points = List.copyOf(points);
        this.assumed = assumed;
        this.whyNoBlocks = whyNoBlocks;
    }

    /** Reads the names of the points of a residual stream. */
    static PointNames inStreamOrder(List<String> names) {
        List<StreamPoint> byName = byName(names);
        if (byName.size() == names.size()) {
            boolean assumed = names.contains("hook_embed"); // which is the state without positions, taken strictly
            return new PointNames(byName, assumed, disorder(byName));
        }
        if (countsLayers(names)) {
            boolean huggingFaces = names.stream().allMatch(name -> name.matches("(?i).*hidden[_ ]?state.*"));
            return new PointNames(
                    huggingFaces ? inHuggingFaceOrder(names).points : byIndex(names),
                    true,
                    Optional.of("The points " + names.get(0) + " to " + names.get(names.size() - 1)
                            + " are one state for each layer by their names, with none between a block's attention and"
                            + " its MLP; an analysis of blocks needs the whole residual stream, named "
                            + WHOLE_STREAM));
        }
        return new PointNames(byIndex(names), true, contradiction(names, byName));
    }

    /** The points of Hugging Face's hidden states: the embedding, the outputs of blocks, and last the final state. */
    static PointNames inHuggingFaceOrder(List<String> names) {
        int last = names.size() - 1;
        List<StreamPoint> points = IntStream.rangeClosed(0, last)
                .mapToObj(i -> {
                    if (i == 0) {
                        return new StreamPoint(0, names.get(0), Role.EMBED, OptionalInt.empty());
                    }
                    return i == last
                            ? new StreamPoint(i, names.get(i), Role.FINAL, OptionalInt.empty())
                            : new StreamPoint(i, names.get(i), Role.RESID_POST, OptionalInt.of(i - 1));
                })
                .toList();
        return new PointNames(
                points,
                false,
                Optional.of("This session holds Hugging Face's hidden states, which leave out the state between a"
                        + " block's attention and its MLP and the last block's output; an analysis of blocks needs the"
                        + " whole residual stream."));
    }

    /** The points, each with its role. */
    List<StreamPoint> points() {
        return points;
    }

    /** Whether the order decided the roles, because the names do not. */
    boolean assumed() {
        return assumed;
    }

    /** Why nothing can be said about blocks, if the names tell that; otherwise a state may still be missing. */
    Optional<String> whyNoBlocks() {
        return whyNoBlocks;
    }

    private static List<StreamPoint> byIndex(List<String> names) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> StreamPoint.byIndex(i, names.get(i)))
                .toList();
    }

    /** The points whose names are known to be states. */
    private static List<StreamPoint> byName(List<String> names) {
        List<StreamPoint> known = new ArrayList<>();
        int lastBlock = 0;
        boolean withPositions = names.contains("blocks.0.hook_resid_pre") || names.contains("hook_pos_embed");
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (name.equals("hook_embed") && withPositions) {
                continue;
            }
            Optional<StreamPoint> point = state(i, name, lastBlock);
            if (point.isPresent()) {
                known.add(point.get());
                lastBlock = blockAt(name).orElse(lastBlock);
            }
        }
        return known;
    }

    private static Optional<StreamPoint> state(int index, String name, int lastBlock) {
        Matcher accumulated = ACCUMULATED.matcher(name);
        if (accumulated.matches()) {
            String canonical = "blocks." + accumulated.group(1) + ".hook_resid_" + accumulated.group(2);
            return StreamPoint.of(index, name, HookKey.parse(canonical));
        }
        return switch (name) {
            case LAST_ACCUMULATED -> StreamPoint.of(index, name, HookKey.of(HookPoint.RESID_POST, lastBlock));
            case "hook_embed" -> StreamPoint.of(index, name, HookKey.of(HookPoint.EMBED));
            default -> HookKey.find(name).flatMap(key -> StreamPoint.of(index, name, key));
        };
    }

    /** The block that a name names. */
    private static OptionalInt blockAt(String name) {
        Matcher accumulated = ACCUMULATED.matcher(name);
        if (accumulated.matches()) {
            return OptionalInt.of(Integer.parseInt(accumulated.group(1)));
        }
        Optional<HookKey> key = HookKey.find(name).filter(k -> k.point().isInEveryBlock());
        return key.isPresent() ? OptionalInt.of(key.get().block()) : OptionalInt.empty();
    }

    /** Where known names are not in the order of the stream. One state may be there as an output and as an input. */
    private static Optional<String> disorder(List<StreamPoint> points) {
        for (int i = 1; i < points.size(); i++) {
            StreamPoint before = points.get(i - 1);
            StreamPoint point = points.get(i);
            boolean sameName = point.name().equals(before.name());
            if (orderOf(point) < orderOf(before) || sameName) {
                return Optional.of("Point \"" + point.name() + "\" cannot follow \"" + before.name()
                        + "\"; an analysis of blocks needs the order " + WHOLE_STREAM);
            }
        }
        return Optional.empty();
    }

    /** The name that another, which is not known, nearly is: {@code blocks.0.resid_post} for {@code block.0.resid_post}. */
    static Optional<String> meantBy(String name) {
        Matcher nearly = NEARLY.matcher(name);
        if (HookKey.find(name).isPresent() || !nearly.matches()) {
            return Optional.empty();
        }
        return Optional.of("blocks." + Integer.parseInt(nearly.group(1)) + ".resid_"
                + nearly.group(2).toLowerCase(Locale.ROOT));
    }

    /** Where some names are known, or nearly, one that says something else than the order does. */
    private static Optional<String> contradiction(List<String> names, List<StreamPoint> byName) {
        for (String name : names) {
            if (NO_STATE.matcher(name).matches()
                    && byName.stream().noneMatch(p -> p.name().equals(name))) {
                return Optional.of("Point \"" + name + "\" is no state of the residual stream by its name; an analysis"
                        + " of blocks needs the order " + WHOLE_STREAM);
            }
        }
        for (int i = 0; i < names.size(); i++) {
            String expected = StreamPoint.canonical(i).name();
            Optional<String> meant = meantBy(names.get(i)).filter(name -> !name.equals(expected));
            if (meant.isPresent()) {
                return Optional.of("Point \"" + names.get(i) + "\", which nearly is " + meant.get()
                        + ", stands at place "
                        + i + ", where a whole stream has " + expected + "; an analysis of blocks needs the order "
                        + WHOLE_STREAM);
            }
        }
        for (StreamPoint known : byName) {
            StreamPoint expected = StreamPoint.canonical(known.index());
            if (known.role() != expected.role() || !known.block().equals(expected.block())) {
                return Optional.of("Point \"" + known.name() + "\" stands at place " + known.index() + ", where a whole"
                        + " stream has " + expected.name() + "; an analysis of blocks needs the order "
                        + WHOLE_STREAM);
            }
        }
        return Optional.empty();
    }

    /** Whether names number one point after the other as layers, but perhaps for the first and the last. */
    private static boolean countsLayers(List<String> names) {
        int counted = 0;
        for (int i = 0; i < names.size(); i++) {
            Matcher matcher = COUNTED.matcher(names.get(i));
            boolean counts = matcher.matches();
            if (counts && counted > 0) {
                Matcher before = COUNTED.matcher(names.get(i - 1));
                counts =
                        before.matches() && Integer.parseInt(matcher.group(2)) == Integer.parseInt(before.group(2)) + 1;
            }
            if (!counts && i > 0 && i < names.size() - 1) {
                return false;
            }
            counted += counts ? 1 : 0;
        }
        return counted > 1;
    }

    /** A number that grows along the stream. */
    private static long orderOf(StreamPoint point) {
        return switch (point.role()) {
            case EMBED -> 0;
            case RESID_MID -> 2L * point.block().getAsInt() + 1;
            case RESID_POST -> 2L * point.block().getAsInt() + 2;
            case FINAL -> Long.MAX_VALUE;
        };
    }
}
