package io.github.residual4j.capture.internal.discovery;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes sure that a stream runs through whole blocks, an attention and an MLP in turn. */
final class Blocks {
    private final Graph graph;

    private Blocks(Graph graph) {
        this.graph = graph;
    }

    /**
     * Checks a stream.
     *
     * @throws BadFileException if something else is between its states, with what that may be
     */
    static void check(Path file, Graph graph, ResidualStream stream) {
        Blocks blocks = new Blocks(graph);
        StringBuilder parts = new StringBuilder();
        for (int i = 1; i < stream.states().size(); i++) {
            parts.append(stream.part(graph, i).stream().anyMatch(blocks::attends) ? 'A' : 'M');
        }
        blocks.checkAlternation(file, parts.toString());
    }

    /** Whether an operator mixes positions, as an attention does: it multiplies two activations. */
    private boolean attends(NodeProto node) {
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

    /** Makes sure that attentions (A) and MLPs (M) take turns. */
    private void checkAlternation(Path file, String parts) {
        if (parts.equals("AM".repeat(parts.length() / 2)) && !parts.isEmpty()) {
            return;
        }
        String found = "after the embedding come " + spell(parts) + ", where GPT-2 has an attention and an MLP in turn";
        if (parts.isEmpty()) {
            found = "a single state is read by layer norms, so it holds no whole block";
        } else if (parts.equals("AM".repeat(parts.length() / 2) + "A")) {
            found += "; it is only part of a model and ends inside a block, or its attention and MLP read the same"
                    + " state, as in GPT-J and GPT-NeoX";
        } else if (parts.startsWith("AAM")) {
            found += "; a second attention belongs to a decoder that reads an encoder";
        } else if (parts.startsWith("AA")) {
            found += "; its attention and MLP read the same state, as in GPT-J and GPT-NeoX";
        } else if (parts.startsWith("MA")) {
            found += "; it is only part of a model and begins inside a block";
        }
        throw StreamFinder.refusal(file, found + ".");
    }

    private static String spell(String parts) {
        List<String> words = new ArrayList<>();
        for (char part : parts.substring(0, Math.min(6, parts.length())).toCharArray()) {
            words.add(part == 'A' ? "an attention" : "an MLP");
        }
        return String.join(", ", words) + (parts.length() > 6 ? ", …" : "");
    }
}
