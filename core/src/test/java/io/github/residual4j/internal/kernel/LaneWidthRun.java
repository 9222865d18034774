package io.github.residual4j.internal.kernel;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.EngineFilter.includeEngines;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A process that runs the tests of kernels and analyses, and says with which kernels and of how many lanes. */
final class LaneWidthRun {
    private LaneWidthRun() {}

    /**
     * Prints {@code KERNELS LANES SUCCEEDED FAILED}, after what failed.
     *
     * @param tags the tags of the tests to run
     */
    public static void main(String[] tags) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage("io.github.residual4j"))
                .filters(includeEngines("junit-jupiter"), includeTags(tags))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        if (summary.getTotalFailureCount() > 0) {
            summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 3);
        }
        System.out.println(KernelChoice.forWork(1).name() + " " + VectorLoops.width() + " "
                + summary.getTestsSucceededCount() + " " + summary.getTotalFailureCount());
    }
}
