package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.HookPoint;
import java.util.Arrays;

/** The runs that a self-check looks at: a text's, the same text's with another end, and its last token's again and again. */
final class SelfCheckRuns {
    private SelfCheckRuns() {}

    /** Runs a text and holds its states against each other and, if it has two tokens or more, against the other runs'. */
    static SelfCheckReport of(LanguageModel model, CaptureRequest text) {
        HookPoint[] points = SelfCheck.points(model.offersAtEveryPosition());
        ActivationSession session = text.points(points).capture();
        SelfCheck check = SelfCheck.of(session, model.whileOpen(model.stream()::readout));
        long[] ids = session.tokens().stream()
                .mapToLong(token -> token.id().orElseThrow())
                .toArray();
        if (ids.length < 2) {
            return check.report();
        }
        int vocabulary = model.description().shape().vocabulary();
        return check.comparing(
                        session,
                        model.request(withOtherEnd(ids, vocabulary)).capture(),
                        model.request(repeatingTheLast(ids)).capture(),
                        model.stream().sharesScales())
                .report();
    }

    private static long[] withOtherEnd(long[] ids, int vocabulary) {
        long[] others = ids.clone();
        others[ids.length - 1] = (ids[ids.length - 1] + 1) % vocabulary;
        return others;
    }

    private static long[] repeatingTheLast(long[] ids) {
        long[] repeated = new long[ids.length];
        Arrays.fill(repeated, ids[ids.length - 1]);
        return repeated;
    }
}
