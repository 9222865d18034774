package io.github.residual4j.capture.testing;

import io.github.residual4j.error.BadRequestException;
import java.util.Locale;
import org.assertj.core.api.AbstractAssert;

/**
 * What can be asserted of one candidate for the next token. A failure tells its logit, rank and probability without the
 * changes and with them.
 */
public final class AnswerAssert extends AbstractAssert<AnswerAssert, Object> {
    private static final double PERCENT = 100;

    private final AnswerScore with;
    private final AnswerScore without;
    private final String subject;
    private final String changes;

    AnswerAssert(AnswerScore with, AnswerScore without, String subject, String changes) {
        super(with, AnswerAssert.class);
        this.with = with;
        this.without = without;
        this.subject = subject;
        this.changes = changes;
    }

    /**
     * Asserts that no token is likelier.
     *
     * @return these assertions
     */
    public AnswerAssert isFirst() {
        return hasRankBetween(1, 1);
    }

    /**
     * Asserts a rank among all tokens of the vocabulary, 1 for the likeliest.
     *
     * @param best the lowest number allowed, 1 or more
     * @param worst the highest number allowed
     * @return these assertions
     */
    public AnswerAssert hasRankBetween(int best, int worst) {
        requireRange(best, worst);
        String wanted = best == worst ? "rank " + best : "a rank from " + best + " to " + worst;
        return require(with.rank() >= best && with.rank() <= worst, "to have " + wanted, "it has rank " + with.rank());
    }

    /**
     * Asserts a probability.
     *
     * @param least the least allowed, in [0, 1]
     * @param most the most allowed, in [0, 1]
     * @return these assertions
     */
    public AnswerAssert hasProbabilityBetween(double least, double most) {
        requireRange(least, most);
        return require(
                with.probability() >= least && with.probability() <= most,
                "to have a probability from " + percent(least) + " to " + percent(most),
                "it has " + percent(with.probability()));
    }

    /**
     * Asserts a logit.
     *
     * @param least the least allowed, in nats up to the model's constant
     * @param most the most allowed
     * @return these assertions
     */
    public AnswerAssert hasLogitBetween(double least, double most) {
        requireRange(least, most);
        return require(
                with.logit() >= least && with.logit() <= most,
                "to have a logit from " + logit(least) + " to " + logit(most),
                "it has " + logit(with.logit()));
    }

    /**
     * Asserts that the changes take probability away.
     *
     * @param atLeast how much, in (0, 1]: 0.3 from 65 % leaves 35 % or less
     * @return these assertions
     */
    public AnswerAssert losesProbability(double atLeast) {
        double lost = without.probability() - with.probability();
        return requireChange(atLeast, lost, "to lose at least " + points(atLeast) + " of probability", points(lost));
    }

    /**
     * Asserts that the changes give probability.
     *
     * @param atLeast how much, in (0, 1]
     * @return these assertions
     */
    public AnswerAssert gainsProbability(double atLeast) {
        double gained = with.probability() - without.probability();
        return requireChange(
                atLeast, gained, "to gain at least " + points(atLeast) + " of probability", points(gained));
    }

    /**
     * Asserts that the changes lower the logit.
     *
     * @param atLeast by how much, above 0
     * @return these assertions
     */
    public AnswerAssert losesLogit(double atLeast) {
        double lost = without.logit() - with.logit();
        return requireChange(atLeast, lost, "to lose at least " + logit(atLeast) + " of its logit", logit(lost));
    }

    /**
     * Asserts that the changes raise the logit.
     *
     * @param atLeast by how much, above 0
     * @return these assertions
     */
    public AnswerAssert gainsLogit(double atLeast) {
        double gained = with.logit() - without.logit();
        return requireChange(atLeast, gained, "to gain at least " + logit(atLeast) + " of logit", logit(gained));
    }

    /**
     * Asserts that the changes leave the probability about as it was, in either direction.
     *
     * @param atMost how far it may move, in [0, 1]
     * @return these assertions
     */
    public AnswerAssert keepsProbabilityWithin(double atMost) {
        requireChanges();
        double moved = Math.abs(with.probability() - without.probability());
        requireRange(0, atMost);
        return require(
                moved <= atMost, "to keep its probability within " + points(atMost), "it moved by " + points(moved));
    }

    private AnswerAssert requireChange(double atLeast, double found, String wanted, String foundText) {
        requireChanges();
        if (!(atLeast > 0)) {
            throw new BadRequestException("A change of at least " + atLeast + " says nothing; give a number above 0.");
        }
        return require(found >= atLeast, wanted, "the change is " + foundText);
    }

    private void requireChanges() {
        if (changes.isEmpty()) {
            throw new BadRequestException(
                    "Nothing was changed in this run, so nothing can change for it; say ablating(…) or patching(…) first.");
        }
    }

    private static void requireRange(double least, double most) {
        if (!(least <= most)) {
            throw new BadRequestException("No value lies from " + least + " to " + most + ".");
        }
    }

    private AnswerAssert require(boolean holds, String wanted, String found) {
        if (!holds) {
            throw failure(
                    "%s",
                    "Expecting " + subject + (changes.isEmpty() ? "" : ", with " + changes + ",") + "\n" + wanted
                            + ", but " + found + ":\n" + table());
        }
        return this;
    }

    private String table() {
        String head = String.format("  %-8s %10s %7s %12s%n", "", "logit", "rank", "probability");
        return changes.isEmpty()
                ? head + row("", with)
                : head + row("without", without) + System.lineSeparator() + row("with", with);
    }

    private static String row(String name, AnswerScore score) {
        return String.format(
                Locale.ROOT,
                "  %-8s %10s %7d %12s",
                name,
                logit(score.logit()),
                score.rank(),
                percent(score.probability()));
    }

    private static String logit(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", share * PERCENT);
    }

    private static String points(double share) {
        return String.format(Locale.ROOT, "%.2f percentage points", share * PERCENT);
    }
}
