package io.github.residual4j.capture.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.graph.BuiltGraph;
import io.github.residual4j.capture.internal.graph.Gpt2Graph;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.error.CancelledException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run that does not happen leaves nothing behind. */
class CancellationTest {
    private static final Batch TEXT = Batch.of(List.of(new long[] {1, 2, 3}));

    private final BufferPool pool = new BufferPool(1 << 20);
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private OnnxSession session;

    @BeforeEach
    void open() throws URISyntaxException, OrtException {
        Checkpoint micro = Checkpoint.open(Path.of(Objects.requireNonNull(CancellationTest.class.getResource("/micro"))
                .toURI()));
        BuiltGraph graph = Gpt2Graph.of(micro.config(), RunPlan.reading(Set.of(HookKey.of(HookPoint.EMBED))));
        Map<String, long[]> shapes = Gpt2Graph.weights(micro.config());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        for (String name : graph.weights()) {
            long[] shape = shapes.get(name);
            tensors.put(
                    name, OnnxTensor.createTensor(environment, micro.weights().floats(name, shape), shape));
        }
        session = new OnnxSession(graph.model().toByteArray(), graph.inputs(), tensors, RuntimeOptions.DEFAULT);
    }

    @AfterEach
    void close() {
        session.close();
        tensors.values().forEach(OnnxTensor::close);
    }

    private RunOutputs run(Cancellation cancellation) throws OrtException {
        try (OnnxTensor ids = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), TEXT.ids(), new long[] {1, 3})) {
            return session.run(
                    Map.of(Gpt2Graph.INPUT_IDS, ids),
                    Map.of("embed", new long[] {1, 3, 16}),
                    Set.of(),
                    pool,
                    cancellation);
        }
    }

    /** The buffer that the next run will be lent. */
    private ByteBuffer idle() {
        ByteBuffer buffer = pool.borrow(3 * 16 * Float.BYTES);
        pool.giveBack(buffer);
        return buffer;
    }

    @Test
    void whatIsCancelledRunsNoMore() {
        ByteBuffer idle = idle();
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        cancellation.cancel();
        assertThatThrownBy(() -> run(cancellation))
                .isInstanceOf(CancelledException.class)
                .hasMessage("The capture was cancelled.");
        assertThat(idle()).isSameAs(idle);
    }

    @Test
    void anInterruptedRunGivesItsMemoryBackAndStaysInterrupted() throws OrtException {
        ByteBuffer idle = idle();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> run(new Cancellation()))
                    .isInstanceOf(CancelledException.class)
                    .hasMessage("The capture was interrupted.");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(idle()).isSameAs(idle);
        try (RunOutputs outputs = run(new Cancellation())) {
            assertThat(outputs.values("embed").remaining()).isEqualTo(48);
            assertThat(pool.borrow(192)).isNotSameAs(idle); // which is lent
        }
        assertThat(idle()).isSameAs(idle);
    }

    @Test
    void cancellingBetweenRunsHarmsNothingThatWasGivenOut() throws OrtException {
        Cancellation cancellation = new Cancellation();
        try (RunOutputs outputs = run(cancellation)) {
            float first = outputs.values("embed").get(0);
            cancellation.cancel();
            assertThat(outputs.values("embed").get(0)).isEqualTo(first);
        }
    }
}
