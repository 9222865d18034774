package io.github.residual4j.capture.internal.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;

/**
 * One operator of a graph that is being written.
 *
 * @param domain whose operator it is: {@code ""} for ONNX, {@link GraphWriter#MICROSOFT} for ONNX Runtime
 * @param type what it does
 * @param operands what it takes, {@link Value#NONE} for what it goes without
 * @param results what it gives, {@link Value#NONE} for what nobody wants
 * @param attributes its options
 */
record Operator(
        String domain, String type, List<Value> operands, List<Value> results, List<AttributeProto> attributes) {
    /** In the form that goes into the model. */
    NodeProto toProto() {
        return NodeProto.newBuilder()
                .setName(results.stream()
                        .map(Value::name)
                        .filter(n -> !n.isEmpty())
                        .findFirst()
                        .orElseThrow())
                .setDomain(domain)
                .setOpType(type)
                .addAllInput(operands.stream().map(Value::name).toList())
                .addAllOutput(results.stream().map(Value::name).toList())
                .addAllAttribute(attributes)
                .build();
    }
}
