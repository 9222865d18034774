package io.github.residual4j.capture.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.internal.checkpoint.Gpt2ConfigReader;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BuiltGraphTest {
    private static BuiltGraph readout() throws URISyntaxException {
        Path file =
                Path.of(BuiltGraphTest.class.getResource("/micro/config.json").toURI());
        Gpt2Config config = Gpt2ConfigReader.read(file);
        RunPlan plan = RunPlan.reading(Set.of(HookKey.of(HookPoint.LOGITS))).startingAt(config.blocks());
        return Gpt2Graph.of(config, plan);
    }

    @Test
    void aWeightThatIsFedIsNoLongerTakenIn() throws URISyntaxException {
        BuiltGraph once = readout();
        BuiltGraph fed = once.feeding("wte.weight");

        assertThat(once.weights()).contains("wte.weight");
        assertThat(fed.weights())
                .doesNotContain("wte.weight")
                .hasSize(once.weights().size() - 1);
        assertThat(fed.inputs()).contains("wte.weight").hasSize(once.inputs().size() + 1);
        assertThat(fed.model().getGraph().getInitializerList())
                .extracting(TensorProto::getName)
                .doesNotContain("wte.weight");
        assertThat(fed.model().getGraph().getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactlyInAnyOrderElementsOf(fed.inputs());
    }

    @Test
    void whatAGraphDoesNotAskForIsNotFed() throws URISyntaxException {
        BuiltGraph graph = readout();
        assertThat(graph.feeding("wpe.weight")).isSameAs(graph);
    }
}
