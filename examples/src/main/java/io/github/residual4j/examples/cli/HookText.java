package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.Edit;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A place as the command line names it, {@code HOOK[:HEAD][@POSITIONS]}: {@code blocks.4.attn_out}, {@code
 * blocks.1.attn.z:2}, {@code blocks.*.mlp_out@3,5-7}, {@code embed@-1}.
 *
 * @param point the hook point
 * @param block its block; none for every block, or where it is in none
 * @param heads the heads; none for all
 * @param positions the positions, below 0 from the end; none for all
 */
record HookText(HookPoint point, Optional<Integer> block, List<Integer> heads, List<Integer> positions) {
    private static final Pattern PLACE = Pattern.compile("([^:@]+)(?::([^@]*))?(?:@(.*))?");
    private static final Pattern RANGE = Pattern.compile("(-?\\d{1,9})(?:-(\\d{1,9}))?");

    static HookText parse(String words) {
        Matcher place = PLACE.matcher(words);
        if (!place.matches()) {
            throw new BadRequestException(
                    "\"" + words + "\" names no place; expected HOOK[:HEAD][@POSITIONS], such as blocks.1.attn.z:2@3.");
        }
        String hook = place.group(1);
        boolean everyBlock = hook.startsWith("blocks.*.");
        HookKey key = HookKey.find(hook.replace("blocks.*.", "blocks.0."))
                .orElseThrow(() -> new BadRequestException("\"" + hook
                        + "\" is no hook point; expected a name such as embed, blocks.4.attn_out, blocks.1.attn.z or"
                        + " blocks.*.mlp_out."));
        return new HookText(
                key.point(),
                key.point().isInEveryBlock() && !everyBlock ? Optional.of(key.block()) : Optional.empty(),
                place.group(2) == null ? List.of() : numbers(place.group(2), "heads"),
                place.group(3) == null ? List.of() : numbers(place.group(3), "positions"));
    }

    /** Numbers and ranges, such as {@code 1,4-6}; {@code last} is the last position. */
    static List<Integer> numbers(String words, String what) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : words.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip().equals("last") ? "-1" : part.strip());
            if (!range.matches()) {
                throw new BadRequestException(
                        "\"" + words + "\" are no " + what + "; expected numbers and ranges, such as 0,2-4.");
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (last < first || last - (long) first > 1_000_000) {
                throw new BadRequestException("\"" + part + "\" is no range of " + what + "; it must rise, as in 2-4.");
            }
            IntStream.rangeClosed(first, last).forEach(numbers::add);
        }
        return numbers;
    }

    /** An edit in this place only. */
    Edit narrow(Edit edit) {
        Edit narrowed = edit;
        if (block.isPresent()) {
            narrowed = narrowed.blocks(block.get());
        }
        if (!heads.isEmpty()) {
            narrowed = narrowed.heads(array(heads));
        }
        return positions.isEmpty() ? narrowed : narrowed.positions(array(positions));
    }

    static int[] array(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
