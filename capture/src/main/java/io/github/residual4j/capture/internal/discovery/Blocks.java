package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.capture.internal.discovery.ResidualStream.Wiring;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tells how the blocks between a stream's states are wired. */
final class Blocks {
    private Blocks() {}

    /**
     * How the blocks of a stream are wired.
     *
     * @param norms all norms of the graph
     * @param states the stream's states
     * @throws BadFileException if they are no whole blocks, with what is between the states
     */
    static Wiring wiring(Path file, Graph graph, List<LayerNorm> norms, List<String> states) {
        StringBuilder parts = new StringBuilder();
        for (int i = 1; i < states.size(); i++) {
            boolean attends = ResidualStream.part(graph, norms, states.subList(0, i + 1)).stream()
                    .anyMatch(node -> attends(graph, node));
            parts.append(attends ? 'A' : 'M');
        }
        String found = parts.toString();
        if (found.isEmpty()) {
            throw StreamFinder.refusal(file, "it holds no whole block: nothing is added to what its last norm reads.");
        }
        if (found.equals("AM".repeat(found.length() / 2))) {
            return Wiring.IN_TURN;
        }
        if (found.equals("A".repeat(found.length()))) {
            return Wiring.AT_ONCE;
        }
        throw StreamFinder.refusal(file, reason(found));
    }

    /** Whether an operator mixes positions, as an attention does: it multiplies two activations. */
    static boolean attends(Graph graph, NodeProto node) {
        String type = node.getOpType();
        if (type.contains("Attention")) {
            return true;
        }
        boolean multiplies = type.contains("MatMul") || type.equals("Gemm") || type.equals("Einsum");
        return multiplies
                && node.getInputCount() > 1
                && !graph.isConstant(Nodes.input(node, 0))
                && !graph.isConstant(Nodes.secondFactor(node));
    }

    /** Why attentions (A) and MLPs (M) that neither take turns nor stand side by side are no whole blocks. */
    private static String reason(String parts) {
        String found = "after the embedding come " + spell(parts)
                + ", where a decoder has an attention and an MLP in turn or both at once";
        if (parts.equals("AM".repeat(parts.length() / 2) + "A")) {
            found += "; it is only part of a model and ends inside a block";
        } else if (parts.startsWith("AAM")) {
            found += "; a second attention belongs to a decoder that reads an encoder";
        } else if (parts.startsWith("MA")) {
            found += "; it is only part of a model and begins inside a block";
        }
        return found + ".";
    }

    private static String spell(String parts) {
        List<String> words = new ArrayList<>();
        for (char part : parts.substring(0, Math.min(6, parts.length())).toCharArray()) {
            words.add(part == 'A' ? "an attention" : "an MLP");
        }
        return String.join(", ", words) + (parts.length() > 6 ? ", …" : "");
    }
}
