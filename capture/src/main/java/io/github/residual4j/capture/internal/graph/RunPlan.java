package io.github.residual4j.capture.internal.graph;

import io.github.residual4j.hook.HookKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a run does, but for the numbers that go into it. Plans that are equal share a graph and its session.
 *
 * @param reads what is read; the run ends with the last of it
 * @param edits what is changed on the way, in the order it is done
 * @param startBlock the block that begins with states that are given, as many as there are blocks for the final norm; none
 *     to begin with tokens
 * @param takesCache whether keys and values of the positions before are given
 * @param givesCache whether keys and values of all positions are given out
 */
public record RunPlan(
        SortedSet<HookKey> reads,
        List<EditShape> edits,
        OptionalInt startBlock,
        boolean takesCache,
        boolean givesCache) {
    /** Copies what it is given. */
    public RunPlan {
        reads = Collections.unmodifiableSortedSet(new TreeSet<>(reads));
        edits = List.copyOf(edits);
    }

    /** A plan that only reads. */
    public static RunPlan reading(Collection<HookKey> reads) {
        return new RunPlan(new TreeSet<>(reads), List.of(), OptionalInt.empty(), false, false);
    }

    /** This plan with an edit after those it has. */
    public RunPlan editing(EditShape edit) {
        List<EditShape> all = new ArrayList<>(edits);
        all.add(edit);
        return new RunPlan(reads, all, startBlock, takesCache, givesCache);
    }

    /** This plan begun at a block, from states of the stream that are given. */
    public RunPlan startingAt(int block) {
        return new RunPlan(reads, edits, OptionalInt.of(block), takesCache, givesCache);
    }

    /** This plan with the keys and values of earlier positions as inputs. */
    public RunPlan takingCache() {
        return new RunPlan(reads, edits, startBlock, true, givesCache);
    }

    /** This plan with the keys and values of all positions as outputs. */
    public RunPlan givingCache() {
        return new RunPlan(reads, edits, startBlock, takesCache, true);
    }
}
