package io.github.residual4j.capture.internal.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Set;

/**
 * A graph ready for ONNX Runtime.
 *
 * @param model the model, without weights
 * @param weights the weights it asks for, by name
 * @param inputs the inputs it takes, by name
 */
public record BuiltGraph(ModelProto model, Set<String> weights, Set<String> inputs) {}
