package io.github.residual4j.capture.runtime;

import io.github.residual4j.error.BadRequestException;

/** What a model computes on. */
public sealed interface Device {
    /** {@return the CPU, with as many threads as ONNX Runtime chooses: one for each physical core} */
    static Device cpu() {
        return new Cpu(0);
    }

    /**
     * {@return the CPU}
     *
     * @param threads how many threads one run uses, the calling one included
     * @throws BadRequestException if there is not at least one
     */
    static Device cpu(int threads) {
        if (threads < 1) {
            throw new BadRequestException("A CPU computes with at least 1 thread, not " + threads + ".");
        }
        return new Cpu(threads);
    }

    /**
     * {@return a GPU of NVIDIA} It needs {@code onnxruntime_gpu} on the class path in place of {@code onnxruntime}, and
     * CUDA 12 and cuDNN 9 on the library path; a model that is opened without them is refused.
     *
     * @param index which one, counted from 0
     * @throws BadRequestException if the index is negative
     */
    static Device cuda(int index) {
        if (index < 0) {
            throw new BadRequestException("CUDA devices are counted from 0, so none is " + index + ".");
        }
        return new Cuda(index);
    }

    /**
     * The CPU.
     *
     * @param threads how many threads one run uses; 0 for ONNX Runtime's choice
     */
    record Cpu(int threads) implements Device {
        @Override
        public String toString() {
            return threads == 0 ? "CPU" : "CPU with " + threads + (threads == 1 ? " thread" : " threads");
        }
    }

    /**
     * A GPU of NVIDIA.
     *
     * @param index which one, counted from 0
     */
    record Cuda(int index) implements Device {
        @Override
        public String toString() {
            return "CUDA device " + index;
        }
    }
}
