package io.github.residual4j.capture.internal.run;

/** A graph loaded into ONNX Runtime. */
public interface LoadedGraph extends AutoCloseable {
    @Override
    void close();
}
